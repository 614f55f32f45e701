// Variable density: the part of a time step that differs, made of the kernels of constant density.
//
// rho div(grad u / rho) = (rho L(b u) + L u - rho (L b) u) / 2 with b = 1 / rho holds for the Laplacian L, and for its stencil it is symmetric up to
// the factor rho, keeps the stencil's order and is L u where rho is constant.
import type { Space } from "./job.js";
import type { Field, Floats, Kernels } from "./kernels.js";
import { type Box, cellAt, halo, type Layout } from "./layout.js";

/** What all shots share; fields. */
export interface Density {
  /** 1 / rho, in the margins too. */
  readonly b: Floats;
  /** c / 2, c = v^2 dt^2 / h^2. */
  readonly halfC: Floats;
  /** c rho and half of it. */
  readonly kappa: Floats;
  readonly halfKappa: Floats;
  /** -c rho L(b) / 2. */
  readonly q: Floats;
  readonly ones: Floats;
  /** One a thread. */
  readonly works: readonly DensityWork[];
}

/** Work of one thread; fields. */
export interface DensityWork {
  /** b u. */
  readonly scaled: Floats;
  /** c rho L(b u) / 2 and c L(u) / 2 of the last step. */
  readonly outer: Floats;
  readonly inner: Floats;
  readonly unused: Floats;
}

/** The density that a wavefield needs. */
export interface DensityOf {
  readonly density: Density;
  readonly work: DensityWork;
}

/** Cell of the model whose density a cell of the padded grid has: edges repeat; beyond a free surface it is mirrored. */
export function homeOf(layout: Layout, z: number, x: number): number {
  const { nz, nx, top, left, rows, columns, edges } = layout;
  const along = (i: number, n: number, before: unknown, after: unknown) => {
    if (before === "free" && i < 0) return i === -1 ? 0 : -2 - i;
    if (after === "free" && i >= n) return i === n ? n - 1 : 2 * n - i;
    return i;
  };
  const clamp = (i: number, n: number) => Math.min(Math.max(i, 0), n - 1);
  return (
    clamp(along(z, rows, edges.top, edges.bottom) - top, nz) * nx +
    clamp(along(x, columns, edges.left, edges.right) - left, nx)
  );
}

/** Calls f with each cell of the padded grid and its margins. */
export function eachPadded(layout: Layout, f: (cell: number, z: number, x: number) => void): void {
  for (let z = -halo; z < layout.rows + halo; z++)
    for (let x = -halo; x < layout.columns + halo; x++) f(cellAt(layout, z, x), z, x);
}

/** The Laplacian's stencil times h^2 at a cell; what lies outside the array counts as 0. */
export function laplacian(layout: Layout, u: Floats, cell: number): number {
  const { line, stencil } = layout;
  let sum = 2 * stencil.second[0]! * u[cell]!;
  for (let k = 1; k <= stencil.reach; k++) {
    const around =
      (u[cell + k] ?? 0) + (u[cell - k] ?? 0) + (u[cell + k * line] ?? 0) + (u[cell - k * line] ?? 0);
    sum += stencil.second[k]! * around;
  }
  return sum;
}

/** Fields of a density.
 *
 *  @param rho kg/m3, [nz, nx].
 *  @param c v^2 dt^2 / h^2 as a field. */
export function makeDensity(layout: Layout, rho: Floats, c: Floats, space: Space, threads: number): Density {
  const field = () => space.floats(layout.length);
  const exact = new Float64Array(layout.length);
  eachPadded(layout, (cell, z, x) => {
    exact[cell] = 1 / rho[homeOf(layout, z, x)]!;
  });
  const [b, halfC, kappa, halfKappa, q] = [field(), field(), field(), field(), field()];
  b.set(exact);
  for (let z = 0; z < layout.rows; z++)
    for (let x = 0; x < layout.columns; x++) {
      const i = cellAt(layout, z, x);
      const k = c[i]! / exact[i]!;
      halfC[i] = 0.5 * c[i]!;
      kappa[i] = k;
      halfKappa[i] = 0.5 * k;
      q[i] = -0.5 * k * laplacian(layout, exact, i);
    }
  const works = Array.from({ length: threads }, () => ({
    scaled: field(),
    outer: field(),
    inner: field(),
    unused: field(),
  }));
  return { b, halfC, kappa, halfKappa, q, ones: field().fill(1), works };
}

