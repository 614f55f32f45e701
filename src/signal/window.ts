// Windows: what a piece of signal is multiplied by, so that its ends do not count as events.
import { requireCount } from "./samples.js";

/** Hann window, w_i = sin^2(pi i / d): d = n - 1 (symmetric, for filters) or n (periodic, for spectra).
 *
 *  @param n Length, >= 1.
 *  @param options.periodic Default false.
 *  @returns Shape [n]; of one sample: 1.
 *  @see scipy.signal.windows.hann. */
export function hann(n: number, options: { readonly periodic?: boolean } = {}): Float64Array {
  requireCount("hann", "n", n);
  const d = options.periodic === true ? n : n - 1;
  if (n === 1) return Float64Array.of(1);
  return Float64Array.from({ length: n }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / d));
}

/** Kaiser window, w_i = I0(beta sqrt(1 - (2 i / (n - 1) - 1)^2)) / I0(beta), symmetric.
 *
 *  @param n Length, >= 1.
 *  @param beta Shape, >= 0: larger is narrower in time and cleaner beside the band.
 *  @returns Shape [n].
 *  @see Kaiser (1974); scipy.signal.windows.kaiser. */
export function kaiser(n: number, beta: number): Float64Array {
  requireCount("kaiser", "n", n);
  if (!(beta >= 0)) throw new RangeError(`kaiser: beta must be >= 0, got ${beta}`);
  const below = besselI0(beta);
  return Float64Array.from({ length: n }, (_, i) => {
    const u = n === 1 ? 0 : (2 * i) / (n - 1) - 1;
    return besselI0(beta * Math.sqrt(Math.max(0, 1 - u * u))) / below;
  });
}

/** I0(x) = sum_k (x / 2)^2k / k!^2; all terms are positive, so nothing is lost in the sum. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
