// What the interpolating network is given: everything that follows from the kept traces alone.
import type { Grid } from "../core/index.js";
import { interpolateAlongSlopes } from "../dictionary/index.js";

/** Numbers a sample in `interpolationInputs`. */
export const inputChannels = 12;

/** A part of a section: first sample and trace, and how many. */
export interface Window {
  readonly from: readonly [number, number];
  readonly shape: readonly [number, number];
}

/** Inputs of `nn.interpolateUnet`. For a missing trace x with the nearest kept ones l < x < r, a = (x - l) / (r - l): linear interpolation (1 - a) s_l + a s_r,
 *  the section with zeros in missing traces, s_l, s_r, (1 - a) s_l, a s_r, slope-guided estimate; 1 where kept, tanh((x - l) / 4), tanh((r - x) / 4),
 *  1 / (1 + nearest distance), a. Beyond the outermost kept trace both neighbours are that trace;
 *  a = 1/2 where they are the same.
 *
 *  @param section [nt, nx]; what it holds in missing traces is not read.
 *  @param kept Trace numbers from 0.
 *  @param estimate [nt, nx], default `interpolateAlongSlopes`.
 *  @param window Default the whole section.
 *  @returns [window nt, window nx, 12].
 *  @throws RangeError where no trace is kept, or one is given twice or does not exist. */
export function interpolationInputs(
  section: Grid,
  kept: ArrayLike<number>,
  estimate: Grid = interpolateAlongSlopes(section, kept),
  window: Window = { from: [0, 0], shape: section.shape as [number, number] },
): Grid {
  const nx = section.shape[1]!;
  const [rows, columns] = window.shape;
  const order = Int32Array.from(kept).sort();
  const data = new Float32Array(rows * columns * inputChannels);
  for (let column = 0; column < columns; column++) {
    const x = window.from[1] + column;
    const { left, right } = around(order, x);
    const [before, after] = [Math.abs(x - left), Math.abs(right - x)];
    const is = right === x ? 1 : 0;
    const a = right > left ? before / (before + after) : 0.5;
    const [near, far] = [Math.tanh(before / 4), Math.tanh(after / 4)];
    const nearness = 1 / (1 + Math.min(before, after));
    for (let t = 0; t < rows; t++) {
      const row = (window.from[0] + t) * nx;
      const [l, r] = [section.data[row + left]!, section.data[row + right]!];
      const at = (t * columns + column) * inputChannels;
      data[at] = (1 - a) * l + a * r;
      data[at + 1] = is ? l : 0;
      data[at + 2] = l;
      data[at + 3] = r;
      data[at + 4] = (1 - a) * l;
      data[at + 5] = a * r;
      data[at + 6] = estimate.data[row + x]!;
      data[at + 7] = is;
      data[at + 8] = near;
      data[at + 9] = far;
      data[at + 10] = nearness;
      data[at + 11] = a;
    }
  }
  return { data, shape: [rows, columns, inputChannels] };
}

/** Nearest kept traces at or before x and at or after it; the outermost one where there is none. */
function around(order: Int32Array, x: number): { readonly left: number; readonly right: number } {
  let next = 0;
  while (next < order.length && order[next]! < x) next++;
  const right = order[Math.min(next, order.length - 1)]!;
  return { right, left: right === x ? x : order[Math.max(next - 1, 0)]! };
}

/** The same inputs as if the section had been mirrored along x.
 *  @param inputs [nt, nx, 12]; unchanged.
 *  @returns New inputs. */
export function mirrorInputs({ data, shape }: Grid): Grid {
  const [nt, nx] = shape as [number, number];
  const out = new Float32Array(data.length);
  const from = [0, 1, 3, 2, 5, 4, 6, 7, 9, 8, 10, 11];
  for (let t = 0; t < nt; t++)
    for (let x = 0; x < nx; x++) {
      const to = (t * nx + x) * inputChannels;
      const at = (t * nx + nx - 1 - x) * inputChannels;
      for (let c = 0; c < inputChannels; c++) out[to + c] = data[at + from[c]!]!;
      out[to + 11] = 1 - out[to + 11]!;
    }
  return { data: out, shape };
}
