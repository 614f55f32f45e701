// One training step: loss, gradients as one vector, clipping, the optimiser, the weights back into the model.
import {
  engine,
  join,
  releaseAll,
  type Stepper,
  split,
  type Tensor,
  type Tensor1D,
  type Variable,
} from "../tensor/index.js";
import type { Loss } from "./losses.js";
import type { Mode, Model } from "./types.js";

/** A model under training. */
export class Trainer {
  private readonly variables: readonly Variable[];
  private readonly shapes: readonly (readonly number[])[];
  private average: Tensor1D | undefined;

  /** @param averageDecay Of the running mean of the weights, undefined for none. */
  constructor(
    private readonly model: Model,
    start: (initial: Tensor1D) => Stepper,
    private readonly averageDecay?: number,
  ) {
    this.variables = [...model.parameters.values()];
    this.shapes = this.variables.map(({ shape }) => shape);
    const initial = join(this.variables);
    this.stepper = start(initial);
    if (averageDecay === undefined) initial.dispose();
    else this.average = engine().tf.keep(initial);
  }
  readonly stepper: Stepper;

  /** Loss and its gradient over all weights.
   *  @returns The loss and a new vector [n]. */
  gradient(
    x: Tensor,
    y: Tensor,
    loss: Loss,
    mode: Mode,
  ): { readonly value: number; readonly gradient: Tensor1D } {
    const { tf } = engine();
    try {
      const { value, grads } = tf.variableGrads(
        () => loss(this.model.apply(x, mode), y, x),
        this.variables as Variable[],
      );
      const gradient = join(this.variables.map((v) => grads[v.name]!));
      const number = value.dataSync()[0]!;
      tf.dispose([value, grads]);
      return { value: number, gradient };
    } finally {
      releaseAll();
    }
  }

  /** Moves the weights.
   *  @param gradient From `gradient`; freed here. @param rate Learning rate. @param clip Largest norm of the gradient. */
  step(gradient: Tensor1D, rate: number, clip?: number): void {
    const { tf } = engine();
    let g = gradient;
    if (clip !== undefined) {
      g = tf.tidy(() =>
        tf.mul(gradient, tf.minimum(1, tf.div(clip, tf.add(tf.norm(gradient), 1e-6)))),
      ) as Tensor1D;
      gradient.dispose();
    }
    this.stepper.step(g, rate);
    g.dispose();
    const flat = this.stepper.weights();
    this.assign(flat);
    if (this.average && this.averageDecay !== undefined) {
      const old = this.average;
      const decay = this.averageDecay;
      this.average = tf.keep(tf.tidy(() => tf.add(tf.mul(old, decay), tf.mul(flat, 1 - decay)) as Tensor1D));
      old.dispose();
    }
    flat.dispose();
  }

  /** Puts a vector into the model's variables. */
  assign(flat: Tensor1D): void {
    split(flat, this.shapes).forEach((t, i) => {
      this.variables[i]!.assign(t);
      t.dispose();
    });
  }

  /** Runs `f` with the averaged weights in the model, where there are any. */
  withAverage<T>(f: () => T): T {
    if (!this.average) return f();
    this.assign(this.average);
    try {
      return f();
    } finally {
      const now = this.stepper.weights();
      this.assign(now);
      now.dispose();
    }
  }

  /** Leaves the averaged weights in the model for good, where there are any. */
  finish(): void {
    if (this.average) this.assign(this.average);
  }

  /** Optimiser, average and running statistics. */
  save(): Map<string, Float32Array> {
    const vectors = this.stepper.save();
    if (this.average) vectors.set("average", this.average.dataSync() as Float32Array);
    for (const [name, buffer] of this.model.buffers)
      vectors.set(`buffer ${name}`, buffer.dataSync() as Float32Array);
    return vectors;
  }

  /** Goes on from what `save` gave. */
  load(vectors: ReadonlyMap<string, Float32Array>): void {
    const { tf } = engine();
    this.stepper.load(vectors);
    const now = this.stepper.weights();
    this.assign(now);
    now.dispose();
    if (this.average) {
      this.average.dispose();
      this.average = tf.keep(tf.tensor1d(vectors.get("average")!.slice()));
    }
    for (const [name, buffer] of this.model.buffers) {
      const t = tf.tensor(vectors.get(`buffer ${name}`)!.slice(), buffer.shape);
      buffer.assign(t);
      t.dispose();
    }
  }

  dispose(): void {
    this.average?.dispose();
    this.stepper.dispose();
  }
}
