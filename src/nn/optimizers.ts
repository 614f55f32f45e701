// Optimisers over one vector of all weights.
import { engine, flatAdam, type Stepper, stepperState, type Tensor, type Tensor1D } from "../tensor/index.js";
import { constant, type Schedule } from "./schedules.js";

/** How weights move; `fit` starts it. */
export interface Optimizer {
  /** Name and constants, for journals and checkpoints. */
  readonly name: string;
  readonly rate: Schedule;
  /** True where a batch must hold all samples. */
  readonly isFullBatch?: boolean;
  /** @param initial All weights, shape [n]; stays. */
  start(initial: Tensor1D): Stepper;
}

/** Learning rate: a number or a schedule. */
export interface Rate {
  readonly learningRate?: number | Schedule;
}

const scheduleOf = (rate: number | Schedule): Schedule => (typeof rate === "number" ? constant(rate) : rate);

/** Settings of Adam and AdamW. */
export interface AdamSettings extends Rate {
  /** Forgetting of the mean gradient, default .9. */
  readonly beta1?: number;
  /** Forgetting of the mean square, default .999. */
  readonly beta2?: number;
  /** Added to the root of the mean square, default 1e-8. */
  readonly epsilon?: number;
}

/** Adam. @param o.learningRate Default 1e-3; beta1 .9, beta2 .999, epsilon 1e-8.
 *  @see Kingma and Ba (2015). */
export function adam({
  learningRate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
}: AdamSettings = {}): Optimizer {
  return {
    name: `adam ${beta1} ${beta2} ${epsilon}`,
    rate: scheduleOf(learningRate),
    start: (w) => flatAdam(w, { beta1, beta2, epsilon, weightDecay: 0 }),
  };
}

/** Adam with decoupled weight decay of all weights. @param o.weightDecay Default .01.
 *  @see Loshchilov and Hutter (2019). */
export function adamW({
  learningRate = 1e-3,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay = 0.01,
}: AdamSettings & { readonly weightDecay?: number } = {}): Optimizer {
  return {
    name: `adamW ${beta1} ${beta2} ${epsilon} ${weightDecay}`,
    rate: scheduleOf(learningRate),
    start: (w) => flatAdam(w, { beta1, beta2, epsilon, weightDecay }),
  };
}

/** A stepper of plain tensor operations. @param update The new values of the variables, in their order. */
function plain(
  initial: Tensor1D,
  names: readonly string[],
  update: (state: readonly Tensor[], gradient: Tensor1D, rate: Tensor) => readonly Tensor[],
): Stepper {
  const { tf } = engine();
  const state = stepperState(initial, names);
  const variables = [...state.values()];
  return {
    state,
    scalars: (rate) => [rate],
    step: (gradient, [rate]) =>
      tf.tidy(() => {
        update(variables, gradient, rate!).forEach((t, i) => {
          variables[i]!.assign(t);
        });
      }),
    dispose: () => {
      for (const variable of variables) variable.dispose();
    },
  };
}

/** Stochastic gradient descent, v = momentum v + g, w = w - rate v. @param o.learningRate Default .01. @param o.momentum Default 0. */
export function sgd({
  learningRate = 0.01,
  momentum = 0,
}: Rate & { readonly momentum?: number } = {}): Optimizer {
  return {
    name: `sgd ${momentum}`,
    rate: scheduleOf(learningRate),
    start: (initial) =>
      plain(initial, momentum > 0 ? ["v"] : [], ([w, v], g, rate) => {
        const { tf } = engine();
        const moved = v ? tf.add(tf.mul(v, momentum), g) : g;
        return [tf.sub(w!, tf.mul(moved, rate)), ...(v ? [moved] : [])];
      }),
  };
}

/** RMSprop, s = decay s + (1 - decay) g^2, w = w - rate g / (sqrt(s) + epsilon). @param o.learningRate Default .001.
 *  @param o.decay Default .9 (Keras'; PyTorch's is .99). @param o.epsilon Default 1e-7. */
export function rmsprop({
  learningRate = 1e-3,
  decay = 0.9,
  epsilon = 1e-7,
}: Rate & { readonly decay?: number; readonly epsilon?: number } = {}): Optimizer {
  return {
    name: `rmsprop ${decay} ${epsilon}`,
    rate: scheduleOf(learningRate),
    start: (initial) =>
      plain(initial, ["s"], ([w, s], g, rate) => {
        const { tf } = engine();
        const next = tf.add(tf.mul(s!, decay), tf.mul(tf.square(g), 1 - decay));
        return [tf.sub(w!, tf.div(tf.mul(g, rate), tf.add(tf.sqrt(next), epsilon))), next];
      }),
  };
}
