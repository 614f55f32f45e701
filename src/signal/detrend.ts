// Offsets and slopes, taken off before anything looks at a record's energy.
import { requireSamples, type Samples } from "./samples.js";

/** Takes the mean off, y = x - mean(x).
 *  @param x Signal, shape [n].
 *  @returns New signal, shape [n], float64. */
export function demean(x: Samples): Float64Array {
  requireSamples("demean", x);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]!;
  const mean = sum / x.length;
  return Float64Array.from(x as ArrayLike<number>, (v) => v - mean);
}

/** Takes the straight line of least squares off, y = x - (a + b i).
 *  @param x Signal, shape [n].
 *  @returns New signal, shape [n], float64; of one sample: 0.
 *  @see scipy.signal.detrend, to which it is equal. */
export function detrend(x: Samples): Float64Array {
  requireSamples("detrend", x);
  const y = demean(x);
  const n = y.length;
  const centre = (n - 1) / 2;
  let above = 0;
  let below = 0;
  for (let i = 0; i < n; i++) {
    above += (i - centre) * y[i]!;
    below += (i - centre) * (i - centre);
  }
  const slope = below === 0 ? 0 : above / below;
  return y.map((v, i) => v - slope * (i - centre));
}
