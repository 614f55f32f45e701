// The gradient of a misfit of acoustic records with respect to velocity.
import type { Grid } from "../core/grid.js";
import { gatherDensity, makeSums } from "./density-gradient.js";
import type { GradientJob } from "./gradient-shot.js";
import { makeField } from "./job.js";
import type { Floats } from "./kernels.js";
import { cellAt, type Layout } from "./layout.js";
import { type Model, withJob } from "./prepare.js";
import { planStore, type Store } from "./store.js";
import type { Simulation } from "./survey.js";

/** Misfit of a shot's records, [receiver, time], and its derivative with respect to each of their numbers. */
export type ShotMisfit = (
  records: Grid<Floats>,
  iShot: number,
) => { readonly value: number; readonly adjoint: Floats };

export interface GradientOptions extends Simulation {
  /** The wavefield of every so many steps is used: 1, the default, is exact; as long as it is sampled finely enough for the wavelet, little is lost. */
  readonly every?: number;
  /** Bytes that kept wavefields may take; where they do not fit, parts are computed twice. Results do not depend on it. Default 256 MB. */
  readonly memory?: number;
}

/** A misfit and its gradient. */
export interface Gradient {
  /** Sum of the shots' misfits. */
  readonly value: number;
  /** Misfit of each shot. */
  readonly values: readonly number[];
  /** Derivative of the misfit with respect to the velocity of each cell, [nz, nx], float64. */
  readonly gradient: Grid<Float64Array>;
  /** The same for the density, misfit per kg/m3; where one was given. */
  readonly density?: Grid<Float64Array>;
}

/** Adds 2 / (v c) of a field's sum to the model's cells; layers go to the edge cells that they repeat. */
function gather(
  layout: Layout,
  v: Floats,
  c: Floats,
  field: Floats,
  factor: number,
  into: Float64Array,
): void {
  const { nz, nx, top, left, rows, columns } = layout;
  for (let z = 0; z < rows; z++) {
    const row = Math.min(Math.max(z - top, 0), nz - 1) * nx;
    for (let x = 0; x < columns; x++) {
      const i = row + Math.min(Math.max(x - left, 0), nx - 1);
      const cell = cellAt(layout, z, x);
      into[i]! += (factor * 2 * field[cell]!) / (v[i]! * c[cell]!);
    }
  }
}

/** Misfit of the records of `acoustic` and its gradient with respect to velocity, and density where one is given, by the adjoint of the discrete time steps: dJ/dv = sum_n lambda_{n+1}
 *  2 v dt^2 / h^2 (L u_n - f_n), layers, free surfaces and the sources' strength v^2 f included.
 *
 *  @param model Velocities, m/s, [nz, nx].
 *  @param options See Simulation, GradientOptions.
 *  @param misfit Called once a shot, on the caller's thread, in order.
 *  @returns Misfit and gradient; float32 rounding remains in it, none in float64.
 *  @throws As `acoustic`; RangeError where `memory` is too small.
 *  @see Plessix (2006), doi:10.1111/j.1365-246X.2006.02978.x. */
export function acousticGradient(model: Model, options: GradientOptions, misfit: ShotMisfit): Gradient {
  const { every = 1, memory = 256e6, shots } = options;
  if (!Number.isInteger(every) || every < 1)
    throw new RangeError(`acousticGradient: every must be a whole number >= 1, got ${every}`);
  return withJob(
    "acousticGradient",
    model,
    options,
    [],
    (base, space, { threads, nt, nReceivers }): Pick<GradientJob, "plan" | "stores" | "adjoints"> => {
      const { layout } = base;
      const size = base.c.BYTES_PER_ELEMENT;
      const fields = base.density ? 2 : 1;
      const plan = planStore("acousticGradient", layout, nt, every, memory / threads, size, fields);
      const fixed = size * (fields * plan.kept * layout.length + (plan.parts - 1) * plan.restart);
      const slots = Math.min(
        shots.length,
        Math.max(threads, plan.parts > 1 ? 1 : Math.floor(memory / fixed)),
      );
      const stores = Array.from(
        { length: slots },
        (): Store => ({
          snaps: space.scratch(plan.kept * layout.length),
          boxes: space.ints(new Array<number>(4 * plan.kept).fill(0)),
          restarts: space.scratch((plan.parts - 1) * plan.restart),
          windows: space.ints(new Array<number>(8 * (plan.parts - 1)).fill(0)),
          adjoint: space.floats(nReceivers * nt),
          gradient: space.floats(layout.length),
          ...(base.density ? { sums: makeSums(space, layout, plan.kept) } : {}),
        }),
      );
      const adjoints = Array.from({ length: threads }, () => makeField(space, layout, true));
      return { plan, stores, adjoints };
    },
    ({ checked, layout, job, run }) => {
      const { nz, nx, nt, nReceivers } = checked;
      const [total, ofDensity] = [new Float64Array(nz * nx), new Float64Array(nz * nx)];
      const values: number[] = [];
      for (let first = 0; first < shots.length; first += job.stores.length) {
        const batch = [...shots.keys()].slice(first, first + job.stores.length);
        run("record", batch);
        batch.forEach((iShot, slot) => {
          const data = job.shots[iShot]!.records.slice();
          const { value, adjoint } = misfit({ data, shape: [nReceivers, nt] }, iShot);
          if (adjoint.length !== data.length)
            throw new RangeError(
              `acousticGradient: the misfit's adjoint must have ${data.length} numbers, got ${adjoint.length}`,
            );
          values.push(value);
          job.stores[slot]!.adjoint.set(adjoint as Float32Array);
        });
        run("adjoint", batch);
        for (const slot of batch.keys()) {
          const { gradient, sums } = job.stores[slot]!;
          gather(layout, model.data, job.density?.kappa ?? job.c, gradient, every, total);
          if (sums && job.density) gatherDensity(layout, job.density, sums, every, ofDensity);
        }
      }
      return {
        value: values.reduce((a, b) => a + b, 0),
        values,
        gradient: { data: total, shape: [nz, nx] },
        ...(job.density ? { density: { data: ofDensity, shape: [nz, nx] } } : {}),
      };
    },
  );
}
