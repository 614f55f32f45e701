// Noise of a section from its finest details.
import type { Grid } from "../core/index.js";

/** Standard deviation of white noise by the median of the finest diagonal details, sigma = median |d| / 0.6745 with
 *  d = (a - b - c + e) / 2 over all squares of 2 x 2 samples a b / c e (Haar). What the section itself holds there adds to it.
 *
 *  @param section [nt, nx], at least [2, 2], finite.
 *  @returns In the data's units.
 *  @see Donoho and Johnstone (1994), Biometrika 81(3). */
export function noiseLevel(section: Grid): number {
  const [nt, nx] = section.shape as [number, number];
  if (!(nt >= 2 && nx >= 2))
    throw new RangeError(`noiseLevel: the section must be [2, 2] at least, got [${section.shape}]`);
  const { data } = section;
  const details = new Float32Array((nt - 1) * (nx - 1));
  for (let t = 0, k = 0; t < nt - 1; t++)
    for (let x = 0, i = t * nx; x < nx - 1; x++, i++, k++)
      details[k] = Math.abs(data[i]! - data[i + 1]! - data[i + nx]! + data[i + nx + 1]!) / 2;
  return details.sort()[details.length >> 1]! / 0.6744897501960817;
}
