// The loops in TypeScript: the float64 reference, and the oracle of the WebAssembly ones.
import type { Field, Floats, Kernels, Points, StripMemory } from "./kernels.js";
import { type Box, cellAt, type Layout, type Strip, stripAt } from "./layout.js";

/** sum of second-derivative weights; `d` is the distance between neighbours. */
function second(u: Floats, i: number, d: number, w: readonly number[]): number {
  let sum = w[0]! * u[i]!;
  for (let k = 1; k < w.length; k++) if (w[k] !== 0) sum += w[k]! * (u[i + k * d]! + u[i - k * d]!);
  return sum;
}

function first(u: Floats, i: number, d: number, w: readonly number[]): number {
  let sum = 0;
  for (let k = 1; k <= w.length; k++) if (w[k - 1] !== 0) sum += w[k - 1]! * (u[i + k * d]! - u[i - k * d]!);
  return sum;
}

/** Calls f with the indices of each cell of a strip's window: in the field, in the strip, and of its coefficients. */
function eachCell(
  layout: Layout,
  strip: Strip,
  box: Box,
  f: (i: number, j: number, k: number) => void,
): void {
  for (let z = box.z0; z < box.z1; z++)
    for (let x = box.x0; x < box.x1; x++) {
      const lane = strip.axis === 0 ? 20 * (z - strip.reach.z0) : 20 * ((x - strip.reach.x0) >> 2) + (x & 3);
      f(cellAt(layout, z, x), stripAt(strip, z, x), lane);
    }
}

const distance = (strip: Strip, line: number) => (strip.axis === 0 ? line : 1);

function step(layout: Layout, field: Field, c: Floats, box: Box, snap?: Floats): void {
  const { u, before } = field;
  const { line, stencil } = layout;
  for (let z = box.z0; z < box.z1; z++)
    for (let x = box.x0; x < box.x1; x++) {
      const i = cellAt(layout, z, x);
      const change = c[i]! * (second(u, i, line, stencil.second) + second(u, i, 1, stencil.second));
      if (snap) snap[i] = change;
      before[i] = change + 2 * u[i]! - before[i]!;
    }
}

function layer(
  layout: Layout,
  field: Field,
  c: Floats,
  box: Box,
  strip: Strip,
  memory: StripMemory,
  snap?: Floats,
): void {
  const { u, before } = field;
  const { p, next, s, coefficients: f } = memory;
  const { second: w, first: d } = layout.stencil;
  eachCell(layout, strip, box, (i, j, k) => {
    const lap = second(u, i, distance(strip, layout.line), w);
    const g = first(u, i, distance(strip, layout.line), d);
    const h = first(p, j, distance(strip, strip.line), d);
    const [b, a] = [f[k]!, f[k + 12]!];
    const e = b * lap + f[k + 4]! * g + f[k + 8]! * h;
    const q = b * (lap + e) + s[j]!;
    const change = c[i]! * (e + q);
    before[i]! += change;
    if (snap) snap[i]! += change;
    next[j] = a * p[j]! + f[k + 16]! * g;
    s[j] = a * q;
  });
}

function adjointLayer(
  layout: Layout,
  field: Field,
  c: Floats,
  box: Box,
  strip: Strip,
  memory: StripMemory,
): void {
  const { p, s, coefficients: f } = memory;
  const [e, g, t] = [memory.e!, memory.g!, memory.t!];
  const { second: w, first: d } = layout.stencil;
  eachCell(layout, strip, box, (i, j, k) => {
    const y = field.u[i]!;
    const q = y + f[k + 12]! * s[j]!;
    const v = y + f[k]! * q;
    e[j] = f[k]! * (q + v);
    g[j] = f[k + 4]! * v + f[k + 16]! * p[j]!;
    t[j] = f[k + 8]! * v;
    s[j] = f[k + 8]! * q;
  });
  eachCell(layout, strip, box, (i, j, k) => {
    const far = distance(strip, strip.line);
    field.before[i]! += c[i]! * (second(e, j, far, w) - first(g, j, far, d));
    p[j] = f[k + 12]! * p[j]! - f[k + 8]! * first(t, j, far, d);
  });
}

function eachPoint(points: Points, list: number, f: (cell: number, weight: number) => void): void {
  for (let k = points.starts[list]!; k < points.starts[list + 1]!; k++)
    f(points.cells[k]!, points.weights[k]!);
}

/** The loops in plain TypeScript, in the precision of the arrays. They flush nothing. */
export const plainKernels: Kernels = {
  step,
  layer,
  adjointLayer,
  multiply(layout, into, x, y, box) {
    for (let z = box.z0; z < box.z1; z++) {
      const from = cellAt(layout, z, box.x0);
      for (let i = from; i < from + box.x1 - box.x0; i++) into[i]! += x[i]! * y[i]!;
    }
  },
  inject(field, scale, points, values, start, stride) {
    for (let i = 0; i + 1 < points.starts.length; i++)
      eachPoint(points, i, (cell, weight) => {
        field[cell]! += scale[cell]! * weight * values[start + i * stride]!;
      });
  },
  record(field, points, values, start) {
    for (let i = 0; i + 1 < points.starts.length; i++) {
      let sum = 0;
      eachPoint(points, i, (cell, weight) => {
        sum += weight * field[cell]!;
      });
      values[start + i] = sum;
    }
  },
  flush: (_x, _first, _line, width, rows) => ({ z0: 0, z1: rows, x0: 0, x1: width }),
};
