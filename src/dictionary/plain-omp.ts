// Batch orthogonal matching pursuit in TypeScript (Rubinstein, Zibulevsky and Elad 2008).
import type { CodeArrays } from "./kernels.js";

/** Codes of a block of patches; arguments as `Kernels.omp` says. */
export function plainOmp(
  start: Float32Array,
  gram: Float32Array,
  norms: Float64Array,
  limit: number,
  count: number,
  nAtoms: number,
  codes: CodeArrays,
  work: Float64Array,
): void {
  const { chosen, values, counts, most } = codes;
  const factor = work.subarray(0, most * most);
  const solved = work.subarray(most * most, most * most + most);
  const gamma = work.subarray(most * most + most, most * most + 2 * most);
  const left = new Float32Array(nAtoms);
  for (let p = 0; p < count; p++) {
    const row = start.subarray(p * nAtoms, (p + 1) * nAtoms);
    const picks = chosen.subarray(p * most, (p + 1) * most).fill(-1);
    const out = values.subarray(p * most, (p + 1) * most).fill(0);
    const floor = norms[p]! * 1e-12;
    let error = norms[p]!;
    let taken = 0;
    while (taken < most && error > limit && error > floor) {
      left.set(row);
      for (let j = 0; j < taken; j++) {
        const from = picks[j]! * nAtoms;
        const g = out[j]!;
        for (let a = 0; a < nAtoms; a++) left[a] = left[a]! - g * gram[from + a]!;
      }
      let atom = 0;
      for (let a = 1; a < nAtoms; a++) if (Math.abs(left[a]!) > Math.abs(left[atom]!)) atom = a;
      const whole = gram[atom * nAtoms + atom]!;
      let pivot = whole;
      for (let i = 0; i < taken; i++) {
        let sum = gram[atom * nAtoms + picks[i]!]!;
        for (let j = 0; j < i; j++) sum -= factor[i * most + j]! * factor[taken * most + j]!;
        sum /= factor[i * most + i]!;
        factor[taken * most + i] = sum;
        pivot -= sum * sum;
      }
      // the atom lies in the span of those taken (or was taken): nothing more to gain
      if (!(pivot > 1e-6 * whole)) break;
      pivot = Math.sqrt(pivot);
      factor[taken * most + taken] = pivot;
      picks[taken] = atom;
      let sum = row[atom]!;
      for (let j = 0; j < taken; j++) sum -= factor[taken * most + j]! * solved[j]!;
      sum /= pivot;
      solved[taken] = sum;
      error -= sum * sum;
      taken++;
      for (let i = taken - 1; i >= 0; i--) {
        let value = solved[i]!;
        for (let j = i + 1; j < taken; j++) value -= factor[j * most + i]! * gamma[j]!;
        gamma[i] = value / factor[i * most + i]!;
        out[i] = gamma[i]!;
      }
    }
    counts[p] = taken;
  }
}
