// Source wavelets.
import { requireCount, requirePositive } from "./samples.js";

export interface RickerOptions {
  /** Time of the peak, s. Default 1.5 / f0, which leaves a tail of 1e-8 before the first sample. */
  readonly t0?: number;
}

/** Ricker wavelet, w(t) = (1 - 2a) exp(-a), a = (pi f0 (t - t0))^2.
 *
 *  @param f0 Peak frequency, Hz, > 0.
 *  @param nt Number of samples.
 *  @param dt Sample interval, s, > 0.
 *  @param options See RickerOptions.
 *  @returns Samples, shape [nt], float32, peak 1.
 *  @throws RangeError if dt <= 0 or f0 exceeds the Nyquist frequency.
 *  @see Ricker (1953). */
export function ricker(f0: number, nt: number, dt: number, options: RickerOptions = {}): Float32Array {
  requirePositive("ricker", "f0", f0);
  requireCount("ricker", "nt", nt);
  requirePositive("ricker", "dt", dt);
  if (f0 > 0.5 / dt)
    throw new RangeError(`ricker: f0 must be <= the Nyquist frequency ${0.5 / dt} Hz, got ${f0}`);
  const { t0 = 1.5 / f0 } = options;
  return Float32Array.from({ length: nt }, (_, i) => {
    const u = Math.PI * f0 * (i * dt - t0);
    return (1 - 2 * u * u) * Math.exp(-u * u);
  });
}
