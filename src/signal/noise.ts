// Noise of a given colour, and how strong the noise of a section is.
import type { Grid, Rng } from "../core/index.js";
import { fftFrequencies, irfft, rfft, rfftFrequencies } from "./fft.js";
import { fft2, ifft2 } from "./fft2.js";
import { requireCount } from "./samples.js";
import { type Reals, requireSection } from "./section.js";

/** Gaussian noise with the power spectrum 1 / f^a: white noise whose spectrum is multiplied by f^(-a/2), in two dimensions by
 *  (ft^2 + fx^2)^(-a/4), f in cycles a sample; mean 0, standard deviation 1 (of this very draw).
 *
 *  @param shape [n] or [nt, nx], at least two values.
 *  @param exponent a: 0 white, 1 pink, 2 brown, -1 blue.
 *  @param rng Where the random numbers come from, e.g. `rng(seed).fork("noise")`.
 *  @returns Noise of that shape, float64; periodic in both directions, as all that comes out of a Fourier transform.
 *  @throws RangeError unless the shape has one or two whole numbers and the exponent is finite.
 *  @see Timmer and Koenig (1995). */
export function colouredNoise(
  shape: readonly [number] | readonly [number, number],
  exponent: number,
  rng: Rng,
): Grid<Float64Array> {
  for (const n of shape) requireCount("colouredNoise", "a length", n);
  if (!Number.isFinite(exponent))
    throw new RangeError(`colouredNoise: the exponent must be finite, got ${exponent}`);
  const total = shape.reduce((n: number, m) => n * m, 1);
  requireCount("colouredNoise", "the number of values", total, 2);
  const white = rng.fill(new Float64Array(total), "normal") as Float64Array;
  const gain = (f: number) => (f === 0 ? 0 : Math.exp((-exponent / 2) * Math.log(f)));
  let data: Float64Array;
  if (shape.length === 1) {
    const spectrum = rfft(white);
    for (const [j, f] of rfftFrequencies(total, 1).entries()) {
      spectrum.re[j]! *= gain(f);
      spectrum.im[j]! *= gain(f);
    }
    data = irfft(spectrum, total);
  } else {
    const [nt, nx] = shape;
    const spectrum = fft2({ data: white, shape });
    const [ft, fx] = [rfftFrequencies(nt, 1), fftFrequencies(nx, 1)];
    for (let j = 0, i = 0; j < ft.length; j++)
      for (let k = 0; k < nx; k++, i++) {
        const g = gain(Math.hypot(ft[j]!, fx[k]!));
        spectrum.re[i]! *= g;
        spectrum.im[i]! *= g;
      }
    data = ifft2(spectrum).data;
  }
  const rms = Math.sqrt(data.reduce((s, v) => s + v * v, 0) / total);
  return { data: data.map((v) => v / rms), shape: [...shape] };
}

/** High-pass filter of the wavelet with four vanishing moments (Daubechies 1988): quadrature mirror of its scaling filter. */
const wavelet = [
  0.2303778133088964, -0.7148465705529157, 0.6308807679298589, 0.0279837694168599, -0.1870348117190931,
  -0.0308413818355607, 0.0328830116668852, 0.010597401785069,
] as const;

/** Standard deviation of white noise in a section, sigma = median |d| / 0.6745 over its finest diagonal wavelet coefficients d, which hold
 *  hardly any signal as long as that is smooth in time or from trace to trace. Windows that hold a dead or muted stretch do not count.
 *
 *  What the estimate calls noise is whatever is rough both ways: noise of a narrower band than the samples allow comes out too small,
 *  and in a section without noise some signal remains (1 % of the peak of the post-stack section in the tests).
 *
 *  @param section [nt, nx], at least 8 x 8.
 *  @returns Sigma in the section's unit; 0 where no window is alive.
 *  @throws RangeError if the section is too small or holds NaN.
 *  @see Donoho and Johnstone (1994), section 4.2. */
export function noiseLevel(section: Grid<Reals>): number {
  const [nt, nx] = requireSection("noiseLevel", section);
  const taps = wavelet.length;
  if (nt < taps || nx < taps)
    throw new RangeError(`noiseLevel: the section must be at least ${taps} x ${taps}, got [${nt}, ${nx}]`);
  const down = new Float64Array((nt - taps + 1) * nx);
  for (let t = 0; t <= nt - taps; t++)
    for (let x = 0; x < nx; x++) {
      let [sum, isDead] = [0, true];
      for (let k = 0; k < taps; k++) {
        const value = section.data[(t + k) * nx + x]!;
        sum += wavelet[k]! * value;
        isDead &&= value === 0;
      }
      if (Number.isNaN(sum)) throw new RangeError("noiseLevel: the section must hold numbers, got NaN");
      down[t * nx + x] = isDead ? Number.NaN : sum;
    }
  const sizes = new Float64Array((nt - taps + 1) * (nx - taps + 1));
  let n = 0;
  for (let t = 0; t <= nt - taps; t++)
    for (let x = 0; x <= nx - taps; x++) {
      let sum = 0;
      for (let k = 0; k < taps; k++) sum += wavelet[k]! * down[t * nx + x + k]!;
      if (!Number.isNaN(sum)) sizes[n++] = Math.abs(sum);
    }
  if (n === 0) return 0;
  const sorted = sizes.subarray(0, n).sort();
  return (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2 / 0.6744897501960817;
}
