// Signal-to-noise ratio of a result against the truth.
import type { Grid } from "../core/index.js";

/** Signal-to-noise ratio, 10 log10(sum s^2 / sum (s - x)^2), summed in float64.
 *
 *  @param truth The true section s, any shape.
 *  @param result What was made of it, x, the same shape.
 *  @returns dB; Infinity where both are equal, -Infinity where only the truth is zero everywhere.
 *  @throws RangeError where the shapes differ. */
export function snr(
  truth: Grid<Float32Array | Float64Array>,
  result: Grid<Float32Array | Float64Array>,
): number {
  if (truth.shape.length !== result.shape.length || truth.shape.some((n, i) => n !== result.shape[i]))
    throw new RangeError(`snr: both must have one shape, got [${truth.shape}] and [${result.shape}]`);
  let signal = 0;
  let error = 0;
  for (let i = 0; i < truth.data.length; i++) {
    const s = truth.data[i]!;
    const e = s - result.data[i]!;
    signal += s * s;
    error += e * e;
  }
  return error === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(signal / error);
}
