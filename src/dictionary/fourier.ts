// A section in the 2-D Fourier domain: thresholds there, for POCS.
import type { Grid } from "../core/index.js";
import { fft2, ifft2 } from "../signal/index.js";

function requireSection(name: string, section: Grid): void {
  const [nt, nx] = section.shape as [number, number];
  if (section.shape.length !== 2 || nt * nx !== section.data.length || nt * nx === 0)
    throw new TypeError(`${name}: a section must be [nt, nx], got [${section.shape}]`);
}

/** Largest modulus of a section's 2-D Fourier transform, max |F(y)|.
 *
 *  @param section [nt, nx]. */
export function fourierPeak(section: Grid): number {
  requireSection("fourierPeak", section);
  const { re, im } = fft2(section);
  let peak = 0;
  for (let i = 0; i < re.length; i++) peak = Math.max(peak, re[i]! * re[i]! + im[i]! * im[i]!);
  return Math.sqrt(peak);
}

/** Hard threshold in the 2-D Fourier domain, F^-1 T(F(x)), T keeps what has |F| >= t.
 *
 *  @param section [nt, nx]; unchanged.
 *  @param threshold t >= 0, in the units of the unscaled transform, e.g. 0.1 times `fourierPeak(data)`.
 *  @returns New section, [nt, nx].
 *  @throws RangeError if the threshold is not >= 0; TypeError if the section is not [nt, nx]. */
export function fourierThreshold(section: Grid, threshold: number): Grid {
  requireSection("fourierThreshold", section);
  if (!(threshold >= 0)) throw new RangeError(`fourierThreshold: threshold must be >= 0, got ${threshold}`);
  const spectrum = fft2(section);
  const { re, im } = spectrum;
  for (let i = 0; i < re.length; i++)
    if (re[i]! * re[i]! + im[i]! * im[i]! < threshold * threshold) {
      re[i] = 0;
      im[i] = 0;
    }
  return ifft2(spectrum, section.data);
}
