// How good first breaks are: hit rates over all traces, errors over the picked ones, and what a confidence is worth.
import { reliability } from "./detection.js";

/** Figures of the first-break protocol. */
export interface FirstBreakScores {
  /** Traces. */
  readonly n: number;
  /** Share of traces with a pick. */
  readonly coverage: number;
  /** Share of all traces with |pick - label| < k samples; no pick is a miss. */
  readonly hr: Readonly<Record<1 | 3 | 5 | 7 | 9, number>>;
  /** Mean, median and root mean square of |pick - label| over the picked traces, samples; NaN without a pick. */
  readonly mae: number;
  readonly median: number;
  readonly rmse: number;
  /** Mean of pick - label; positive is late. */
  readonly bias: number;
  /** Median absolute deviation of pick - label from its median. */
  readonly mad: number;
  /** Expected calibration error of the confidences for a hit within 5 samples, ten bins; undefined without confidences. */
  readonly ece?: number;
  /** Chance that a hit has a higher confidence than a miss; undefined without confidences, NaN where all are hits or all misses. */
  readonly roc?: number;
}

const hits = [1, 3, 5, 7, 9] as const;

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const n = sorted.length;
  return n === 0 ? Number.NaN : (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
}

/** Area under the receiver operating characteristic, P(score of a true one > score of a false one), ties count a half.
 *
 *  @param scores Higher is surer, shape [n].
 *  @param isTrue Which are right, shape [n].
 *  @returns 0 .. 1; .5 is a coin; NaN where all are right or all wrong.
 *  @throws RangeError for lengths that differ.
 *  @see Mann and Whitney (1947); sklearn.metrics.roc_auc_score. */
export function rocArea(scores: ArrayLike<number>, isTrue: ArrayLike<number | boolean>): number {
  const n = scores.length;
  if (isTrue.length !== n)
    throw new RangeError(`rocArea: there must be an answer for each score, got ${n} and ${isTrue.length}`);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let positives = 0;
  let ranks = 0;
  for (let i = 0; i < n; ) {
    let j = i;
    while (j < n && scores[order[j]!] === scores[order[i]!]) j++;
    for (let k = i; k < j; k++)
      if (isTrue[order[k]!]) {
        positives++;
        ranks += (i + j + 1) / 2; // equal scores share their mean rank, from 1
      }
    i = j;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (n - positives));
}

/** Scores picks against labels.
 *
 *  @param picks Samples, fractional, NaN for no pick, shape [n].
 *  @param labels Samples, fractional, shape [n].
 *  @param confidence 0 .. 1 where there is a pick, shape [n]; for a hit within 5 samples.
 *  @returns The figures, in samples.
 *  @throws RangeError for lengths that differ, none, or labels that are not finite. */
export function firstBreakScores(
  picks: ArrayLike<number>,
  labels: ArrayLike<number>,
  confidence?: ArrayLike<number>,
): FirstBreakScores {
  const n = labels.length;
  if (n === 0 || picks.length !== n || (confidence && confidence.length !== n))
    throw new RangeError(
      `firstBreakScores: there must be a pick and a label for each trace, got ${picks.length} and ${n}`,
    );
  const signed: number[] = [];
  const chance: number[] = [];
  for (let i = 0; i < n; i++) {
    if (!Number.isFinite(labels[i]))
      throw new RangeError(`firstBreakScores: labels must be finite, got ${labels[i]} at ${i}`);
    if (!Number.isFinite(picks[i])) continue;
    signed.push(picks[i]! - labels[i]!);
    if (confidence) chance.push(confidence[i]!);
  }
  const errors = Float64Array.from(signed, Math.abs);
  const picked = errors.length;
  const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, v) => sum + v, 0) / picked;
  const middle = median(Float64Array.from(signed));
  const isHit = Array.from(errors, (e) => e < 5);
  const figures = {
    n,
    coverage: picked / n,
    hr: Object.fromEntries(
      hits.map((k) => [k, errors.filter((e) => e < k).length / n]),
    ) as FirstBreakScores["hr"],
    mae: mean(errors),
    median: median(errors),
    rmse: Math.sqrt(mean(errors.map((e) => e * e))),
    bias: mean(signed),
    mad: median(Float64Array.from(signed, (e) => Math.abs(e - middle))),
  };
  if (!confidence || picked === 0) return figures;
  return { ...figures, ece: reliability(chance, isHit).ece, roc: rocArea(chance, isHit) };
}
