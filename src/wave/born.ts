// Born modelling: the derivative of the records in a direction of the model.
import type { Grid } from "../core/grid.js";
import type { BornJob } from "./born-shot.js";
import { densityChange } from "./density.js";
import { type Job, makeField } from "./job.js";
import { spread } from "./layout.js";
import { type Model, stack, withJob } from "./prepare.js";
import type { Simulation } from "./survey.js";

export interface BornOptions extends Simulation {
  /** Change of density, kg/m3, [nz, nx]; needs `density`. Default none. */
  readonly densityChange?: Model;
}

/** Derivative of the records of `acoustic` when the velocity changes by `perturbation` times a small number: single scattering.
 *
 *  @param model Velocities, m/s, [nz, nx].
 *  @param perturbation Change of velocity, m/s, [nz, nx].
 *  @param options See Simulation, BornOptions.
 *  @returns [shot, receiver, time]; `acousticGradient` is its transpose.
 *  @throws As `acoustic`; RangeError where the perturbation has another shape. */
export function acousticBorn(
  model: Model,
  perturbation: Model,
  options: BornOptions,
): Grid<Float32Array | Float64Array> {
  const [nz, nx] = model.shape;
  const { density: rho, densityChange: drho } = options;
  for (const { data, shape } of drho ? [perturbation, drho] : [perturbation])
    if (shape[0] !== nz || shape[1] !== nx || data.length !== model.data.length)
      throw new RangeError(`acousticBorn: the perturbation must be [${nz}, ${nx}], got [${shape}]`);
  if (drho && !rho) throw new RangeError("acousticBorn: densityChange needs a density, got none");
  const { data } = perturbation;
  return withJob(
    "acousticBorn",
    model,
    options,
    [],
    ({ layout, density }, space, { threads }): Omit<BornJob, keyof Job> => {
      const relative = space.floats(layout.length);
      spread(layout, (i) => (2 * data[i]!) / model.data[i]!, relative);
      const each = <T>(make: () => T): T[] => Array.from({ length: threads }, make);
      return {
        relative,
        scattered: each(() => makeField(space, layout)),
        snaps: each(() => space.floats(layout.length)),
        ...(density && rho && drho
          ? {
              change: densityChange(layout, density, rho.data, drho.data, space),
              moved: each(() => space.floats(layout.length)),
            }
          : {}),
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
