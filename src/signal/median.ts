// The median of a neighbourhood: takes out spikes, keeps edges.
import type { Grid } from "../core/index.js";
import { requireCount } from "./samples.js";
import { like, mirrored, type Reals, requireSection } from "./section.js";

/** Running median in windows of [height, width], the section mirrored at its edges (edge samples repeated).
 *
 *  @param section [nt, nx].
 *  @param size Samples and traces of the window, odd numbers: [1, 7] runs along x.
 *  @returns New section.
 *  @throws RangeError if a size is even.
 *  @see Tukey (1977); scipy.ndimage.median_filter(section, size, mode="reflect"), to which it is equal. */
export function medianFilter<T extends Reals>(section: Grid<T>, size: readonly [number, number]): Grid<T> {
  const [nt, nx] = requireSection("medianFilter", section);
  for (const n of size) {
    requireCount("medianFilter", "a size", n);
    if (n % 2 === 0) throw new RangeError(`medianFilter: sizes must be odd, got [${size}]`);
  }
  const [up, left] = [size[0] >> 1, size[1] >> 1];
  const columns = Int32Array.from({ length: nx + 2 * left }, (_, i) => mirrored(i - left, nx, "half"));
  const rows = Int32Array.from({ length: nt + 2 * up }, (_, i) => mirrored(i - up, nt, "half") * nx);
  const window = like(section.data, size[0] * size[1]);
  const middle = window.length >> 1;
  const data = like(section.data);
  for (let t = 0; t < nt; t++)
    for (let x = 0; x < nx; x++) {
      let n = 0;
      for (let i = t; i < t + size[0]; i++)
        for (let j = x; j < x + size[1]; j++) window[n++] = section.data[rows[i]! + columns[j]!]!;
      data[t * nx + x] = window.sort()[middle]!;
    }
  return { data, shape: [nt, nx] };
}
