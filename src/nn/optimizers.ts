// Optimisers over one vector of all weights.
import { engine, flatAdam, type Stepper, type Tensor, type Tensor1D } from "../tensor/index.js";
import { constant, type Schedule } from "./schedules.js";

/** How weights move; `fit` starts it. */
export interface Optimizer {
  /** Name and constants, for journals and checkpoints. */
  readonly name: string;
  readonly rate: Schedule;
  /** @param initial All weights, shape [n]; stays. */
  start(initial: Tensor1D): Stepper;
}

/** Learning rate: a number or a schedule. */
export interface Rate {
  readonly learningRate?: number | Schedule;
}

const scheduleOf = (rate: number | Schedule): Schedule => (typeof rate === "number" ? constant(rate) : rate);

export interface AdamSettings extends Rate {
  readonly beta1?: number;
  readonly beta2?: number;
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

/** A stepper of plain tensor operations over named vectors; the first is the weights. */
function plain(
  initial: Tensor1D,
  names: readonly string[],
  update: (state: Tensor1D[], gradient: Tensor1D, rate: number) => Tensor[],
): Stepper {
  const { tf } = engine();
  const all = ["weights", ...names];
  let state = all.map((_, i) => tf.keep(i === 0 ? tf.add(initial, 0) : tf.zerosLike(initial)) as Tensor1D);
  const replace = (next: Tensor1D[]) => {
    for (const t of state) t.dispose();
    state = next;
  };
  return {
    step: (gradient, rate) =>
      replace(tf.tidy(() => update(state, gradient, rate).map((t) => tf.keep(t))) as Tensor1D[]),
    weights: () => tf.add(state[0]!, 0),
    save: () => new Map(all.map((name, i) => [name, state[i]!.dataSync() as Float32Array])),
    load: (saved) => replace(all.map((name) => tf.keep(tf.tensor1d(saved.get(name)!.slice())))),
    dispose: () => replace([]),
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
    start: (initial) => {
      const { tf } = engine();
      return plain(initial, momentum > 0 ? ["v"] : [], ([w, v], g, rate) => {
        const moved = v ? tf.add(tf.mul(v, momentum), g) : g;
        return [tf.sub(w!, tf.mul(moved, rate)), ...(v ? [moved] : [])];
      });
    },
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
    start: (initial) => {
      const { tf } = engine();
      return plain(initial, ["s"], ([w, s], g, rate) => {
        const next = tf.add(tf.mul(s!, decay), tf.mul(tf.square(g), 1 - decay));
        return [tf.sub(w!, tf.div(tf.mul(g, rate), tf.add(tf.sqrt(next), epsilon))), next];
      });
    },
  };
}
