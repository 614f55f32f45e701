// Fine-tuning of a part of a model: the rest stays as it is, running statistics included.
import type { Model } from "./types.js";

/** The same model with fewer parameters to train: what `fit` does not see it does not change. Batch norms keep their running statistics, so
 *  the frozen part computes in training what it computes afterwards.
 *
 *  @param model Shares its variables; the caller disposes it, not the result.
 *  @param isTrained Whether a parameter is trained, by its name.
 *  @returns A model for `fit`.
 *  @throws RangeError where no parameter is left to train.
 *  @example await fit(partly(net, (name) => name.includes("lora")), samples, { steps: 100 }) */
export function partly(model: Model, isTrained: (name: string) => boolean): Model {
  const parameters = new Map([...model.parameters].filter(([name]) => isTrained(name)));
  if (parameters.size === 0)
    throw new RangeError(`partly: a parameter of ${model.name} must be trained, got none`);
  const frozen = [...model.parameters].filter(([name]) => !isTrained(name));
  return {
    ...model,
    parameters,
    buffers: new Map([...model.buffers, ...frozen]),
    apply: (x, mode = {}) => model.apply(x, { ...mode, training: false }),
    dispose() {},
  };
}

/** Takes over what two models have in common: the weights and running statistics of the same name and shape.
 *
 *  @param model Its variables change.
 *  @param source Stays.
 *  @returns Names of the model's variables that the source does not have. */
export function adopt(model: Model, source: Model): string[] {
  const known = new Map([...source.parameters, ...source.buffers]);
  const own = [...model.parameters, ...model.buffers];
  return own.flatMap(([name, variable]) => {
    const found = known.get(name);
    if (!found || found.shape.join() !== variable.shape.join()) return [name];
    variable.assign(found);
    return [];
  });
}
