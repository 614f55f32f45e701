// Where the cells of a model, of its layers and of the margins lie in memory.
import { type Damping, profile } from "./layer.js";
import type { Stencil } from "./stencil.js";

/** The four sides of a model. */
export const sides = ["top", "bottom", "left", "right"] as const;
/** One of the four sides. */
export type Side = (typeof sides)[number];

/** What is at each side: cells of absorbing layer, or a free surface one cell beyond the model. */
export type Edges = Readonly<Record<Side, number | "free">>;

/** Cells of margin around fields; as many as a row's vectors hold. */
export const halo = 4;

/** Cells [z0, z1) x [x0, x1), layers included; x0 and x1 are multiples of 4. */
export interface Box {
  readonly z0: number;
  readonly z1: number;
  readonly x0: number;
  readonly x1: number;
}

/** The cells of one side's layer, with those that its derivatives and their transposes reach. */
export interface Strip {
  /** Rows (0) or columns (1) are counted into the layer. */
  readonly axis: 0 | 1;
  readonly reach: Box;
  /** The cells that the layer changes in a step: the layer and half a stencil, rounded to vectors. */
  readonly box: Box;
  /** Numbers a row of the strip's own arrays. */
  readonly line: number;
  /** Numbers of each of them. */
  readonly length: number;
  /** b, b', inside, a, a b: five vectors a row (axis 0) or a vector (axis 1). */
  readonly coefficients: readonly number[];
}

/** Geometry of a simulation; fields are arrays of `length` numbers with rows of `line`. */
export interface Layout {
  readonly nz: number;
  readonly nx: number;
  readonly edges: Edges;
  /** Cells before the model's first row and column. */
  readonly top: number;
  readonly left: number;
  /** Rows and columns with layers. */
  readonly rows: number;
  readonly columns: number;
  readonly line: number;
  readonly length: number;
  readonly strips: readonly Strip[];
  readonly stencil: Stencil;
}

const up4 = (n: number) => (n + 3) & ~3;

/** Index of a cell in a field. */
export const cellAt = (layout: { readonly line: number }, z: number, x: number): number =>
  (z + halo) * layout.line + halo + x;

/** Index of a cell of the field in a strip's arrays. */
export const stripAt = (strip: Strip, z: number, x: number): number =>
  (z - strip.reach.z0 + halo) * strip.line + halo + x - strip.reach.x0;

const cells = (edge: number | "free") => (edge === "free" ? 0 : edge);

/** The strip of a layer of cells [from, to) along its axis. */
function makeStrip(
  axis: 0 | 1,
  from: number,
  to: number,
  shape: readonly [number, number],
  stencil: Stencil,
  damping: Damping,
): Strip {
  const [rows, columns] = shape;
  const n = axis === 0 ? rows : columns;
  const p = profile(n, to - from, from === 0, stencil, damping);
  const widened = (cells: number): Box => {
    const [low, high] = [Math.max(from - cells, 0), Math.min(to + cells, n)];
    return axis === 0
      ? { z0: low, z1: high, x0: 0, x1: up4(columns) }
      : { z0: 0, z1: rows, x0: low & ~3, x1: up4(high) };
  };
  const box = widened(stencil.reach);
  const outer = widened(2 * stencil.reach);
  const line = outer.x1 - outer.x0 + 2 * halo;
  const coefficients: number[] = [];
  const [first, last] = axis === 0 ? [outer.z0, outer.z1] : [outer.x0, outer.x1];
  for (let i = first; i < last; i += axis === 0 ? 1 : 4) {
    const lanes = axis === 0 ? [i, i, i, i] : [i, i + 1, i + 2, i + 3];
    const of = (f: (k: number) => number) => lanes.map((k) => (k < n ? f(k) : 0));
    coefficients.push(
      ...of((k) => p.b[k]!),
      ...of((k) => p.slope[k]!),
      ...of((k) => p.inside[k]!),
      ...of((k) => p.a[k]!),
      ...of((k) => p.a[k]! * p.b[k]!),
    );
  }
  return { axis, reach: outer, box, line, length: (outer.z1 - outer.z0 + 2 * halo) * line, coefficients };
}

/** Lays out a model with its edges.
 *
 *  @param nz, nx Cells of the model.
 *  @param edges What is at each side.
 *  @returns Sizes, and the layers' strips with their coefficients. */
export function layOut(nz: number, nx: number, edges: Edges, stencil: Stencil, damping: Damping): Layout {
  const [top, bottom, left, right] = sides.map((side) => cells(edges[side])) as [
    number,
    number,
    number,
    number,
  ];
  const [rows, columns] = [nz + top + bottom, nx + left + right];
  const line = up4(columns) + 2 * halo;
  const strips: Strip[] = [];
  const add = (axis: 0 | 1, from: number, to: number) => {
    if (to > from) strips.push(makeStrip(axis, from, to, [rows, columns], stencil, damping));
  };
  add(0, 0, top);
  add(0, rows - bottom, rows);
  add(1, 0, left);
  add(1, columns - right, columns);
  // one row more below: rows are stepped in pairs
  return {
    nz,
    nx,
    edges,
    top,
    left,
    rows,
    columns,
    line,
    length: (rows + 2 * halo + 1) * line,
    strips,
    stencil,
  };
}

/** Common part of two boxes; empty ones have no rows. */
export function overlap(a: Box, b: Box): Box {
  const box = {
    z0: Math.max(a.z0, b.z0),
    z1: Math.min(a.z1, b.z1),
    x0: Math.max(a.x0, b.x0),
    x1: Math.min(a.x1, b.x1),
  };
  return box.z1 > box.z0 && box.x1 > box.x0 ? box : { ...box, z1: box.z0 };
}

/** A model's cells spread over the layers (the edge repeats) and written into a field; 0 in the margins.
 *
 *  @param f Value of a cell of the model from its index.
 *  @param field Shape [layout.length]. */
export function spread(layout: Layout, f: (i: number) => number, field: Float32Array | Float64Array): void {
  const { nz, nx, top, left, rows, columns } = layout;
  for (let z = 0; z < rows; z++) {
    const row = Math.min(Math.max(z - top, 0), nz - 1) * nx;
    for (let x = 0; x < columns; x++)
      field[cellAt(layout, z, x)] = f(row + Math.min(Math.max(x - left, 0), nx - 1));
  }
}
