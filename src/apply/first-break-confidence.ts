// What the network's probability of a pick is worth: a logistic curve fitted to picks of gathers that the network had not seen.

/** w_0 + w_1 logit(mass) + w_2 left, fitted by `metrics.logisticFit` to the out-of-fold answers of `geodl experiment firstbreak`, whose
 *  table of confidences prints these numbers, and what they are worth where a fold is judged by the curve of the others. */
const fitted = { automatic: [0.37, 0.88, 0], clicks: [3.54, 1.49, -3.96] } as const;

/** What a confidence is computed from.
 *  @param mass Probability within 4 samples of the pick, as the network says it.
 *  @param left Share of the errors' variance that clicks leave, 0 .. 1; 1 without clicks.
 *  @returns Features for a logistic curve. */
export function confidenceFeatures(mass: number, left: number): readonly [number, number] {
  const p = Math.min(Math.max(mass, 0.001), 0.999);
  return [Math.log(p / (1 - p)), left];
}

/** Probability that a pick is right within 5 samples.
 *  @param mass Probability within 4 samples of the pick, as the network says it.
 *  @param left Share of the errors' variance that clicks leave; undefined without clicks.
 *  @returns 0 .. 1. */
export function calibrated(mass: number, left?: number): number {
  const [a, b, c] = left === undefined ? fitted.automatic : fitted.clicks;
  const [logit, share] = confidenceFeatures(mass, left ?? 1);
  return 1 / (1 + Math.exp(-(a + b * logit + c * share)));
}
