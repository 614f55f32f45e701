// The AIC picker: an arrival is where one variance before and another after explain the record best.
import { requireSamples, type Samples } from "./samples.js";

/** Akaike's information criterion of a record split in two, straight from the samples:
 *  AIC(k) = k log var(x[0..k-1]) + (n - k - 1) log var(x[k..n-1]), k = 1 .. n - 1; AIC(k) stands at index k - 1.
 *
 *  Its least value is the onset. The first value lacks its first term and the next to last its second (variances of one
 *  sample); the last repeats the one before, so that the length is kept. A part without variance gives -Infinity.
 *
 *  @param x Signal, shape [n].
 *  @returns AIC, shape [n]; zeros if n <= 2.
 *  @see Maeda (1985), Zisin 38; obspy.signal.trigger.aic_simple, to which it is equal. */
export function aic(x: Samples): Float64Array {
  requireSamples("aic", x);
  const n = x.length;
  const out = new Float64Array(n);
  if (n <= 2) return out;
  const before = runningVariance(n - 1, (i) => x[i]!);
  const after = runningVariance(n - 1, (i) => x[n - 1 - i]!);
  for (let i = 1; i < n - 1; i++) out[i] = (i + 1) * Math.log(before[i]!);
  for (let i = 0; i < n - 2; i++) out[i]! += (n - 2 - i) * Math.log(after[n - 2 - i]!);
  out[n - 1] = out[n - 2]!;
  return out;
}

export interface AicPickOptions {
  /** First sample of the window searched. Default 0. */
  readonly from?: number;
  /** One past the last sample of the window. Default n. */
  readonly to?: number;
}

/** Onset by the AIC: the least finite value of `aic` in a window, away from its two ends.
 *
 *  The window must hold noise, then one arrival: start it about 2 s before a trigger and end it shortly after, before
 *  the S wave. Zero padding in the window is a change of variance too, and is what would be picked.
 *
 *  @param x Signal, shape [n].
 *  @param options Window, samples.
 *  @returns Sample of the onset in x, the first of the second part; undefined where no split is finite (a flat window).
 *  @throws RangeError if the window holds fewer than 8 samples or leaves the record. */
export function aicPick(x: Samples, options: AicPickOptions = {}): number | undefined {
  const { from = 0, to = x.length } = options;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to <= x.length && to - from >= 8))
    throw new RangeError(
      `aicPick: the window must lie in 0 .. ${x.length} and hold at least 8 samples, got ${from} .. ${to}`,
    );
  const values = aic(x.slice(from, to) as Samples);
  let best: number | undefined;
  for (let i = 2; i < values.length - 3; i++)
    if (Number.isFinite(values[i]!) && (best === undefined || values[i]! < values[best]!)) best = i;
  return best === undefined ? undefined : from + best + 1;
}

/** Population variances of the first 1, 2, ... n values, by Welford's update. */
function runningVariance(n: number, value: (i: number) => number): Float64Array {
  const out = new Float64Array(n);
  let mean = 0;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const delta = value(i) - mean;
    mean += delta / (i + 1);
    sum += delta * (value(i) - mean);
    out[i] = sum / (i + 1);
  }
  return out;
}
