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

export interface OrmsbyOptions {
  /** Time of the peak, s. Default: the middle sample, floor(nt / 2) dt. */
  readonly t0?: number;
}

/** Ormsby wavelet: its amplitude spectrum is a trapezium, 0 below f1, flat from f2 to f3, 0 above f4; phase zero.
 *  w(t) = [(f4^2 s(f4 t)^2 - f3^2 s(f3 t)^2) / (f4 - f3) - (f2^2 s(f2 t)^2 - f1^2 s(f1 t)^2) / (f2 - f1)] / (f4 + f3 - f2 - f1),
 *  s(u) = sin(pi u) / (pi u).
 *
 *  @param corners f1 < f2 <= f3 < f4, Hz, f1 >= 0.
 *  @param nt Number of samples.
 *  @param dt Sample interval, s, > 0.
 *  @param options See OrmsbyOptions.
 *  @returns Samples, shape [nt], float32, peak 1.
 *  @throws RangeError if the corners do not ascend or f4 exceeds the Nyquist frequency.
 *  @see Ryan (1994), Ricker, Ormsby, Klauder, Butterworth: a choice of wavelets. */
export function ormsby(
  corners: readonly [number, number, number, number],
  nt: number,
  dt: number,
  options: OrmsbyOptions = {},
): Float32Array {
  const [f1, f2, f3, f4] = corners;
  requireCount("ormsby", "nt", nt);
  requirePositive("ormsby", "dt", dt);
  if (!(f1 >= 0 && f1 < f2 && f2 <= f3 && f3 < f4))
    throw new RangeError(
      `ormsby: corners must satisfy 0 <= f1 < f2 <= f3 < f4, got ${corners.join(", ")} Hz`,
    );
  if (f4 > 0.5 / dt)
    throw new RangeError(`ormsby: f4 must be <= the Nyquist frequency ${0.5 / dt} Hz, got ${f4}`);
  const { t0 = (nt >> 1) * dt } = options;
  const square = (f: number, t: number) => {
    const u = Math.PI * f * t;
    return u === 0 ? f * f : (f * (Math.sin(u) / u)) ** 2;
  };
  return Float32Array.from({ length: nt }, (_, i) => {
    const t = i * dt - t0;
    const high = (square(f4, t) - square(f3, t)) / (f4 - f3);
    const low = (square(f2, t) - square(f1, t)) / (f2 - f1);
    return (high - low) / (f4 + f3 - f2 - f1);
  });
}
