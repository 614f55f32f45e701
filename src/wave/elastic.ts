// Elastic P-SV waves in two dimensions on a staggered grid: particle velocities and stresses.
import type { Grid } from "../core/grid.js";
import { ElasticField } from "./elastic-field.js";
import type { Place } from "./points.js";
import type { Model } from "./prepare.js";

/** An elastic medium, each [nz, nx]. */
export interface ElasticModel {
  /** P velocity, m/s, > 0. */
  readonly vp: Model;
  /** S velocity, m/s, >= 0 (0: a fluid), at most vp / sqrt(2). */
  readonly vs: Model;
  /** Density, kg/m3, > 0. */
  readonly rho: Model;
}

export interface ElasticOptions {
  /** Size of the square cells, m, > 0. */
  readonly spacing: number;
  /** Time step, s, > 0. */
  readonly dt: number;
  /** [z, x], whole cells from the model's first. */
  readonly source: Place;
  /** Rate at which the source changes both normal stresses (an explosion), Pa/s, [nt]. */
  readonly wavelet: Float32Array | Float64Array;
  /** [z, x], whole cells. Default none. */
  readonly receivers?: readonly Place[];
  /** Time samples at which the whole field is kept. Default none. */
  readonly snapshots?: readonly number[];
  /** Cells of absorbing layer on all sides. Default 20. */
  readonly pml?: number;
  /** Frequency that the layers absorb best, Hz. Default 0. */
  readonly frequency?: number;
  /** The top of the model is free of traction, and has no layer. Default false. */
  readonly freeSurface?: boolean;
  readonly signal?: AbortSignal;
}

/** What an elastic simulation gives; component 0 is the vertical particle velocity (down), 1 the horizontal one, m/s. */
export interface Elastic {
  /** [component, receiver, time]; sample n is the field at n dt (velocities at (n - 1/2) dt). */
  readonly records: Grid<Float64Array>;
  /** [component, snapshot, nz, nx]. */
  readonly snapshots: Grid<Float64Array>;
}

/** Courant limit of fourth-order staggered differences in two dimensions: 1 / (sqrt(2) (9/8 + 1/24)). */
const courant = 6 / (7 * Math.SQRT2);

function check(model: ElasticModel, options: ElasticOptions): readonly [number, number] {
  const { vp, vs, rho } = model;
  const [nz, nx] = vp.shape as [number, number];
  for (const [name, grid] of Object.entries(model) as [string, Model][])
    if (
      grid.shape.length !== 2 ||
      grid.shape[0] !== nz ||
      grid.shape[1] !== nx ||
      grid.data.length !== nz * nx
    )
      throw new RangeError(`elastic: ${name} must be [${nz}, ${nx}], got [${grid.shape}]`);
  const { spacing, dt, pml = 20, source, receivers = [], wavelet, snapshots = [] } = options;
  if (!(spacing > 0 && dt > 0))
    throw new RangeError(`elastic: spacing and dt must be > 0, got ${spacing}, ${dt}`);
  if (!Number.isInteger(pml) || pml < 0)
    throw new RangeError(`elastic: pml must be a whole number of cells >= 0, got ${pml}`);
  let fastest = 0;
  vp.data.forEach((v: number, i: number) => {
    if (!(v > 0 && rho.data[i]! > 0 && vs.data[i]! >= 0 && 2 * vs.data[i]! ** 2 <= v * v * (1 + 1e-6)))
      throw new RangeError(
        `elastic: vp > 0, rho > 0 and 0 <= vs <= vp / sqrt(2) must hold, got ${v}, ${rho.data[i]}, ${vs.data[i]}`,
      );
    fastest = Math.max(fastest, v);
  });
  const number = (fastest * dt) / spacing;
  if (number > courant)
    throw new RangeError(
      `elastic: the Courant number must be <= ${courant.toFixed(3)}, got ${number.toFixed(3)}; use dt <= ${Math.floor((courant * spacing * 1e6) / fastest) / 1e6} s or a coarser grid`,
    );
  for (const [z, x] of [source, ...receivers])
    if (!(Number.isInteger(z) && Number.isInteger(x) && z >= 0 && z < nz && x >= 0 && x < nx))
      throw new RangeError(
        `elastic: places must be whole cells within 0..${nz - 1}, 0..${nx - 1}, got [${z}, ${x}]`,
      );
  for (const n of snapshots)
    if (!Number.isInteger(n) || n < 0 || n >= wavelet.length)
      throw new RangeError(`elastic: snapshots must be samples 0..${wavelet.length - 1}, got ${n}`);
  return [nz, nx];
}

/** Propagates P and SV waves from an explosion: rho dv/dt = div sigma, dsigma/dt = lambda div v I + mu (grad v + grad v^T) + source; fourth order in
 *  space, second in time, float64, on the caller's thread (about 10 million cells a second).
 *
 *  @param model Velocities and density.
 *  @param options See ElasticOptions.
 *  @returns Records and snapshots of the particle velocities, which lie half a cell below and right of the cell that names them.
 *  @throws RangeError for values out of range; for a time step that is not stable it names one that is. The signal's reason when it stops.
 *  @see Virieux (1986), doi:10.1190/1.1442147; Levander (1988), doi:10.1190/1.1442422, for the free surface. */
export function elastic(model: ElasticModel, options: ElasticOptions): Elastic {
  const [nz, nx] = check(model, options);
  const { source, wavelet, receivers = [], snapshots = [], signal, dt } = options;
  const nt = wavelet.length;
  const field = new ElasticField(model, options);
  const records = new Float64Array(2 * receivers.length * nt);
  const pictures = new Float64Array(2 * snapshots.length * nz * nx);
  for (let n = 0; n < nt; n++) {
    if (n % 50 === 0) signal?.throwIfAborted();
    [field.vz, field.vx].forEach((v, component) => {
      receivers.forEach(([z, x], r) => {
        records[(component * receivers.length + r) * nt + n] = v[field.at(z, x)]!;
      });
      snapshots.forEach((sample, k) => {
        if (sample !== n) return;
        for (let z = 0; z < nz; z++) {
          const from = field.at(z, 0);
          pictures.set(v.subarray(from, from + nx), ((component * snapshots.length + k) * nz + z) * nx);
        }
      });
    });
    field.step();
    const cell = field.at(source[0], source[1]);
    field.xx[cell]! += dt * wavelet[n]!;
    field.zz[cell]! += dt * wavelet[n]!;
    field.mirror();
  }
  return {
    records: { data: records, shape: [2, receivers.length, nt] },
    snapshots: { data: pictures, shape: [2, snapshots.length, nz, nx] },
  };
}