/** `box` and the margins that a mirrored field has. */
const widened = (layout: Layout, { z0, z1, x0, x1 }: Box): Box => ({
  z0: Math.max(z0 - halo, -halo),
  z1: Math.min(z1 + halo, layout.rows + halo),
  x0: Math.max(x0 - halo, -halo),
  x1: Math.min(x1 + halo, layout.line - halo),
});

/** into = factor u, zero outside the window's surroundings. */
export function scale(
  kernels: Kernels,
  layout: Layout,
  into: Floats,
  factor: Floats,
  u: Floats,
  box: Box,
): void {
  into.fill(0);
  kernels.multiply(layout, into, factor, u, widened(layout, box));
}

/** factor L(u) into `into`, factor a field as c is. */
export function stretched(
  kernels: Kernels,
  layout: Layout,
  into: Floats,
  factor: Floats,
  u: Floats,
  work: DensityWork,
  box: Box,
): void {
  work.unused.fill(0);
  into.fill(0);
  kernels.step(layout, { u, before: work.unused, strips: [] }, factor, box, into);
}

/** before = 2u - before + c rho div(b grad u); the last part also into `snap`. */
export function densityStep(
  kernels: Kernels,
  layout: Layout,
  { u, before }: Field,
  { density, work }: DensityOf,
  box: Box,
  snap?: Floats,
): void {
  const { b, halfC, halfKappa, q, ones } = density;
  const { scaled, outer, inner } = work;
  scale(kernels, layout, scaled, b, u, box);
  stretched(kernels, layout, outer, halfKappa, scaled, work, box);
  inner.fill(0);
  kernels.step(layout, { u, before, strips: [] }, halfC, box, inner);
  for (const [x, y] of [
    [ones, outer],
    [q, u],
  ] as const)
    kernels.multiply(layout, before, x, y, box);
  if (!snap) return;
  snap.fill(0);
  for (const [x, y] of [
    [ones, inner],
    [ones, outer],
    [q, u],
  ] as const)
    kernels.multiply(layout, snap, x, y, box);
}

/** A change of density: with e = -drho / rho, b changes by b e. Fields. */
export interface DensityChange {
  readonly minusE: Floats;
  readonly be: Floats;
  /** -c rho L(b e) / 2 - e q. */
  readonly q: Floats;
}

/** Fields of a change of density, kg/m3, [nz, nx]. */
export function densityChange(
  layout: Layout,
  density: Density,
  rho: Floats,
  drho: Floats,
  space: Space,
): DensityChange {
  const [minusE, be, q] = [
    space.floats(layout.length),
    space.floats(layout.length),
    space.floats(layout.length),
  ];
  const exact = new Float64Array(layout.length);
  eachPadded(layout, (cell, z, x) => {
    const home = homeOf(layout, z, x);
    minusE[cell] = drho[home]! / rho[home]!;
    exact[cell] = -drho[home]! / rho[home]! ** 2;
  });
  be.set(exact);
  for (let z = 0; z < layout.rows; z++)
    for (let x = 0; x < layout.columns; x++) {
      const i = cellAt(layout, z, x);
      q[i] = minusE[i]! * density.q[i]! - density.halfKappa[i]! * laplacian(layout, exact, i);
    }
  return { minusE, be, q };
}

/** What a change of density adds to the next field, into `into`: c drho div(b grad u) + c rho div(b e grad u)
 *  = -e outer + q u + c rho L(b e u) / 2, right after the step from u.
 *
 *  @param box Where u can be. */
export function densityScatter(
  kernels: Kernels,
  layout: Layout,
  into: Floats,
  u: Floats,
  { density, work }: DensityOf,
  { minusE, be, q }: DensityChange,
  box: Box,
): void {
  into.fill(0);
  kernels.multiply(layout, into, minusE, work.outer, box);
  kernels.multiply(layout, into, q, u, box);
  scale(kernels, layout, work.scaled, be, u, box);
  stretched(kernels, layout, work.inner, density.halfKappa, work.scaled, work, box);
  kernels.multiply(layout, into, density.ones, work.inner, box);
}
