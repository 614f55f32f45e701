// How good scores are over all thresholds: precision against recall, and whether a probability means what it says.

/** Precision and recall at falling thresholds. */
export interface PrecisionRecall {
  /** Distinct scores, falling. */
  readonly threshold: Float64Array;
  /** Share of true ones among those at or above the threshold. */
  readonly precision: Float64Array;
  /** Share of the true ones that are at or above it. */
  readonly recall: Float64Array;
  /** sum (recall_k - recall_{k-1}) precision_k. */
  readonly averagePrecision: number;
}

function requireSame(name: string, scores: ArrayLike<number>, isTrue: ArrayLike<number | boolean>): void {
  if (scores.length !== isTrue.length || scores.length === 0)
    throw new RangeError(
      `${name}: there must be an answer for each score, got ${scores.length} scores and ${isTrue.length} answers`,
    );
}

/** Precision and recall of a score at every threshold.
 *
 *  @param scores Higher is surer, shape [n]; finite.
 *  @param isTrue Which are right, shape [n].
 *  @param options.positives All that there is to find, where some have no score at all. Default: the true ones of the list.
 *  @returns The curve and its average precision.
 *  @throws RangeError for lengths that differ, NaN, or nothing to find.
 *  @see sklearn.metrics.precision_recall_curve, average_precision_score. */
export function precisionRecall(
  scores: ArrayLike<number>,
  isTrue: ArrayLike<number | boolean>,
  options: { readonly positives?: number } = {},
): PrecisionRecall {
  requireSame("precisionRecall", scores, isTrue);
  const n = scores.length;
  let found = 0;
  for (let i = 0; i < n; i++) {
    if (Number.isNaN(scores[i]!))
      throw new RangeError(`precisionRecall: scores must be numbers, got NaN at ${i}`);
    if (isTrue[i]) found++;
  }
  const positives = options.positives ?? found;
  if (!(positives >= found && positives > 0))
    throw new RangeError(`precisionRecall: positives must be > 0 and >= ${found}, got ${positives}`);
  const order = Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const [threshold, precision, recall]: [number[], number[], number[]] = [[], [], []];
  let hits = 0;
  let averagePrecision = 0;
  order.forEach((i, k) => {
    if (isTrue[i]) hits++;
    if (k + 1 < n && scores[order[k + 1]!] === scores[i]) return; // equal scores fall together
    averagePrecision += (hits / positives - (recall.at(-1) ?? 0)) * (hits / (k + 1));
    threshold.push(scores[i]!);
    precision.push(hits / (k + 1));
    recall.push(hits / positives);
  });
  return {
    threshold: Float64Array.from(threshold),
    precision: Float64Array.from(precision),
    recall: Float64Array.from(recall),
    averagePrecision,
  };
}

/** Reliability diagram: probabilities in bins of one width, and what came true. */
export interface Reliability {
  /** Mean probability of each bin; NaN for an empty one. */
  readonly probability: Float64Array;
  /** Share that is true; NaN for an empty one. */
  readonly share: Float64Array;
  readonly count: Int32Array;
  /** Expected calibration error, sum count / n |share - probability|. */
  readonly ece: number;
}

/** Whether probabilities mean what they say.
 *
 *  @param probabilities 0 .. 1, shape [n].
 *  @param isTrue What came true, shape [n].
 *  @param options.bins Number of bins over 0 .. 1; p = 1 belongs to the last. Default 10.
 *  @returns Bins and the expected calibration error.
 *  @throws RangeError for lengths that differ, a probability outside 0 .. 1, or bins < 1.
 *  @see Naeini et al. (2015), AAAI; Guo et al. (2017), ICML. */
export function reliability(
  probabilities: ArrayLike<number>,
  isTrue: ArrayLike<number | boolean>,
  { bins = 10 }: { readonly bins?: number } = {},
): Reliability {
  requireSame("reliability", probabilities, isTrue);
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`reliability: bins must be a whole number >= 1, got ${bins}`);
  const probability = new Float64Array(bins);
  const share = new Float64Array(bins);
  const count = new Int32Array(bins);
  for (let i = 0; i < probabilities.length; i++) {
    const p = probabilities[i]!;
    if (!(p >= 0 && p <= 1))
      throw new RangeError(`reliability: probabilities must be in 0 .. 1, got ${p} at ${i}`);
    const bin = Math.min(Math.floor(p * bins), bins - 1);
    probability[bin]! += p;
    share[bin]! += isTrue[i] ? 1 : 0;
    count[bin]!++;
  }
  let ece = 0;
  for (let b = 0; b < bins; b++) {
    ece += Math.abs(share[b]! - probability[b]!) / probabilities.length;
    probability[b]! /= count[b]!;
    share[b]! /= count[b]!;
  }
  return { probability, share, count, ece };
}
