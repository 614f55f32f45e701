// A grid of numbers as a palette PNG: means over what falls into one pixel, colours by a range.
import type { Grid, TypedArray } from "../core/grid.js";
import { type ColourMap, colourSteps } from "./colours.js";
import { writePng } from "./static/png.js";

/** Most pixels along an axis: about twice what a page shows. */
const most = 1000;

/** Colours used: enough for smooth shading, few enough for small files. */
const shades = 64;

/** Numbers [rows, columns] as read from a grid, NaN where there is none. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

/** A section [nt, nx] as a matrix.
 *  @throws RangeError where the shape is not that of the values. */
export function matrix(name: string, grid: Grid<TypedArray>): Matrix {
  const [rows = 0, columns = 0] = grid.shape;
  if (grid.shape.length !== 2 || rows * columns !== grid.data.length || grid.data.length === 0)
    throw new RangeError(
      `${name}: must have two axes and as many values as its shape says, got [${grid.shape}] and ${grid.data.length} values`,
    );
  if (grid.data instanceof BigInt64Array || grid.data instanceof BigUint64Array)
    throw new TypeError(`${name}: must hold numbers, got ${grid.data.constructor.name}`);
  return { rows, columns, data: grid.data };
}

/** Rows and columns changed places: a gather [trace, time] as [time, trace]. */
export function turned({ rows, columns, data }: Matrix): Matrix {
  const out = new Float64Array(rows * columns);
  for (let i = 0, from = 0; i < rows; i++)
    for (let j = 0; j < columns; j++, from++) out[j * rows + i] = data[from]!;
  return { rows: columns, columns: rows, data: out };
}

/** Means over blocks so that neither axis has more than `limit` values; NaN where a block has none. */
export function reduced(m: Matrix, limit: number): Matrix {
  const [rows, columns] = [Math.min(m.rows, limit), Math.min(m.columns, limit)];
  if (rows === m.rows && columns === m.columns) return m;
  const sum = new Float64Array(rows * columns);
  const count = new Uint32Array(rows * columns);
  const to = Uint32Array.from({ length: m.columns }, (_, j) => Math.floor((j * columns) / m.columns));
  for (let i = 0, from = 0; i < m.rows; i++) {
    const row = Math.floor((i * rows) / m.rows) * columns;
    for (let j = 0; j < m.columns; j++, from++) {
      const v = m.data[from]!;
      if (Number.isNaN(v)) continue;
      sum[row + to[j]!]! += v;
      count[row + to[j]!]!++;
    }
  }
  return { rows, columns, data: sum.map((v, i) => v / count[i]!) };
}

/** Least and largest finite value, and the size that 99 % of the sizes stay below; from at most 100,000 values evenly taken. */
export function extent(m: Matrix): { low: number; high: number; clip: number } {
  const n = m.data.length;
  const step = Math.max(1, Math.floor(n / 100_000));
  const sizes: number[] = [];
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    const v = m.data[i]!;
    if (!Number.isFinite(v)) continue;
    if (v < low) low = v;
    if (v > high) high = v;
    if (i % step === 0) sizes.push(Math.abs(v));
  }
  if (!(low <= high)) return { low: 0, high: 0, clip: 0 };
  const sorted = Float64Array.from(sizes).sort();
  const clip = sorted[Math.floor(0.99 * (sorted.length - 1))]! || Math.max(-low, high);
  return { low, high, clip };
}

/** A matrix as a PNG in a data URI, row 0 on top, at most 1,000 x 1,000 pixels; values beyond the range have its end colours, NaN is light grey.
 *  @returns The URI and its size in pixels. */
export function raster(
  m: Matrix,
  [low, high]: readonly [number, number],
  map: ColourMap,
): { readonly uri: string; readonly width: number; readonly height: number } {
  const { rows, columns, data } = reduced(m, most);
  const palette = [...colourSteps(map, shades), 0xd9d9d9];
  const scale = high > low ? (shades - 1) / (high - low) : 0;
  const indices = new Uint8Array(rows * columns);
  for (let i = 0; i < indices.length; i++) {
    const v = data[i]!;
    indices[i] = Number.isNaN(v)
      ? shades
      : Math.min(shades - 1, Math.max(0, Math.round(scale === 0 ? shades / 2 : (v - low) * scale)));
  }
  const png = writePng({ palette, indices }, columns, rows, 6);
  return {
    uri: `data:image/png;base64,${Buffer.from(png).toString("base64")}`,
    width: columns,
    height: rows,
  };
}
