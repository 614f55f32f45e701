// A section in overlapping patches and back: each is worked on alone, the results are blended.
import type { Grid } from "../core/index.js";
import { like, mirrored, type Reals, requireSection } from "./section.js";

/** Where patches stand and how they are blended. */
export interface PatchOptions {
  /** Samples and traces of a patch. Default [64, 32]. */
  readonly patch?: readonly [number, number];
  /** Share of a patch that the next one covers again, 0 <= overlap < 1. Default 0.5. */
  readonly overlap?: number;
  /** "mirror": the section is continued by its mirror image by half a patch (and to whole patches), so that its edges too lie in the middle of
   *  some patch. "flush": the first and last patch end at the edges; a patch is no larger than the section. Default "mirror". */
  readonly edge?: "mirror" | "flush";
}

/** Weight of sample i of n where patches overlap, sin^2(pi (i + 1/2) / n): > 0, and of half-overlapping patches the sum is 1. */
const weight = (i: number, n: number) => Math.sin((Math.PI * (i + 0.5)) / n) ** 2;

/** Cuts a section into patches, in rows of patches.
 *
 *  @param section [nt, nx], of any size.
 *  @param options See PatchOptions.
 *  @returns Patches, [patch, h, w]; `joinPatches` with the same options gives the section back.
 *  @throws RangeError where an option is outside its range. */
export function cutPatches<T extends Reals>(section: Grid<T>, options: PatchOptions = {}): Grid<T> {
  const [nt, nx] = requireSection("cutPatches", section);
  const { h, w, rows, columns } = layout("cutPatches", nt, nx, options);
  const data = like(section.data, rows.length * columns.length * h * w);
  let to = 0;
  for (const top of rows)
    for (const left of columns)
      for (let t = 0; t < h; t++) {
        const from = mirrored(top + t, nt, "whole") * nx;
        for (let x = 0; x < w; x++) data[to++] = section.data[from + mirrored(left + x, nx, "whole")]!;
      }
  return { data, shape: [rows.length * columns.length, h, w] };
}

/** Blends patches into a section, s = sum_p w_p y_p / sum_p w_p with w = sin^2(pi (i + 1/2) / n) along both axes.
 *
 *  @param patches [patch, h, w] as `cutPatches` orders them; unchanged ones give their section exactly (to rounding).
 *  @param shape [nt, nx] of the section.
 *  @param options Those of `cutPatches`.
 *  @returns Section.
 *  @throws RangeError where number or size of the patches is not that of the options. */
export function joinPatches<T extends Reals>(
  patches: Grid<T>,
  shape: readonly number[],
  options: PatchOptions = {},
): Grid<T> {
  const [nt, nx] = shape as readonly [number, number];
  const { h, w, rows, columns } = layout("joinPatches", nt, nx, options);
  const count = rows.length * columns.length;
  if (patches.data.length !== count * h * w)
    throw new RangeError(`joinPatches: needs patches [${count}, ${h}, ${w}], got [${patches.shape}]`);
  const sum = new Float64Array(nt * nx);
  const over = new Float64Array(nt * nx);
  const across = Float64Array.from({ length: w }, (_, i) => weight(i, w));
  let from = 0;
  for (const top of rows)
    for (const left of columns)
      for (let t = top; t < top + h; t++) {
        const isInside = t >= 0 && t < nt;
        const down = weight(t - top, h);
        for (let x = left; x < left + w; x++, from++) {
          if (!isInside || x < 0 || x >= nx) continue;
          const share = down * across[x - left]!;
          sum[t * nx + x]! += share * patches.data[from]!;
          over[t * nx + x]! += share;
        }
      }
  const data = like(patches.data, nt * nx);
  for (let i = 0; i < data.length; i++) data[i] = sum[i]! / over[i]!;
  return { data, shape: [nt, nx] };
}

/** Works on a section patch by patch: cut, f, joined.
 *
 *  @param section [nt, nx].
 *  @param f Makes a patch of a patch, both [h, w], e.g. `(p) => fxDecon(p)`.
 *  @param options See PatchOptions.
 *  @returns New section.
 *  @throws RangeError where f returns another shape. */
export function inPatches<T extends Reals>(
  section: Grid<T>,
  f: (patch: Grid<T>) => Grid<Reals>,
  options: PatchOptions = {},
): Grid<T> {
  const patches = cutPatches(section, options);
  const [count, h, w] = patches.shape as readonly [number, number, number];
  for (let p = 0; p < count; p++) {
    const data = patches.data.slice(p * h * w, (p + 1) * h * w) as T;
    const made = f({ data, shape: [h, w] });
    if (made.data.length !== h * w)
      throw new RangeError(`inPatches: f must return [${h}, ${w}], got [${made.shape}]`);
    patches.data.set(made.data, p * h * w);
  }
  return joinPatches(patches, section.shape, options);
}

function layout(name: string, nt: number, nx: number, options: PatchOptions) {
  const { patch = [64, 32], overlap = 0.5, edge = "mirror" } = options;
  if (patch.length !== 2 || patch.some((n) => !Number.isInteger(n) || n < 1))
    throw new RangeError(`${name}: patch must be two whole numbers >= 1, got [${patch}]`);
  if (!(overlap >= 0 && overlap < 1))
    throw new RangeError(`${name}: overlap must be in 0 <= overlap < 1, got ${overlap}`);
  if (edge !== "mirror" && edge !== "flush")
    throw new RangeError(`${name}: edge must be "mirror" or "flush", got ${String(edge)}`);
  const [h, w] = edge === "flush" ? [Math.min(patch[0], nt), Math.min(patch[1], nx)] : patch;
  const starts = (n: number, size: number) => {
    const step = Math.max(1, Math.round(size * (1 - overlap)));
    const before = edge === "mirror" ? size >> 1 : 0;
    const list: number[] = [];
    if (edge === "mirror") for (let i = -before; i < n + before - size + step; i += step) list.push(i);
    else {
      for (let i = 0; i + size < n; i += step) list.push(i);
      list.push(n - size);
    }
    return list;
  };
  return { h, w, rows: starts(nt, h), columns: starts(nx, w) };
}
