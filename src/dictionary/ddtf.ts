// Data-driven tight frame: a whole dictionary from one singular value decomposition a round.
import type { Grid } from "../core/index.js";
import { requireDictionary } from "./checks.js";
import { blockSize } from "./coder.js";
import { pad4, withKernels } from "./kernels.js";
import { times } from "./ksvd.js";
import type { LearnSeconds } from "./learn.js";
import { asPatches, type Patches } from "./patches.js";
import { orthogonalFactor } from "./polar.js";

/** How a tight frame is learned. */
export interface DdtfOptions {
  /** Coefficients below it are taken as noise, in the data's units, >= 0. */
  readonly threshold: number;
  /** "hard" keeps the others as they are, "soft" takes the threshold off them. Default "hard". */
  readonly kind?: "hard" | "soft";
  /** Rounds, >= 1. Default 20. */
  readonly iterations?: number;
  /** Called after each round with its number, from 1. */
  readonly onReport?: (report: { readonly iteration: number; readonly seconds: LearnSeconds }) => void;
}

/** A learned tight frame. */
export interface LearnedFrame {
  /** Filters W [filter, ...patch], W^T W = I. */
  readonly dictionary: Grid;
  /** Time of coding, of the update of W alone, and of all, s. */
  readonly seconds: LearnSeconds;
}

/** Bytes of patches that are held from one round to the next; the others are read again, so that memory does not grow with their number. */
const room = 2 ** 25;

/** Largest norm of an atom. */
function largestNorm(frame: Grid): number {
  const size = frame.data.length / frame.shape[0]!;
  let most = 0;
  for (let a = 0; a < frame.shape[0]!; a++) {
    let sum = 0;
    for (let i = a * size; i < (a + 1) * size; i++) sum += frame.data[i]! * frame.data[i]!;
    most = Math.max(most, Math.sqrt(sum));
  }
  return most;
}

/** Data-driven tight frame, min |C - P W^T|^2 + t^2 |C|_0 with W^T W = I (P patches as rows, C codes), by turns: codes
 *  C = T(P W^T), T the threshold, then the frame that fits them best, W = U V^T from the singular value decomposition
 *  C^T P = U S V^T. The update costs one product of size filters x patches and one orthogonal factor, whatever the number of
 *  patches. The first 32 MiB of these are held, the others read a block at a time in every round; those too weak for any coefficient to reach the threshold are passed
 *  over, which changes nothing.
 *
 *  @param patches Patches, or an array [count, ...patch].
 *  @param start First filters [filter, ...patch], as many as a patch has samples, e.g. `dctAtoms([8, 8])`.
 *  @param options Threshold and number of rounds.
 *  @returns Filters, orthonormal to 1e-6, and times.
 *  @throws RangeError where shapes differ, or there are more or fewer filters than samples.
 *  @see Cai, Ji, Shen and Ye (2014); Liang, Ma and Zhang (2014). */
export function ddtf(patches: Patches | Grid, start: Grid, options: DdtfOptions): LearnedFrame {
  requireDictionary("ddtf", start);
  const all = asPatches("ddtf", patches, start);
  const { threshold, kind = "hard" } = options;
  const iterations = times("ddtf", "iterations", options.iterations ?? 20);
  if (!(threshold >= 0)) throw new RangeError(`ddtf: threshold must be >= 0, got ${threshold}`);
  const n = start.shape[0]!;
  if (start.data.length !== n * n)
    throw new RangeError(
      `ddtf: there must be as many filters as samples of a patch, got ${n} and ${start.data.length / n}`,
    );
  const size = pad4(n);
  let frame = start.data.slice();
  let norm = largestNorm(start);
  const begun = performance.now();
  let coding = 0;
  let update = 0;
  const clocks = (): LearnSeconds => ({
    coding: coding / 1e3,
    update: update / 1e3,
    total: (performance.now() - begun) / 1e3,
  });
  const blocks = Math.ceil(all.count / blockSize);
  const held = Math.min(blocks, Math.floor(room / (4 * blockSize * size)));
  withKernels(4 * size * ((held + 2) * blockSize + 2 * size) + 1024, (kernels) => {
    const store = kernels.f32((held + 1) * blockSize * size); // the last block is for all that are not held
    const kept = new Int32Array(held); // patches of a held block that are strong enough
    let keptFor = Number.NaN; // the limit that this was decided by
    const codes = kernels.f32(blockSize * size);
    const columns = kernels.f32(size * size);
    const part = kernels.f32(size * size);
    const sum = new Float64Array(n * n);
    for (let iteration = 1; iteration <= iterations; iteration++) {
      for (let a = 0; a < n; a++) for (let i = 0; i < n; i++) columns[i * size + a] = frame[a * n + i]!;
      const weakest = norm > 0 ? (threshold / norm) * (1 - 1e-5) : 0;
      sum.fill(0);
      for (let first = 0; first < all.count; first += blockSize) {
        const before = performance.now();
        const count = Math.min(blockSize, all.count - first);
        const number = Math.min(first / blockSize, held);
        const block = store.subarray(number * blockSize * size, (number + 1) * blockSize * size);
        let active = kept[number] ?? 0;
        if (number === held || keptFor !== weakest) {
          all.read(first, count, block, size);
          active = kernels.strong(block, count, size, weakest * weakest);
          if (number < held) kept[number] = active;
        }
        kernels.matmul(block, columns, codes, active, size, size);
        kernels.shrink(codes, active * size, threshold, kind);
        const between = performance.now();
        kernels.correlate(codes, block, part, active, size, size);
        // eight blocks are summed in float32, these sums in float64
        if ((first / blockSize) % 8 === 7 || first + count === all.count) {
          for (let a = 0; a < n; a++) for (let i = 0; i < n; i++) sum[a * n + i]! += part[a * size + i]!;
          part.fill(0);
        }
        coding += between - before;
        update += performance.now() - between;
      }
      keptFor = weakest;
      const before = performance.now();
      frame = Float32Array.from(orthogonalFactor(sum, frame, n));
      norm = 1;
      update += performance.now() - before;
      options.onReport?.({ iteration, seconds: clocks() });
    }
  });
  return { dictionary: { data: frame, shape: start.shape }, seconds: clocks() };
}
