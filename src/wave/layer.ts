// Profiles of absorbing layers (C-PML) along one axis, with the numbers that deepwave uses.
import type { Stencil } from "./stencil.js";

/** Profiles at the cells of an axis, layers included. */
export interface Profile {
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Derivative of b in units of the spacing. */
  readonly slope: Float64Array;
  /** 1 in the layer and as far as a derivative reaches out of it, 0 beyond. */
  readonly inside: Float64Array;
}

/** What decides how strongly a layer damps. */
export interface Damping {
  readonly dt: number;
  readonly spacing: number;
  /** Fastest velocity, m/s. */
  readonly velocity: number;
  /** Frequency that is absorbed best, Hz. */
  readonly frequency: number;
}

const reflection = 1e-3;

/** Profiles of a layer of `width` cells at one end of `n` cells: a = exp(-(sigma + alpha) dt), b = sigma / (sigma + alpha) (a - 1),
 *  sigma = 3 v ln(1000) / (2 L) d^2, alpha = pi f (1 - d), L = the layer's width, d = depth in the layer / L, from 1 / cells to 1.
 *
 *  @param n Cells, layers included.
 *  @param atStart The layer lies at the first cells, else at the last.
 *  @returns Profiles, shape [n] each.
 *  @see Pasalic and McGarry (2010), doi:10.1190/1.3513453. */
export function profile(
  n: number,
  width: number,
  atStart: boolean,
  stencil: Stencil,
  damping: Damping,
): Profile {
  const { dt, spacing, velocity, frequency } = damping;
  const depth = (i: number) => Math.min(Math.max((atStart ? width - i : i - (n - 1 - width)) / width, 0), 1);
  const values = (i: number): readonly [number, number] => {
    const d = depth(i);
    if (d === 0) return [0, 0];
    const sigma = ((-3 * velocity * Math.log(reflection)) / (2 * width * spacing)) * d * d;
    const alpha = Math.PI * frequency * (1 - d);
    return [Math.exp(-(sigma + alpha) * dt), (sigma / (sigma + alpha)) * Math.expm1(-(sigma + alpha) * dt)];
  };
  const array = (f: (i: number) => number) => Float64Array.from({ length: n }, (_, i) => f(i));
  const slope = (i: number) =>
    stencil.first.reduce((sum, w, k) => sum + w * (values(i + k + 1)[1] - values(i - k - 1)[1]), 0);
  const near = (i: number) => depth(atStart ? i - stencil.reach : i + stencil.reach) > 0;
  return {
    a: array((i) => values(i)[0]),
    b: array((i) => values(i)[1]),
    slope: array(slope),
    inside: array((i) => (near(i) ? 1 : 0)),
  };
}
