// How sure a mean over seeds or records is, and a difference of two means: bootstrap intervals that repeat themselves.
import { rng } from "../core/index.js";
import { normalBelow, studentPoint } from "./student.js";

/** A mean and where the true one lies with the asked-for confidence. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Values behind it. */
  readonly n: number;
}

export interface IntervalOptions {
  /** Confidence, 0 < level < 1. Default 0.95. */
  readonly level?: number;
  /** Means of values drawn with replacement, >= 100. Default 10,000. */
  readonly resamples?: number;
  /** Of the draws; the same seed gives the same interval. Default 0. */
  readonly seed?: number;
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};

/** Bootstrap interval of a mean: percentiles a and 1 - a of the means of n values drawn with replacement. For few values the plain
 *  percentile (a = 0.025) is too narrow: with 5 it holds the truth about 83 times in 100, not 95. So a is taken further out,
 *  a = Phi(-sqrt(n / (n - 1)) t), t Student's point of n - 1 degrees of freedom (then 93 in 100 for 5 values, 95 for 10; 4 and fewer stay below 88).
 *
 *  @param values Scores of runs that differ in their seed, or of records; independent of each other.
 *  @param options Confidence, number of resamples, seed.
 *  @returns The mean and its interval; low = high = mean for one value.
 *  @throws RangeError without a value, for one that is not finite, or for an option out of range.
 *  @see Efron (1979); Hesterberg (2015), The American Statistician 69(4), the expanded percentile interval. */
export function meanInterval(values: ArrayLike<number>, options: IntervalOptions = {}): Interval {
  const { level = 0.95, resamples = 10_000, seed = 0 } = options;
  const n = values.length;
  if (n < 1) throw new RangeError("meanInterval: there must be a value at least, got none");
  for (let i = 0; i < n; i++)
    if (!Number.isFinite(values[i]))
      throw new RangeError(`meanInterval: values must be finite, got ${values[i]} at ${i}`);
  if (!(level > 0 && level < 1))
    throw new RangeError(`meanInterval: level must be in 0 < level < 1, got ${level}`);
  if (!Number.isInteger(resamples) || resamples < 100)
    throw new RangeError(`meanInterval: resamples must be a whole number >= 100, got ${resamples}`);
  if (n === 1) return { mean: values[0]!, low: values[0]!, high: values[0]!, n };
  const random = rng(seed).fork("bootstrap");
  const means = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += values[random.integer(0, n)]!;
    means[k] = sum / n;
  }
  means.sort();
  const below = normalBelow(-Math.sqrt(n / (n - 1)) * studentPoint(1 - level, n - 1));
  const place = Math.floor(below * resamples);
  return { mean: mean(values), low: means[place]!, high: means[resamples - 1 - place]!, n };
}

/** Interval of a mean difference of pairs, mean(a_i - b_i): two methods on the same records or with the same seeds. What both have in
 *  common falls out, so it is much narrower than the two intervals side by side.
 *
 *  @param a Scores of one method.
 *  @param b Scores of the other on the same records or seeds, in the same order.
 *  @param options As for `meanInterval`.
 *  @returns The difference's interval; 0 outside of it means that the methods differ.
 *  @throws RangeError where a and b are not of one length; see `meanInterval`. */
export function pairedInterval(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: IntervalOptions = {},
): Interval {
  if (a.length !== b.length)
    throw new RangeError(`pairedInterval: both must be of one length, got ${a.length} and ${b.length}`);
  return meanInterval(
    Array.from(a, (value, i) => value - b[i]!),
    options,
  );
}
