// From logits of "after the break" to a pick and how sure it is, and what clicks add to the picks around them.
import type { firstbreak } from "../data/index.js";

/** Samples on either side of a pick that count as the pick itself: a hit is less than 5 samples away. */
const reach = 4;

/** Picks of traces; a trace without one has NaN twice. */
export interface FirstBreaks {
  /** Samples, from 0, fractional; NaN for none. Shape [trace]. */
  readonly sample: Float64Array;
  /** Probability that the pick is right within 5 samples, 0 .. 1; NaN where there is none. */
  readonly confidence: Float64Array;
}

/** Probability of each place k of a step, softmax_k of -sum_{t < k} z_t.
 *
 *  @param logits z of one trace, shape [time].
 *  @returns Shape [time], sum 1. */
export function placesOf(logits: ArrayLike<number>): Float64Array {
  const n = logits.length;
  const out = new Float64Array(n);
  let sum = 0;
  let most = 0;
  for (let k = 0; k < n; k++) {
    out[k] = -sum;
    most = Math.max(most, -sum);
    sum += logits[k]!;
  }
  let total = 0;
  for (let k = 0; k < n; k++) total += out[k] = Math.exp(out[k]! - most);
  for (let k = 0; k < n; k++) out[k]! /= total;
  return out;
}

/** Probability of the 9 samples around a place.
 *  @param places Probability of each sample. @param at Sample, rounded. @returns 0 .. 1. */
export function massAround(places: Float64Array, at: number): number {
  const k = Math.round(at);
  let sum = 0;
  for (let i = Math.max(k - reach, 0); i <= Math.min(k + reach, places.length - 1); i++) sum += places[i]!;
  return Math.min(sum, 1);
}

/** The centre of the 9 samples that hold most probability, and that probability.
 *
 *  @param places Of `placesOf`.
 *  @returns Sample and confidence. */
export function pickOf(places: Float64Array): { readonly sample: number; readonly confidence: number } {
  let best = 0;
  let most = -1;
  for (let k = 0; k < places.length; k++) {
    const mass = massAround(places, k);
    if (mass > most) [best, most] = [k, mass];
  }
  return { sample: best, confidence: most };
}

export interface KrigingOptions {
  /** Traces over which the correlation of errors falls to 1 / e. Default 10. */
  readonly range?: number;
  /** Variance of a click over the one of the errors. Default .15. */
  readonly nugget?: number;
}

/** What clicks say about the errors of picks: simple kriging of (click - pick) over the traces,
 *  c = K(x, xc) (K(xc, xc) + nugget I)^-1 r, K = exp(-|i - j| / range).
 *
 *  @param picks Samples of all traces, NaN for none; the clicked ones are predicted, too.
 *  @param clicks Analyst's picks; where there is no pick to correct they are left out.
 *  @param options See KrigingOptions.
 *  @returns `shift`, to be added to the picks, and `left`, the share of the errors' variance that stays, 0 .. 1; both [trace]. */
export function krigeClicks(
  picks: ArrayLike<number>,
  clicks: readonly firstbreak.Click[],
  { range = 10, nugget = 0.15 }: KrigingOptions = {},
): { readonly shift: Float64Array; readonly left: Float64Array } {
  const known = [...new Map(clicks.map((c) => [c.trace, c])).values()].filter(({ trace }) =>
    Number.isFinite(picks[trace]),
  );
  const n = known.length;
  const correlation = (a: number, b: number) => Math.exp(-Math.abs(a - b) / range);
  // Cholesky of K + nugget I
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = correlation(known[i]!.trace, known[j]!.trace) + (i === j ? nugget : 0);
      for (let k = 0; k < j; k++) sum -= l[i * n + k]! * l[j * n + k]!;
      l[i * n + j] = i === j ? Math.sqrt(sum) : sum / l[j * n + j]!;
    }
  const forward = (b: Float64Array) => {
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < i; k++) b[i]! -= l[i * n + k]! * b[k]!;
      b[i]! /= l[i * n + i]!;
    }
    return b;
  };
  const residuals = forward(Float64Array.from(known, ({ trace, sample }) => sample - picks[trace]!));
  const shift = new Float64Array(picks.length);
  const left = new Float64Array(picks.length);
  for (let x = 0; x < picks.length; x++) {
    const v = forward(Float64Array.from(known, ({ trace }) => correlation(trace, x)));
    let [move, explained] = [0, 0];
    for (let i = 0; i < n; i++) {
      move += v[i]! * residuals[i]!;
      explained += v[i]! * v[i]!;
    }
    shift[x] = move;
    left[x] = 1 - explained;
  }
  return { shift, left };
}
