// First-arrival times: the eikonal equation by fast sweeping.
import type { Grid } from "../core/grid.js";
import type { Place } from "./points.js";
import type { Model } from "./prepare.js";

/** Value between cells, linear both ways. */
function between(v: Model, [z, x]: Place): number {
  const [nz, nx] = v.shape as [number, number];
  const [z0, x0] = [Math.min(Math.floor(z), nz - 2), Math.min(Math.floor(x), nx - 2)];
  const [a, b] = [z - z0, x - x0];
  const at = (i: number, j: number) => v.data[(z0 + i) * nx + x0 + j]!;
  return (1 - a) * ((1 - b) * at(0, 0) + b * at(0, 1)) + a * ((1 - b) * at(1, 0) + b * at(1, 1));
}

/** A sweep's largest relative change that ends the sweeping. */
const settled = 1e-12;

/** First-arrival times from a point, |grad T| = 1 / v. With T = T0 tau, T0 = the straight-ray time in the source's velocity, tau is smooth at the
 *  source, and first-order upwind differences of it are solved cell by cell in four alternating directions until nothing changes.
 *
 *  @param model Velocities, m/s, [nz, nx], > 0.
 *  @param source [z, x] in cells from the first, fractions allowed.
 *  @param options.spacing Size of the square cells, m, > 0.
 *  @returns Times, s, [nz, nx].
 *  @throws RangeError for a source outside the model, velocities or a spacing that are not positive.
 *  @see Zhao (2005), doi:10.1090/S0025-5718-04-01678-3; Fomel, Luo and Zhao (2009), doi:10.1016/j.jcp.2009.05.029. */
export function eikonal(
  model: Model,
  source: Place,
  options: { readonly spacing: number },
): Grid<Float64Array> {
  const [nz, nx] = model.shape as [number, number];
  const { spacing: h } = options;
  const [sz, sx] = source;
  if (model.shape.length !== 2 || !(nz >= 2 && nx >= 2) || model.data.length !== nz * nx)
    throw new RangeError(`eikonal: the model must be [nz, nx] of at least 2 x 2 cells, got [${model.shape}]`);
  if (!(h > 0)) throw new RangeError(`eikonal: spacing must be a positive number, got ${h}`);
  if (!(sz >= 0 && sz <= nz - 1 && sx >= 0 && sx <= nx - 1))
    throw new RangeError(
      `eikonal: the source must lie within 0..${nz - 1}, 0..${nx - 1} cells, got [${sz}, ${sx}]`,
    );
  for (const v of model.data)
    if (!(v > 0)) throw new RangeError(`eikonal: velocities must be positive, got ${v}`);
  const slowness = 1 / between(model, source);
  const tau = new Float64Array(nz * nx).fill(Number.POSITIVE_INFINITY);
  const straight = (z: number, x: number) => slowness * h * Math.hypot(z - sz, x - sx);
  // the cells around the source begin at the straight-ray time
  for (let z = Math.floor(sz); z <= Math.min(Math.ceil(sz), nz - 1); z++)
    for (let x = Math.floor(sx); x <= Math.min(Math.ceil(sx), nx - 1); x++) tau[z * nx + x] = 1;

  /** A better tau of a cell from its earlier neighbours. */
  const update = (z: number, x: number): number => {
    const t0 = straight(z, x);
    if (t0 === 0) return 1;
    const s = 1 / model.data[z * nx + x]!;
    /** The earlier neighbour along one axis: its time, its tau, and on which side it lies (1 before, -1 after). */
    const earlier = (dz: number, dx: number) => {
      const side = (sign: number) => {
        const [i, j] = [z - sign * dz, x - sign * dx];
        if (i < 0 || i >= nz || j < 0 || j >= nx) return { time: Number.POSITIVE_INFINITY, tau: 0, sign };
        const value = tau[i * nx + j]!;
        return { time: straight(i, j) * value, tau: value, sign };
      };
      const [before, after] = [side(1), side(-1)];
      return before.time <= after.time ? before : after;
    };
    const [a, b] = [earlier(1, 0), earlier(0, 1)];
    let best = (Math.min(a.time, b.time) + s * h) / t0;
    if (Number.isFinite(a.time) && Number.isFinite(b.time)) {
      // (p tau - q)^2 over both axes = s^2, p = dT0 + sign T0 / h, q = sign T0 tau_neighbour / h
      const slope = (distance: number) => (slowness * slowness * h * distance) / t0;
      const [pa, pb] = [slope(z - sz) + (a.sign * t0) / h, slope(x - sx) + (b.sign * t0) / h];
      const [qa, qb] = [(a.sign * t0 * a.tau) / h, (b.sign * t0 * b.tau) / h];
      const [A, B, C] = [pa * pa + pb * pb, pa * qa + pb * qb, qa * qa + qb * qb - s * s];
      const root = B * B - A * C;
      if (root >= 0) {
        const value = (B + Math.sqrt(root)) / A;
        // both parts of the gradient must point away from the neighbours they were taken from
        const least = -1e-12 * s;
        if (a.sign * (pa * value - qa) >= least && b.sign * (pb * value - qb) >= least) best = value;
      }
    }
    return best;
  };
  for (let change = 1, round = 0; change > settled && round < nz + nx; round++) {
    change = 0;
    for (const [down, right] of [
      [true, true],
      [true, false],
      [false, false],
      [false, true],
    ])
      for (let i = 0; i < nz; i++)
        for (let j = 0; j < nx; j++) {
          const [z, x] = [down ? i : nz - 1 - i, right ? j : nx - 1 - j];
          const [old, value] = [tau[z * nx + x]!, update(z, x)];
          if (value >= old) continue;
          tau[z * nx + x] = value;
          change = Math.max(change, old === Number.POSITIVE_INFINITY ? 1 : (old - value) / old);
        }
  }
  const data = tau.map((value, i) => value * straight(Math.floor(i / nx), i % nx));
  return { data, shape: [nz, nx] };
}
