// Labels of an example: probabilities of P, S and neither at each sample.
import type { Grid } from "../../core/index.js";
import { type Example, sizes } from "./example.js";

export interface LabelOptions {
  /** Standard deviation of the Gaussian around an arrival, s. Default .06. */
  readonly sigma?: number;
  /** Around a stretch that is to be ignored, so many seconds more are. Default .3. */
  readonly margin?: number;
}

/** Probabilities [sample, 3] of P, S and noise: exp(-d^2 / (2 sigma^2)) around each arrival (the larger where two meet), noise = what is left to 1.
 *  Where nothing is to be learned all three are 0, so that a cross-entropy has no term there.
 *  @throws RangeError unless sigma > 0. */
export function labels(example: Example, { sigma = 0.06, margin = 0.3 }: LabelOptions = {}): Grid {
  if (!(sigma > 0)) throw new RangeError(`augment.labels: sigma must be > 0 s, got ${sigma}`);
  const { n } = sizes("labels", example);
  const data = new Float32Array(3 * n);
  const width = sigma / example.dt;
  const reach = Math.ceil(5 * width);
  for (const { phase, sample } of example.arrivals) {
    const k = phase === "P" ? 0 : 1;
    const middle = Math.round(sample);
    for (let t = Math.max(0, middle - reach); t <= Math.min(n - 1, middle + reach); t++) {
      const d = (t - sample) / width;
      data[3 * t + k] = Math.max(data[3 * t + k]!, Math.exp(-0.5 * d * d));
    }
  }
  for (let t = 0; t < n; t++) {
    const [p, s] = [data[3 * t]!, data[3 * t + 1]!];
    const sum = Math.max(1, p + s);
    data[3 * t] = p / sum;
    data[3 * t + 1] = s / sum;
    data[3 * t + 2] = Math.max(0, 1 - (p + s) / sum);
  }
  for (const [from, to] of example.ignore) {
    const more = margin / example.dt;
    const [first, last] = [Math.max(0, Math.floor(from - more)), Math.min(n, Math.ceil(to + more))];
    if (first < last) data.fill(0, 3 * first, 3 * last);
  }
  return { data, shape: [n, 3] };
}
