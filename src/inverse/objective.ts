// The function that an inversion lowers: misfit of the records of a step's experiment, filtered, plus total variation.
import type { Grid } from "../core/grid.js";
import { acousticGradient, type Simulation } from "../wave/index.js";
import type { Misfit } from "./misfits.js";
import { totalVariation } from "./regularisation.js";
import type { Experiment } from "./survey.js";
import { filterTraces, type TraceFilter } from "./trace-filter.js";

type Floats = Float32Array | Float64Array;

/** What does not change from step to step. */
export interface ObjectiveOptions {
  readonly simulation: Omit<Simulation, "shots">;
  /** The gradient uses the wavefield of every so many steps. */
  readonly every: number;
  readonly misfit: Misfit;
  /** Divides the misfit. */
  readonly scale: number;
  readonly filter: TraceFilter | undefined;
  /** Weight of the total variation of the model in km/s. */
  readonly variation: number;
}

/** Misfit of an experiment and its gradient with respect to the velocity in km/s.
 *
 *  @param model m/s.
 *  @param experiment Its observed records are filtered already. */
export function objective(
  model: Grid<Float64Array>,
  experiment: Experiment,
  options: ObjectiveOptions,
): { readonly value: number; readonly gradient: Float64Array } {
  const { simulation, every, misfit, scale, filter, variation } = options;
  const { shots, observed } = experiment;
  const share = scale * experiment.share;
  const { value, gradient } = acousticGradient(model, { ...simulation, shots, every }, (records, iShot) => {
    const seen = filter ? filterTraces(records, filter) : records;
    const compared = misfit(seen as Grid<Floats>, { data: observed[iShot]!, shape: records.shape });
    const data = new Float64Array(compared.adjoint.length);
    for (let i = 0; i < data.length; i++) data[i] = compared.adjoint[i]! / share;
    const back = { data, shape: records.shape };
    return {
      value: compared.value / share,
      adjoint: (filter ? filterTraces(back, filter) : back).data,
    };
  });
  const perKm = gradient.data.map((g) => 1000 * g);
  if (variation === 0) return { value, gradient: perKm };
  const tv = totalVariation({ data: model.data.map((v) => v / 1000), shape: model.shape });
  return {
    value: value + variation * tv.value,
    gradient: perKm.map((g, i) => g + variation * tv.gradient[i]!),
  };
}
