// The kernels in TypeScript, for where WebAssembly cannot be loaded; equal to assembly/ within rounding (a test holds that).
import type { Kernels } from "./kernels.js";
import { plainAtomCodes, plainAtomDirection } from "./plain-atoms.js";
import { plainDctBand } from "./plain-dct8.js";
import { plainOmp } from "./plain-omp.js";

/** C [m, n] = A [m, k] B [k, n], a row of C at a time. */
function matmul(a: Float32Array, b: Float32Array, c: Float32Array, m: number, n: number, k: number): void {
  for (let i = 0; i < m; i++) {
    const row = c.subarray(i * n, (i + 1) * n).fill(0);
    for (let l = 0; l < k; l++) {
      const x = a[i * k + l]!;
      const from = l * n;
      for (let j = 0; j < n; j++) row[j] = row[j]! + x * b[from + j]!;
    }
  }
}

function shrink(x: Float32Array, length: number, t: number, kind: "hard" | "soft"): void {
  const limit = Math.fround(t);
  for (let i = 0; i < length; i++) {
    const v = x[i]!;
    if (!(Math.abs(v) >= limit)) x[i] = 0;
    else if (kind === "soft") x[i] = v > 0 ? v - limit : v + limit;
  }
}

function strong(patches: Float32Array, count: number, size: number, limit: number): number {
  let to = 0;
  for (let p = 0; p < count; p++) {
    let norm = 0;
    for (let i = p * size; i < (p + 1) * size; i++) norm += patches[i]! * patches[i]!;
    if (norm < limit) continue;
    if (to !== p) patches.copyWithin(to * size, p * size, (p + 1) * size);
    to++;
  }
  return to;
}

function axpy(y: Float32Array, toY: number, x: Float32Array, toX: number, a: number, n: number): void {
  for (let i = 0; i < n; i++) y[toY + i] = y[toY + i]! + a * x[toX + i]!;
}

/** Inverse by Gauss-Jordan elimination with row pivots. */
function invert(a: Float64Array, n: number, swaps: Int32Array): boolean {
  const exchange = (x: number, y: number) => {
    const kept = a[x]!;
    a[x] = a[y]!;
    a[y] = kept;
  };
  for (let k = 0; k < n; k++) {
    let best = 0;
    let from = k;
    for (let i = k; i < n; i++)
      if (Math.abs(a[i * n + k]!) > best) {
        best = Math.abs(a[i * n + k]!);
        from = i;
      }
    if (!(best > 0)) return false;
    swaps[k] = from;
    if (from !== k) for (let j = 0; j < n; j++) exchange(k * n + j, from * n + j);
    const scale = 1 / a[k * n + k]!;
    a[k * n + k] = 1;
    for (let j = 0; j < n; j++) a[k * n + j]! *= scale;
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = a[i * n + k]!;
      a[i * n + k] = 0;
      for (let j = 0; j < n; j++) a[i * n + j]! -= f * a[k * n + j]!;
    }
  }
  for (let k = n - 1; k >= 0; k--)
    if (swaps[k] !== k) for (let i = 0; i < n; i++) exchange(i * n + k, i * n + swaps[k]!);
  return true;
}

/** The kernels on ordinary arrays. */
export function plainKernels(): Kernels {
  return {
    f32: (length) => new Float32Array(length),
    f64: (length) => new Float64Array(length),
    i32: (length) => new Int32Array(length),
    matmul,
    shrink,
    strong,
    correlate(codes, patches, into, count, nAtoms, size) {
      for (let p = 0; p < count; p++)
        for (let a = 0; a < nAtoms; a++) {
          const g = codes[p * nAtoms + a]!;
          if (g !== 0) axpy(into, a * size, patches, p * size, g, size);
        }
    },
    synthesise(codes, atoms, patches, count, nAtoms, size) {
      patches.fill(0, 0, count * size);
      for (let p = 0; p < count; p++)
        for (let a = 0; a < nAtoms; a++) {
          const g = codes[p * nAtoms + a]!;
          if (g !== 0) axpy(patches, p * size, atoms, a * size, g, size);
        }
    },
    omp: plainOmp,
    atomDirection: plainAtomDirection,
    atomCodes: plainAtomCodes,
    invert,
    dctBand: plainDctBand,
  };
}
