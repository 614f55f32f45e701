// Orthogonal matching pursuit: each patch as a sum of few atoms.
import type { Grid } from "../core/index.js";
import { type PursuitOptions, pursuit, requireDictionary } from "./checks.js";
import { blockSize, codeBlock, coderBytes, makeCoder } from "./coder.js";
import { type CodeArrays, pad4, withKernels } from "./kernels.js";
import { asPatches, type Patches } from "./patches.js";

/** Codes of patches; row i of `chosen` and `values` holds counts[i] atoms in the order in which they were taken. */
export interface Codes {
  /** Atoms, -1 where none, shape [count, most]. */
  readonly chosen: Grid<Int32Array>;
  /** Coefficients, 0 where none, shape [count, most]. */
  readonly values: Grid;
  /** Atoms taken, shape [count]. */
  readonly counts: Int32Array;
}

/** Orthogonal matching pursuit of all patches, min |c|_0 such that |p - D c|^2 <= error, at most `most` atoms. Each round takes
 *  the atom most correlated with the residual, argmax |d . (p - D c)|, and solves for all coefficients again. Batch form: the
 *  products with all atoms once, then the Gram matrix D D^T and a Cholesky factor that grows by a row a round. Float32 products,
 *  float64 factor: squared errors below about 1e-6 |p|^2 cannot be told from 0.
 *
 *  @param patches Patches, or an array [count, ...patch].
 *  @param dictionary Atoms [atom, ...patch]; unit norm is expected for the choice to be fair.
 *  @param options When it ends.
 *  @returns Codes; patches = sum of value times atom.
 *  @throws RangeError where shapes differ, or neither `most` nor `error` is given.
 *  @see Pati, Rezaiifar and Krishnaprasad (1993); Rubinstein, Zibulevsky and Elad (2008). */
export function omp(patches: Patches | Grid, dictionary: Grid, options: PursuitOptions): Codes {
  requireDictionary("omp", dictionary);
  const all = asPatches("omp", patches, dictionary);
  const { most, error } = pursuit("omp", options, dictionary);
  const chosen = new Int32Array(all.count * most);
  const values = new Float32Array(all.count * most);
  const counts = new Int32Array(all.count);
  const size = pad4(dictionary.data.length / dictionary.shape[0]!);
  withKernels(coderBytes(dictionary, most) + blockSize * (4 * size + 8 * most + 4) + 512, (kernels) => {
    const coder = makeCoder(kernels, dictionary, most);
    const block = kernels.f32(blockSize * size);
    const codes: CodeArrays = {
      chosen: kernels.i32(blockSize * most),
      values: kernels.f32(blockSize * most),
      counts: kernels.i32(blockSize),
      most,
    };
    for (let first = 0; first < all.count; first += blockSize) {
      const n = Math.min(blockSize, all.count - first);
      all.read(first, n, block, size);
      codeBlock(kernels, coder, block, n, error, codes);
      chosen.set(codes.chosen.subarray(0, n * most), first * most);
      values.set(codes.values.subarray(0, n * most), first * most);
      counts.set(codes.counts.subarray(0, n), first);
    }
  });
  const shape = [all.count, most];
  return { chosen: { data: chosen, shape }, values: { data: values, shape }, counts };
}

/** Patches of their codes, sum of value times atom.
 *
 *  @param codes Codes.
 *  @param dictionary The atoms they were made with.
 *  @returns Patches [count, ...patch]. */
export function decode(codes: Codes, dictionary: Grid): Grid {
  requireDictionary("decode", dictionary);
  const most = codes.chosen.shape[1]!;
  const count = codes.counts.length;
  const size = dictionary.data.length / dictionary.shape[0]!;
  const data = new Float32Array(count * size);
  for (let p = 0; p < count; p++)
    for (let j = p * most; j < p * most + codes.counts[p]!; j++) {
      const from = codes.chosen.data[j]! * size;
      const value = codes.values.data[j]!;
      for (let i = 0; i < size; i++)
        data[p * size + i] = data[p * size + i]! + value * dictionary.data[from + i]!;
    }
  return { data, shape: [count, ...dictionary.shape.slice(1)] };
}
