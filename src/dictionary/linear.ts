// Missing traces from their neighbours: linear along x, and linear along the slopes of the events.
import type { Grid } from "../core/index.js";
import { traceMask } from "./mask.js";

/** For each trace the nearest kept one at or before it and at or after it; -1 where there is none. */
export function neighbours(mask: Uint8Array): { readonly left: Int32Array; readonly right: Int32Array } {
  const nx = mask.length;
  const left = new Int32Array(nx);
  const right = new Int32Array(nx);
  for (let x = 0, last = -1; x < nx; x++) {
    if (mask[x]) last = x;
    left[x] = last;
  }
  for (let x = nx - 1, last = -1; x >= 0; x--) {
    if (mask[x]) last = x;
    right[x] = last;
  }
  return { left, right };
}

/** Linear interpolation along x: a missing trace between kept ones l < x < r is ((r - x) s_l + (x - l) s_r) / (r - l), one beyond
 *  the last kept is a copy of it. Kept traces are returned bit for bit.
 *
 *  @param section [nt, nx]; what it holds in missing traces is not read.
 *  @param kept Trace numbers from 0.
 *  @returns New section. */
export function interpolateLinear(section: Grid, kept: ArrayLike<number>): Grid {
  const mask = traceMask("interpolateLinear", section, kept);
  const { left, right } = neighbours(mask);
  const nx = mask.length;
  const data = new Float32Array(section.data.length);
  for (let row = 0; row < data.length; row += nx)
    for (let x = 0; x < nx; x++) {
      const l = left[x]! < 0 ? right[x]! : left[x]!;
      const r = right[x]! < 0 ? left[x]! : right[x]!;
      data[row + x] =
        l === r
          ? section.data[row + l]!
          : ((r - x) * section.data[row + l]! + (x - l) * section.data[row + r]!) / (r - l);
    }
  return { data, shape: section.shape };
}
