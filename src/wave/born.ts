// Born modelling: the derivative of the records in a direction of the model.
import type { Grid } from "../core/grid.js";
import type { BornJob } from "./born-shot.js";
import { type Job, makeField } from "./job.js";
import { spread } from "./layout.js";
import { type Model, stack, withJob } from "./prepare.js";
import type { Simulation } from "./survey.js";

/** Derivative of the records of `acoustic` when the velocity changes by `perturbation` times a small number: single scattering.
 *
 *  @param model Velocities, m/s, [nz, nx].
 *  @param perturbation Change of velocity, m/s, [nz, nx].
 *  @param options See Simulation.
 *  @returns [shot, receiver, time]; `acousticGradient` is its transpose.
 *  @throws As `acoustic`; RangeError where the perturbation has another shape. */
export function acousticBorn(
  model: Model,
  perturbation: Model,
  options: Simulation,
): Grid<Float32Array | Float64Array> {
  const [nz, nx] = model.shape;
  const { data, shape } = perturbation;
  if (shape[0] !== nz || shape[1] !== nx || data.length !== model.data.length)
    throw new RangeError(`acousticBorn: the perturbation must be [${nz}, ${nx}], got [${shape}]`);
  return withJob(
    "acousticBorn",
    model,
    options,
    [],
    ({ layout }, space, { threads }): Omit<BornJob, keyof Job> => {
      const relative = space.floats(layout.length);
      spread(layout, (i) => (2 * data[i]!) / model.data[i]!, relative);
      const each = <T>(make: () => T): T[] => Array.from({ length: threads }, make);
      return {
        relative,
        scattered: each(() => makeField(space, layout)),
        snaps: each(() => space.floats(layout.length)),
      };
    },
    ({ checked, job, run }) => {
      run("born", [...job.shots.keys()]);
      return stack(
        job.shots.map((shot) => shot.records),
        [job.shots.length, checked.nReceivers, checked.nt],
      );
    },
  );
}
