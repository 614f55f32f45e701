// F1 over records: what a difference of two methods is worth, when the same records were counted for both.
import { rng } from "../core/index.js";
import { precisionRecallF1 } from "./picks.js";

/** What was counted in a record. */
export type RecordCounts = readonly [hits: number, wrong: number, missed: number];

/** A difference of two F1 with its interval over records. */
export interface F1Difference {
  /** F1 of the one less that of the other, hits, false ones and misses of all records added up. */
  readonly difference: number;
  /** Ends of the 95 % interval: records drawn with replacement, the same for both. */
  readonly low: number;
  readonly high: number;
  /** Probability of a difference at least as large, either way, if in each record the two methods could as well be exchanged. */
  readonly p: number;
}

export interface RecordOptions {
  /** Draws. Default 1,000. */
  readonly resamples?: number;
  /** Default 0. */
  readonly seed?: number;
}

const f1Of = (rows: readonly RecordCounts[], order?: Int32Array): number => {
  let [hits, wrong, missed] = [0, 0, 0];
  for (let i = 0; i < rows.length; i++) {
    const row = rows[order ? order[i]! : i]!;
    hits += row[0];
    wrong += row[1];
    missed += row[2];
  }
  return precisionRecallF1(hits, wrong, missed).f1;
};

/** F1 of counts by record with its 95 % interval: records drawn with replacement, percentiles.
 *  @param rows One a record, independent of each other.
 *  @throws RangeError without a record. */
export function f1OverRecords(
  rows: readonly RecordCounts[],
  { resamples = 1000, seed = 0 }: RecordOptions = {},
): { readonly f1: number; readonly low: number; readonly high: number } {
  if (rows.length === 0) throw new RangeError("f1OverRecords: there must be a record, got none");
  const random = rng(seed).fork("records");
  const draws = Float64Array.from({ length: resamples }, () => f1Of(rows, drawn(random, rows.length))).sort();
  const place = Math.floor(0.025 * resamples);
  return { f1: f1Of(rows), low: draws[place]!, high: draws[resamples - 1 - place]! };
}

const drawn = (random: { integer(low: number, high: number): number }, n: number): Int32Array =>
  Int32Array.from({ length: n }, () => random.integer(0, n));

/** Difference of two methods' F1 on the same records: interval by a paired bootstrap, p by exchanging the methods record by record.
 *  @param a Counts of the one, a row a record. @param b Of the other, the same records in the same order.
 *  @throws RangeError for no records or lists of two lengths.
 *  @see Efron (1979); Good (2005), Permutation, Parametric and Bootstrap Tests of Hypotheses. */
export function f1Difference(
  a: readonly RecordCounts[],
  b: readonly RecordCounts[],
  { resamples = 1000, seed = 0 }: RecordOptions = {},
): F1Difference {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`f1Difference: both must be of one length > 0, got ${a.length} and ${b.length}`);
  const random = rng(seed).fork("records");
  const n = a.length;
  const draws = Float64Array.from({ length: resamples }, () => {
    const order = drawn(random, n);
    return f1Of(a, order) - f1Of(b, order);
  }).sort();
  const difference = f1Of(a) - f1Of(b);
  const swap = rng(seed).fork("exchanges");
  let asLarge = 0;
  for (let k = 0; k < resamples; k++) {
    const one: [number, number, number] = [0, 0, 0];
    const other: [number, number, number] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const isTurned = swap.uniform() < 0.5;
      for (let m = 0; m < 3; m++) {
        one[m]! += (isTurned ? b : a)[i]![m]!;
        other[m]! += (isTurned ? a : b)[i]![m]!;
      }
    }
    const apart = precisionRecallF1(...one).f1 - precisionRecallF1(...other).f1;
    if (Math.abs(apart) >= Math.abs(difference) - 1e-12) asLarge++;
  }
  const place = Math.floor(0.025 * resamples);
  return {
    difference,
    low: draws[place]!,
    high: draws[resamples - 1 - place]!,
    p: (asLarge + 1) / (resamples + 1),
  };
}
