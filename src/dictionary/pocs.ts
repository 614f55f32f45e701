// Projection onto convex sets: missing traces from any transform's threshold or any denoiser, plugged in.
import type { Grid } from "../core/index.js";
import { fourierPeak, fourierThreshold } from "./fourier.js";
import { interpolateLinear } from "./linear.js";
import { maskTraces, traceMask } from "./mask.js";

/** What takes noise and leakage off a section at a level; it may answer later (a network).
 *  @param section The estimate; it must not be changed.
 *  @param level This iteration's threshold or noise, from the schedule.
 *  @param iteration From 0. */
export type Projection = (section: Grid, level: number, iteration: number) => Grid | Promise<Grid>;

/** How POCS runs. */
export interface PocsOptions {
  /** Iterations, >= 1. Default 30. */
  readonly iterations?: number;
  /** Levels go from the first to the second, geometrically. Default [0.99, 0.01]. */
  readonly levels?: readonly [number, number];
  /** Where it starts: missing traces zero, or interpolated linearly. Default "zero". */
  readonly start?: "zero" | "linear";
  /** Called after each iteration with the estimate so far. */
  readonly onReport?: (report: {
    readonly iteration: number;
    readonly level: number;
    readonly estimate: Grid;
  }) => void;
  /** Ends the loop after an iteration once aborted; the estimate so far is returned. */
  readonly signal?: AbortSignal;
}

/** Levels of n iterations, from * (to / from)^(k / (n - 1)).
 *  @returns Levels, [n]. @throws RangeError if an end is not > 0. */
function geometricLevels(from: number, to: number, n: number): Float64Array {
  if (!(from > 0 && to > 0))
    throw new RangeError(`geometricLevels: both ends must be > 0, got ${from}, ${to}`);
  return Float64Array.from({ length: n }, (_, k) =>
    n === 1 ? to : Math.exp(Math.log(from) + (k / (n - 1)) * (Math.log(to) - Math.log(from))),
  );
}

/** Projection onto convex sets, x <- y + (1 - M) T_k(x): by turns the estimate is made simple (T_k, level k) and the kept traces
 *  are put back. With a threshold in a sparse domain for T it is the classic form, with a denoiser "plug and play". More iterations
 *  are not better by themselves: at low levels T keeps the leakage that the gaps made.
 *
 *  @param section [nt, nx]; what it holds in missing traces is not read.
 *  @param kept Trace numbers from 0.
 *  @param project T, e.g. `fourierProjection(section, kept)` or `(x, sigma) => denoise(x, sigma)`.
 *  @param options Iterations, levels, start.
 *  @returns The estimate; kept traces bit for bit those of `section`.
 *  @throws RangeError where an option is outside its range, or T returns another shape.
 *  @see Abma and Kabir (2006); Venkatakrishnan, Bouman and Wohlberg (2013) for plug and play. */
export async function pocs(
  section: Grid,
  kept: ArrayLike<number>,
  project: Projection,
  options: PocsOptions = {},
): Promise<Grid> {
  const mask = traceMask("pocs", section, kept);
  const { iterations = 30, levels: [from, to] = [0.99, 0.01], start = "zero" } = options;
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new RangeError(`pocs: iterations must be a whole number >= 1, got ${iterations}`);
  if (start !== "zero" && start !== "linear")
    throw new RangeError(`pocs: start must be "zero" or "linear", got ${String(start)}`);
  const nx = mask.length;
  const levels = geometricLevels(from, to, iterations);
  let x = start === "zero" ? maskTraces(section, kept) : interpolateLinear(section, kept);
  for (let k = 0; k < iterations && !options.signal?.aborted; k++) {
    const simple = await project(x, levels[k]!, k);
    if (simple.data.length !== section.data.length)
      throw new RangeError(`pocs: the projection must return [${section.shape}], got [${simple.shape}]`);
    const data = new Float32Array(section.data.length);
    for (let i = 0; i < data.length; i++) data[i] = mask[i % nx] ? section.data[i]! : simple.data[i]!;
    x = { data, shape: section.shape };
    options.onReport?.({ iteration: k, level: levels[k]!, estimate: x });
  }
  return x;
}

/** Hard threshold in the 2-D Fourier domain for `pocs`; level 1 is the largest modulus of the masked section's transform.
 *
 *  @param section [nt, nx]. @param kept Trace numbers from 0. */
export function fourierProjection(section: Grid, kept: ArrayLike<number>): Projection {
  const peak = fourierPeak(maskTraces(section, kept));
  return (x, level) => fourierThreshold(x, level * peak);
}
