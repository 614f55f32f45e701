// The loop that K-SVD and its sparse form share: code all patches, then update the atoms one after the other.
import type { Grid } from "../core/index.js";
import { blockSize, type Coder, codeBlock, coderBytes, makeCoder, refresh } from "./coder.js";
import { type AtomUse, type CodeArrays, type Kernels, pad4, withKernels } from "./kernels.js";
import type { Patches } from "./patches.js";

/** What an iteration did. */
export interface LearnReport {
  /** From 1. */
  readonly iteration: number;
  /** Squared error of all patches over their energy, after the iteration. */
  readonly relativeError: number;
  /** Time of sparse coding and of the atoms' update so far, s. */
  readonly seconds: LearnSeconds;
}

/** Where the time went, s. */
export interface LearnSeconds {
  readonly coding: number;
  readonly update: number;
  readonly total: number;
}

/** Bounds of the loop. */
export interface LearnLimits {
  readonly most: number;
  readonly error: number;
  readonly iterations: number;
  readonly powerSteps: number;
  readonly onReport?: ((report: LearnReport) => void) | undefined;
}

/** Turns the direction of an atom into the new atom, in place; false leaves the atom as it is. */
export type NewAtom = (direction: Float32Array, atom: number) => boolean;

/** Patches that use each atom: those of atom a stand at first[a] .. first[a + 1] - 1. */
function usersOf(
  codes: CodeArrays,
  count: number,
  first: Int32Array,
  users: Int32Array,
  slots: Int32Array,
): void {
  const { chosen, counts, most } = codes;
  first.fill(0);
  for (let p = 0; p < count; p++)
    for (let j = p * most; j < p * most + counts[p]!; j++) first[chosen[j]! + 1]! += 1;
  for (let a = 1; a < first.length; a++) first[a] = first[a]! + first[a - 1]!;
  const next = first.slice();
  for (let p = 0; p < count; p++)
    for (let j = 0; j < counts[p]!; j++) {
      const place = next[chosen[p * most + j]!]!++;
      users[place] = p;
      slots[place] = j;
    }
}

/** Squared error of the codes over the energy of the patches. */
function relativeError(coder: Coder, patches: Float32Array, codes: CodeArrays, count: number): number {
  const { size, rows } = coder;
  const left = new Float64Array(size);
  let error = 0;
  let energy = 0;
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < size; i++) {
      left[i] = patches[p * size + i]!;
      energy += left[i]! * left[i]!;
    }
    for (let j = p * codes.most; j < p * codes.most + codes.counts[p]!; j++) {
      const from = codes.chosen[j]! * size;
      const value = codes.values[j]!;
      for (let i = 0; i < size; i++) left[i]! -= value * rows[from + i]!;
    }
    for (let i = 0; i < size; i++) error += left[i]! * left[i]!;
  }
  return energy > 0 ? error / energy : 0;
}

/** Every atom in turn: direction E g, new atom, coefficients E^T d of its users, `powerSteps` times. */
function updateAtoms(
  kernels: Kernels,
  use: Omit<AtomUse, "users" | "slots" | "count" | "atom">,
  lists: { readonly first: Int32Array; readonly users: Int32Array; readonly slots: Int32Array },
  work: { readonly direction: Float32Array; readonly weights: Float32Array },
  newAtom: NewAtom,
  nAtoms: number,
  powerSteps: number,
): void {
  for (let atom = 0; atom < nAtoms; atom++) {
    const from = lists.first[atom]!;
    const count = lists.first[atom + 1]! - from;
    if (count === 0) continue;
    const one = {
      ...use,
      users: lists.users.subarray(from, from + count),
      slots: lists.slots.subarray(from, from + count),
      count,
      atom,
    };
    for (let step = 0; step < powerSteps; step++) {
      kernels.atomDirection(one, work.direction, work.weights);
      if (!newAtom(work.direction, atom)) break;
      use.dictionary.set(work.direction, atom * use.size);
      kernels.atomCodes(one, work.weights);
    }
  }
}

/** Runs the loop on patches that are held in memory, 4 bytes a sample and 16 a coefficient.
 *  @param newAtom Makes each atom from its direction.
 *  @returns Atoms, how many patches used each in the last iteration, and the last report. */
export function learn(
  patches: Patches,
  dictionary: Grid,
  limits: LearnLimits,
  newAtom: NewAtom,
): { readonly dictionary: Grid; readonly uses: Int32Array; readonly last: LearnReport } {
  const { most, error, iterations } = limits;
  const { count } = patches;
  const atoms = dictionary.shape[0]!;
  const samples = dictionary.data.length / atoms;
  const size = pad4(samples);
  const bytes = coderBytes(dictionary, most) + count * (4 * size + 16 * most + 4) + 8 * (atoms + size) + 1024;
  return withKernels(bytes, (kernels) => {
    const coder = makeCoder(kernels, dictionary, most);
    const held = kernels.f32(count * size);
    patches.read(0, count, held, size);
    const codes: CodeArrays = {
      chosen: kernels.i32(count * most),
      values: kernels.f32(count * most),
      counts: kernels.i32(count),
      most,
    };
    const lists = {
      first: new Int32Array(atoms + 1),
      users: kernels.i32(count * most),
      slots: kernels.i32(count * most),
    };
    const work = { direction: kernels.f32(size), weights: kernels.f32(coder.nAtoms) };
    const use = { patches: held, size, dictionary: coder.rows, nAtoms: coder.nAtoms, codes };
    const begun = performance.now();
    let coding = 0;
    let update = 0;
    let last: LearnReport | undefined;
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const before = performance.now();
      for (let first = 0; first < count; first += blockSize) {
        const n = Math.min(blockSize, count - first);
        const block: CodeArrays = {
          chosen: codes.chosen.subarray(first * most),
          values: codes.values.subarray(first * most),
          counts: codes.counts.subarray(first),
          most,
        };
        codeBlock(kernels, coder, held.subarray(first * size), n, error, block);
      }
      const between = performance.now();
      usersOf(codes, count, lists.first, lists.users, lists.slots);
      updateAtoms(kernels, use, lists, work, newAtom, atoms, limits.powerSteps);
      refresh(kernels, coder);
      const after = performance.now();
      coding += between - before;
      update += after - between;
      const seconds = { coding: coding / 1e3, update: update / 1e3, total: (after - begun) / 1e3 };
      if (limits.onReport || iteration === iterations) {
        last = { iteration, relativeError: relativeError(coder, held, codes, count), seconds };
        limits.onReport?.(last);
      }
    }
    const data = new Float32Array(atoms * samples);
    for (let a = 0; a < atoms; a++) data.set(coder.rows.subarray(a * size, a * size + samples), a * samples);
    const uses = Int32Array.from({ length: atoms }, (_, a) => lists.first[a + 1]! - lists.first[a]!);
    return { dictionary: { data, shape: dictionary.shape }, uses, last: last! };
  });
}
