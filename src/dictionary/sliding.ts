// Denoising with a dictionary in windows that slide over a section: thresholded or pursued, overlaps averaged.
import type { Grid } from "../core/index.js";
import { type PursuitOptions, pursuit, requireDictionary } from "./checks.js";
import { blockSize, codeBlock, coderBytes, makeCoder } from "./coder.js";
import { type CodeArrays, type Kernels, pad4, withKernels } from "./kernels.js";
import { type Windows, windowsOf } from "./patches.js";

/** Where windows stand. */
export interface SlidingOptions {
  /** Samples between windows along every axis, >= 1; 1 is best and slowest. Default 1. */
  readonly stride?: number;
}

/** Threshold of a window's coefficients. */
export interface ThresholdOptions extends SlidingOptions {
  /** In the data's units, >= 0; 2.7 times the noise's standard deviation is usual for "hard". */
  readonly threshold: number;
  /** "hard" keeps what reaches the threshold, "soft" takes the threshold off it. Default "hard". */
  readonly kind?: "hard" | "soft";
}

/** Replaces a block of window rows in place. */
type Replace = (block: Float32Array, count: number) => void;

/** Runs over all windows a block at a time and averages what comes back where they overlap. */
function slide(section: Grid, windows: Windows, block: Float32Array, stride: number, replace: Replace): Grid {
  const { offsets, origin, count } = windows;
  const sum = new Float32Array(section.data.length);
  const from = new Int32Array(blockSize);
  for (let first = 0; first < count; first += blockSize) {
    const n = Math.min(blockSize, count - first);
    for (let p = 0; p < n; p++) {
      from[p] = origin(first + p);
      for (let i = 0; i < offsets.length; i++) block[p * stride + i] = section.data[from[p]! + offsets[i]!]!;
    }
    replace(block, n);
    for (let p = 0; p < n; p++)
      for (let i = 0; i < offsets.length; i++) {
        const to = from[p]! + offsets[i]!;
        sum[to] = sum[to]! + block[p * stride + i]!;
      }
  }
  const over = windows.coverage();
  for (let i = 0; i < sum.length; i++) sum[i] = over[i]! > 0 ? sum[i]! / over[i]! : section.data[i]!;
  return { data: sum, shape: section.shape };
}

/** Denoises with a tight frame: in each window p the codes c = W p are thresholded and brought back, W^T T(W p); the windows'
 *  results are averaged. Memory grows with the section, never with the number of windows.
 *
 *  @param section Section [nt, nx] or volume.
 *  @param frame Filters [filter, ...patch] with W^T W = I, e.g. of `ddtf`.
 *  @param options Threshold, its kind, stride.
 *  @returns The denoised section, float32. (Samples that a stride leaves uncovered do not occur: the last window ends at the edge.)
 *  @throws RangeError where a patch does not fit or the threshold is negative.
 *  @see Coifman and Donoho (1995), translation-invariant denoising; Cai, Ji, Shen and Ye (2014). */
export function denoiseWithFrame(section: Grid, frame: Grid, options: ThresholdOptions): Grid {
  requireDictionary("denoiseWithFrame", frame);
  const { threshold, kind = "hard", stride = 1 } = options;
  if (!(threshold >= 0)) throw new RangeError(`denoiseWithFrame: threshold must be >= 0, got ${threshold}`);
  const windows = windowsOf("denoiseWithFrame", section.shape, frame.shape.slice(1), stride);
  const atoms = frame.shape[0]!;
  const samples = windows.offsets.length;
  const size = pad4(samples);
  const nAtoms = pad4(atoms);
  const bytes = 4 * (2 * nAtoms * size + blockSize * (size + nAtoms)) + 1024;
  return withKernels(bytes, (kernels) => {
    const rows = kernels.f32(nAtoms * size);
    const columns = kernels.f32(nAtoms * size);
    for (let a = 0; a < atoms; a++)
      for (let i = 0; i < samples; i++) {
        rows[a * size + i] = frame.data[a * samples + i]!;
        columns[i * nAtoms + a] = rows[a * size + i]!;
      }
    const codes = kernels.f32(blockSize * nAtoms);
    return slide(section, windows, kernels.f32(blockSize * size), size, (block, n) => {
      kernels.matmul(block, columns, codes, n, nAtoms, size);
      kernels.shrink(codes, n * nAtoms, threshold, kind);
      kernels.synthesise(codes, rows, block, n, nAtoms, size);
    });
  });
}

/** Patches of their codes, in place. */
function rebuild(
  kernels: Kernels,
  codes: CodeArrays,
  dense: Float32Array,
  atoms: Float32Array,
  block: Float32Array,
  sizes: { readonly n: number; readonly nAtoms: number; readonly size: number },
): void {
  const { n, nAtoms, size } = sizes;
  dense.fill(0, 0, n * nAtoms);
  for (let p = 0; p < n; p++)
    for (let j = p * codes.most; j < p * codes.most + codes.counts[p]!; j++)
      dense[p * nAtoms + codes.chosen[j]!] = codes.values[j]!;
  kernels.synthesise(dense, atoms, block, n, nAtoms, size);
}

/** Denoises with any dictionary: each window by orthogonal matching pursuit, the results averaged.
 *
 *  @param section Section [nt, nx] or volume.
 *  @param dictionary Atoms [atom, ...patch], unit norm, e.g. of `ksvd`.
 *  @param options `error`, usually (1.15 sigma)^2 times the samples of a patch, and/or `most`; stride; `mean`: "removed" takes the
 *    mean off each window and puts it back untouched. Default "kept".
 *  @returns The denoised section, float32.
 *  @throws RangeError where a patch does not fit or the pursuit has no end.
 *  @see Elad and Aharon (2006). */
export function denoiseWithPursuit(
  section: Grid,
  dictionary: Grid,
  options: PursuitOptions & SlidingOptions & { readonly mean?: "kept" | "removed" },
): Grid {
  requireDictionary("denoiseWithPursuit", dictionary);
  const { most, error } = pursuit("denoiseWithPursuit", options, dictionary);
  const windows = windowsOf(
    "denoiseWithPursuit",
    section.shape,
    dictionary.shape.slice(1),
    options.stride ?? 1,
  );
  const samples = windows.offsets.length;
  const size = pad4(samples);
  const nAtoms = pad4(dictionary.shape[0]!);
  const bytes = coderBytes(dictionary, most) + 4 * blockSize * (size + nAtoms + 2 * most + 1) + 1024;
  return withKernels(bytes, (kernels) => {
    const coder = makeCoder(kernels, dictionary, most);
    const dense = kernels.f32(blockSize * nAtoms);
    const codes: CodeArrays = {
      chosen: kernels.i32(blockSize * most),
      values: kernels.f32(blockSize * most),
      counts: kernels.i32(blockSize),
      most,
    };
    const means = new Float64Array(blockSize);
    return slide(section, windows, kernels.f32(blockSize * size), size, (block, n) => {
      for (let p = 0; p < n && options.mean === "removed"; p++) {
        let sum = 0;
        for (let i = p * size; i < p * size + samples; i++) sum += block[i]!;
        means[p] = sum / samples;
        for (let i = p * size; i < p * size + samples; i++) block[i] = block[i]! - means[p]!;
      }
      codeBlock(kernels, coder, block, n, error, codes);
      rebuild(kernels, codes, dense, coder.rows, block, { n, nAtoms, size });
      for (let p = 0; p < n && options.mean === "removed"; p++)
        for (let i = p * size; i < p * size + samples; i++) block[i] = block[i]! + means[p]!;
    });
  });
}
