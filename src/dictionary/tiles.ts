// Large sections in overlapping windows, each solved on its own, blended by a taper.
import type { Grid } from "../core/index.js";
import { traceMask } from "./mask.js";

/** Where windows stand. */
export interface TileOptions {
  /** Samples and traces of a window; smaller where the section is. Default [64, 32]. */
  readonly shape?: readonly [number, number];
  /** Share of a window that the next one covers again, 0 <= overlap < 1. Default 0.5. */
  readonly overlap?: number;
}

/** Interpolates one window.
 *  @param section Window [nt, nx], missing traces zero. @param kept Its kept traces, from 0, at least one. */
export type Solve = (section: Grid, kept: Int32Array) => Grid | Promise<Grid>;

function starts(n: number, width: number, overlap: number): number[] {
  const step = Math.max(1, Math.round(width * (1 - overlap)));
  const list: number[] = [];
  for (let i = 0; i + width < n; i += step) list.push(i);
  list.push(n - width);
  return list;
}

/** Solves a section window by window, result = sum_w h_w f(w) / sum_w h_w with the Hann taper
 *  h(i) = sin^2(pi (i + 1) / (n + 1)) along both axes. Events that are curved in the whole are nearly straight in a window.
 *
 *  @param section [nt, nx]; what it holds in missing traces is not read.
 *  @param kept Trace numbers from 0.
 *  @param solve What is done in a window; one without any kept trace is left out.
 *  @param options Shape and overlap.
 *  @returns New section; kept traces bit for bit those of `section`, 0 where no window had a kept trace.
 *  @throws RangeError where an option is outside its range, or `solve` returns another shape. */
export async function inTiles(
  section: Grid,
  kept: ArrayLike<number>,
  solve: Solve,
  options: TileOptions = {},
): Promise<Grid> {
  const mask = traceMask("inTiles", section, kept);
  const { shape = [64, 32], overlap = 0.5 } = options;
  if (shape.some((n) => !Number.isInteger(n) || n < 1))
    throw new RangeError(`inTiles: shape must be two whole numbers >= 1, got [${shape}]`);
  if (!(overlap >= 0 && overlap < 1))
    throw new RangeError(`inTiles: overlap must be in 0 <= overlap < 1, got ${overlap}`);
  const [nt, nx] = section.shape as [number, number];
  const [h, w] = [Math.min(shape[0], nt), Math.min(shape[1], nx)];
  const taper = (i: number, n: number): number => Math.sin((Math.PI * (i + 1)) / (n + 1)) ** 2;
  const weight = Float64Array.from(
    { length: h * w },
    (_, i) => taper(Math.floor(i / w), h) * taper(i % w, w),
  );
  const sum = new Float64Array(nt * nx);
  const over = new Float64Array(nt * nx);
  for (const t0 of starts(nt, h, overlap))
    for (const x0 of starts(nx, w, overlap)) {
      const here: number[] = [];
      for (let x = 0; x < w; x++) if (mask[x0 + x]) here.push(x);
      if (here.length === 0) continue;
      const data = new Float32Array(h * w);
      for (let t = 0; t < h; t++)
        for (const x of here) data[t * w + x] = section.data[(t0 + t) * nx + x0 + x]!;
      const solved = await solve({ data, shape: [h, w] }, Int32Array.from(here));
      if (solved.data.length !== h * w)
        throw new RangeError(`inTiles: solve must return [${h}, ${w}], got [${solved.shape}]`);
      for (let i = 0; i < h * w; i++) {
        const to = (t0 + Math.floor(i / w)) * nx + x0 + (i % w);
        sum[to] = sum[to]! + weight[i]! * solved.data[i]!;
        over[to] = over[to]! + weight[i]!;
      }
    }
  const data = Float32Array.from(sum, (value, i) =>
    mask[i % nx] ? section.data[i]! : over[i]! > 0 ? value / over[i]! : 0,
  );
  return { data, shape: section.shape };
}
