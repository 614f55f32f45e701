// How a model is made from its options, and found again by its name.
import { engine, type Tensor } from "../tensor/index.js";
import { forget } from "./predict.js";
import type { Json, Layer, Mode, Model } from "./types.js";
import { Weights } from "./weights.js";

/** A model's constructor. */
export type Make = (options?: Record<string, unknown>) => Model;

const makers = new Map<string, Make>();

/** The constructor of a model by its name.
 *  @throws RangeError for an unknown name. */
export function makerOf(name: string): Make {
  const make = makers.get(name);
  if (!make)
    throw new RangeError(`nn: the model must be one of ${[...makers.keys()].join(", ")}, got ${name}`);
  return make;
}

/** Defines a model: a function of options that draws the weights and returns the network.
 *
 *  @param name As `nn.load` will look for it.
 *  @param paper Where it comes from.
 *  @param defaults Every option but the seed.
 *  @param build Makes the layers; returns what `apply` does.
 *  @returns The constructor. */
export function defineModel<O extends { readonly seed?: number }>(
  name: string,
  paper: string,
  defaults: Required<Omit<O, "seed">>,
  build: (p: Weights, options: Required<Omit<O, "seed">>) => Layer,
): (options?: O) => Model {
  const make = (given: O = {} as O): Model => {
    const { seed = 0, ...rest } = given as { seed?: number };
    for (const key of Object.keys(rest))
      if (!(key in defaults))
        throw new RangeError(`${name}: options are ${Object.keys(defaults).join(", ")}, seed, got ${key}`);
    const options = { ...defaults, ...rest } as Required<Omit<O, "seed">>;
    engine(); // says what to do when TensorFlow is not loaded
    const weights = new Weights(seed);
    const forward = build(weights, options);
    const model: Model = {
      name,
      paper,
      options: { ...(options as unknown as { [key: string]: Json }), seed },
      parameters: weights.parameters,
      buffers: weights.buffers,
      layouts: weights.layouts,
      apply: (x: Tensor, mode: Mode = {}) => forward(x, mode),
      dispose: () => {
        forget(model);
        weights.dispose();
      },
    };
    return model;
  };
  makers.set(name, make as Make);
  return make;
}

/** Number of trainable numbers.
 *  @returns The sum of the parameters' sizes. */
export function countWeights(model: Model): number {
  return [...model.parameters.values()].reduce((sum, { size }) => sum + size, 0);
}
