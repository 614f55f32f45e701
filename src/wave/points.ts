// Sources and receivers on and between the cells of a grid.
import { cellAt, type Edges, type Layout } from "./layout.js";

/** Place in a model, [z, x] in cells from its first cell; fractions are allowed. */
export type Place = readonly [z: number, x: number];

/** Lists of cells with weights, as plain numbers. */
export interface PointLists {
  readonly starts: readonly number[];
  readonly cells: readonly number[];
  readonly weights: readonly number[];
}

/** Half-width of the interpolation, cells, and the shape of its Kaiser window that is best up to two thirds of the Nyquist wavenumber. */
const half = 4;
const shape = 4.14;

/** Modified Bessel function of order 0. */
function bessel0(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

/** Cells and weights along one axis: the cell itself, or the 8 around it by sinc(d) I0(4.14 sqrt(1 - (d/4)^2)) / I0(4.14). */
function axisWeights(x: number): readonly (readonly [number, number])[] {
  if (Number.isInteger(x)) return [[x, 1]];
  const from = Math.floor(x) - half + 1;
  return Array.from({ length: 2 * half }, (_, k) => {
    const d = x - from - k;
    const sinc = Math.sin(Math.PI * d) / (Math.PI * d);
    return [from + k, (sinc * bessel0(shape * Math.sqrt(1 - (d / half) ** 2))) / bessel0(shape)] as const;
  });
}

/** Folds a cell beyond a free surface back with its sign turned; undefined where the cell does not exist. */
function fold(
  i: number,
  n: number,
  before: Edges["top"],
  after: Edges["top"],
): readonly [number, number] | undefined {
  if (before === "free" && i < 0) return i === -1 ? undefined : [-2 - i, -1];
  if (after === "free" && i > n - 1) return i === n ? undefined : [2 * n - i, -1];
  const [low, high] = [before === "free" ? 0 : -before, n - 1 + (after === "free" ? 0 : after)];
  return i < low || i > high ? undefined : [i, 1];
}

/** Cells and weights of places; between cells by a Kaiser-windowed sinc.
 *
 *  @param layout Geometry; places refer to the model's cells.
 *  @param places Inside the model.
 *  @returns A list for each place.
 *  @throws RangeError naming the place that lies outside.
 *  @see Hicks (2002), doi:10.1190/1.1451454. */
export function placePoints(name: string, layout: Layout, places: readonly Place[]): PointLists {
  const { nz, nx, edges } = layout;
  const [starts, cells, weights]: [number[], number[], number[]] = [[0], [], []];
  for (const [z, x] of places) {
    if (!(z >= 0 && z <= nz - 1 && x >= 0 && x <= nx - 1))
      throw new RangeError(
        `${name}: places must be [z, x] within 0..${nz - 1}, 0..${nx - 1} cells, got [${z}, ${x}]`,
      );
    for (const [i, vertical] of axisWeights(z))
      for (const [j, across] of axisWeights(x)) {
        const row = fold(i, nz, edges.top, edges.bottom);
        const column = fold(j, nx, edges.left, edges.right);
        if (!row || !column) continue;
        cells.push(cellAt(layout, row[0] + layout.top, column[0] + layout.left));
        weights.push(vertical * across * row[1] * column[1]);
      }
    starts.push(cells.length);
  }
  return { starts, cells, weights };
}
