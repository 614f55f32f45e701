// The two halves of an approximate K-SVD update of one atom, in TypeScript; see assembly/atoms.ts.
import type { AtomUse } from "./kernels.js";

/** Direction E g of an atom, not normalised; E = the patches less all other atoms' parts. */
export function plainAtomDirection(use: AtomUse, direction: Float32Array, weights: Float32Array): void {
  const { patches, size, dictionary, nAtoms, users, slots, count, atom } = use;
  const { chosen, values, counts, most } = use.codes;
  direction.fill(0, 0, size);
  weights.fill(0, 0, nAtoms);
  for (let u = 0; u < count; u++) {
    const p = users[u]!;
    const g = values[p * most + slots[u]!]!;
    for (let j = p * most; j < p * most + counts[p]!; j++)
      weights[chosen[j]!] = weights[chosen[j]!]! + g * values[j]!;
    for (let i = 0; i < size; i++) direction[i] = direction[i]! + g * patches[p * size + i]!;
  }
  for (let a = 0; a < nAtoms; a++) {
    const w = weights[a]!;
    if (a === atom || w === 0) continue;
    for (let i = 0; i < size; i++) direction[i] = direction[i]! - w * dictionary[a * size + i]!;
  }
}

/** Coefficients E^T d of the atom's users, written into their codes. */
export function plainAtomCodes(use: AtomUse, products: Float32Array): void {
  const { patches, size, dictionary, nAtoms, users, slots, count, atom } = use;
  const { chosen, values, counts, most } = use.codes;
  const dot = (x: Float32Array, from: number): number => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += x[from + i]! * dictionary[atom * size + i]!;
    return sum;
  };
  for (let a = 0; a < nAtoms; a++) products[a] = a === atom ? 0 : dot(dictionary, a * size);
  for (let u = 0; u < count; u++) {
    const p = users[u]!;
    let value = dot(patches, p * size);
    for (let j = p * most; j < p * most + counts[p]!; j++) value -= values[j]! * products[chosen[j]!]!;
    values[p * most + slots[u]!] = value;
  }
}
