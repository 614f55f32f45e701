// Acoustic waves in two dimensions: records and snapshots.
import type { Grid } from "../core/grid.js";
import { type Model, stack, withJob } from "./prepare.js";
import type { Simulation } from "./survey.js";

/** What a simulation gives. */
export interface Acoustic<T extends Float32Array | Float64Array = Float32Array> {
  /** The field at the receivers, [shot, receiver, time]; sample n is the field at n dt, before step n, so sample 0 is zero. */
  readonly records: Grid<T>;
  /** The field over the model, [shot, snapshot, nz, nx]. */
  readonly snapshots: Grid<T>;
}

export interface AcousticOptions extends Simulation {
  /** Time samples at which the whole field is kept, ascending, 0 .. nt - 1. Default none. */
  readonly snapshots?: readonly number[];
}

/** Propagates acoustic waves of constant density, d2u/dt2 = v^2 (laplacian u - f), by finite differences of second order in time.
 *
 *  f is the sum of the wavelets in their cells, not divided by a cell's area. Layers are convolutional perfectly matched layers; beyond them, and at
 *  edges without a layer, the field is 0. Shots run side by side on threads; the same bits come out for any number of them.
 *
 *  @param model Velocities, m/s, [nz, nx], > 0.
 *  @param options See Simulation, AcousticOptions.
 *  @returns Records and snapshots, float32, or float64 where asked.
 *  @throws RangeError for values out of range; for a time step that is not stable it names one that is. The signal's reason when it stops.
 *  @see Alford, Kelly and Boore (1974), doi:10.1190/1.1440470; Pasalic and McGarry (2010), doi:10.1190/1.3513453. */
export function acoustic<P extends "float32" | "float64" = "float32">(
  model: Model,
  options: AcousticOptions & { readonly precision?: P },
): Acoustic<P extends "float64" ? Float64Array : Float32Array> {
  const { snapshots: times = [] } = options;
  const nt = options.shots[0] && [options.shots[0].wavelet].flat()[0]?.length;
  times.forEach((n, i) => {
    if (!Number.isInteger(n) || n < 0 || n >= (nt ?? 0) || (i > 0 && n <= times[i - 1]!))
      throw new RangeError(`acoustic: snapshots must be ascending samples 0..${(nt ?? 0) - 1}, got ${n}`);
  });
  return withJob(
    "acoustic",
    model,
    options,
    times,
    () => ({}),
    ({ checked, job, run }) => {
      run("forward", [...job.shots.keys()]);
      const { nz, nx, nReceivers } = checked;
      const count = job.shots.length;
      return {
        records: stack(
          job.shots.map((shot) => shot.records),
          [count, nReceivers, checked.nt],
        ),
        snapshots: stack(
          job.shots.map((shot) => shot.snapshots),
          [count, times.length, nz, nx],
        ),
      } as Acoustic<P extends "float64" ? Float64Array : Float32Array>;
    },
  );
}
