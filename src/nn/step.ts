// One training step: loss, gradients as one vector, clipping, the optimiser, the weights back into the model. Where TensorFlow can, the whole
// step is one graph.
import type { Rng } from "../core/index.js";
import {
  engine,
  join,
  Refusal,
  releaseAll,
  type Stepper,
  split,
  type Tensor,
  type Tensor1D,
  type Variable,
} from "../tensor/index.js";
import { isSearcher, type Searcher } from "./full-batch.js";
import { Graphs } from "./graphs.js";
import { type Loss, mse } from "./losses.js";
import { adam, type Optimizer } from "./optimizers.js";
import type { Mode, Model } from "./types.js";

export interface TrainerOptions {
  /** Default `mse`. */
  readonly loss?: Loss;
  /** Default `adam()`. */
  readonly optimizer?: Optimizer;
  /** Largest norm of the gradient; default no limit. */
  readonly clip?: number;
  /** Decay of a running mean of the weights; default none. */
  readonly average?: number;
  /** False runs every operation by itself; default true, see `FitOptions`. */
  readonly capture?: boolean;
}

/** A model under training. */
export class Trainer {
  private readonly variables: readonly Variable[];
  private readonly shapes: readonly (readonly number[])[];
  private readonly stepper: Stepper;
  private readonly average: Variable | undefined;
  private readonly loss: Loss;
  private readonly graphs: Graphs;
  /** Steps done. */
  private t = 0;

  constructor(
    private readonly model: Model,
    private readonly options: TrainerOptions = {},
  ) {
    const { loss = mse, optimizer = adam(), average, capture = true } = options;
    const { tf } = engine();
    this.loss = loss;
    this.variables = [...model.parameters.values()];
    this.shapes = this.variables.map(({ shape }) => shape);
    const initial = join(this.variables);
    this.stepper = optimizer.start(initial);
    this.average = average === undefined ? undefined : tf.variable(initial, false);
    initial.dispose();
    this.graphs = new Graphs(capture ? undefined : "capture: false asks for it", [
      ...this.variables,
      ...model.buffers.values(),
      ...this.stepper.state.values(),
      ...(this.average ? [this.average] : []),
    ]);
  }

  /** Why the operations run one by one, or undefined where a step is one graph. */
  get eager(): string | undefined {
    return this.graphs.refused;
  }

  /** One step.
   *  @param x Input and target of a batch; they stay.
   *  @param rate Learning rate.
   *  @param random Where dropout draws from.
   *  @returns The loss before the step.
   *  @throws Error when the loss is not finite: step, rate and largest gradient are named, the weights stay. */
  step(x: Tensor, y: Tensor, rate: number, random?: Rng): number {
    const { tf } = engine();
    const t = this.t + 1;
    let value = Number.NaN;
    const accept = ([loss, gradient]: readonly Tensor[]) => {
      value = loss!.dataSync()[0]!;
      if (Number.isFinite(value)) return;
      const largest = tf.tidy(() => tf.max(tf.abs(gradient!)).dataSync()[0]);
      throw new Error(
        `fit: the loss must stay finite, got ${value} at step ${t} with learning rate ${rate} (largest gradient ${largest}); try a lower rate or clip`,
      );
    };
    tf.tidy(() => {
      if (isSearcher(this.stepper)) this.searchStep(this.stepper, [x, y], t, random, accept);
      else {
        const scalars = this.stepper.scalars(rate, t).map((number) => tf.scalar(number));
        const move = (gradient: Tensor1D, numbers: readonly Tensor[]) => this.update(gradient, numbers);
        this.evaluate([x, y, ...scalars], t, random, accept, move);
      }
    });
    this.t = t;
    return value;
  }

  /** Loss and gradient, as a graph where it can be, and what follows from them.
   *  @param inputs x, y and what `move` takes. @param accept Sees loss and gradient first; may throw. */
  private evaluate(
    inputs: readonly Tensor[],
    t: number,
    random: Rng | undefined,
    accept: (results: readonly Tensor[]) => void,
    move?: (gradient: Tensor1D, numbers: readonly Tensor[]) => void,
  ): void {
    const whole = ([x, y, ...numbers]: readonly Tensor[]) => {
      let isDrawn = false;
      const mode: Mode = {
        training: true,
        get rng() {
          isDrawn = true;
          return random;
        },
      };
      const results = this.forward(x!, y!, mode);
      if (isDrawn) throw new Refusal("it draws random numbers");
      move?.(results[1], numbers);
      return results;
    };
    if (this.graphs.run(whole, inputs, accept, t)) return;
    const [x, y, ...numbers] = inputs;
    const results = this.forward(x!, y!, { training: true, ...(random ? { rng: random } : {}) });
    accept(results);
    move?.(results[1], numbers);
  }

  /** One iteration of an optimiser that evaluates several times. */
  private searchStep(
    stepper: Searcher,
    batch: readonly Tensor[],
    t: number,
    random: Rng | undefined,
    accept: (results: readonly Tensor[]) => void,
  ): void {
    const { tf } = engine();
    const at = (look?: typeof accept) => {
      let found = { value: Number.NaN, gradient: new Float64Array() };
      this.evaluate(batch, t, random, (results) => {
        look?.(results);
        const [value, gradient] = results.map((r) => r.dataSync());
        found = { value: value![0]!, gradient: Float64Array.from(gradient!) };
      });
      return found;
    };
    const here = at(accept);
    stepper.search((weights) => {
      tf.tidy(() => this.assign(tf.tensor1d(Float32Array.from(weights))));
      return at();
    }, here);
    this.settle();
  }

  /** Loss and its gradient over all weights.
   *  @returns The loss and a new vector [n]; the caller's scope disposes them. */
  forward(x: Tensor, y: Tensor, mode: Mode): [loss: Tensor, gradient: Tensor1D] {
    const { tf } = engine();
    try {
      const { value, grads } = tf.variableGrads(
        () => this.loss(this.model.apply(x, mode), y, x),
        this.variables as Variable[],
      );
      const gradient = join(this.variables.map((v) => grads[v.name]!));
      tf.dispose(grads);
      return [value, gradient];
    } finally {
      releaseAll();
    }
  }

  /** Moves the weights. @param gradient From `forward`; stays. @param scalars Of the stepper. */
  private update(gradient: Tensor1D, scalars: readonly Tensor[]): void {
    const { tf } = engine();
    const { clip } = this.options;
    tf.tidy(() => {
      const norm = () => tf.add(tf.norm(gradient), 1e-6);
      const g = clip === undefined ? gradient : tf.mul(gradient, tf.minimum(1, tf.div(clip, norm())));
      this.stepper.step(g as Tensor1D, scalars);
      this.settle();
    });
  }

  /** The optimiser's weights into the model and the average. */
  private settle(): void {
    const { tf } = engine();
    const { average: decay } = this.options;
    this.assign(this.weights);
    if (!this.average || decay === undefined) return;
    const { average, weights } = this;
    tf.tidy(() => average.assign(tf.add(tf.mul(average, decay), tf.mul(weights, 1 - decay))));
  }

  private get weights(): Variable {
    return this.stepper.state.get("weights")!;
  }

  /** Puts a vector into the model's variables. */
  private assign(flat: Tensor): void {
    split(flat as Tensor1D, this.shapes).forEach((t, i) => {
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
      this.assign(this.weights);
    }
  }

  /** Leaves the averaged weights in the model for good, where there are any. */
  finish(): void {
    if (this.average) this.assign(this.average);
  }

  private get saved(): Map<string, Variable> {
    return new Map([
      ...this.stepper.state,
      ...(this.average ? [["average", this.average] as const] : []),
      ...[...this.model.buffers].map(([name, buffer]) => [`buffer ${name}`, buffer] as const),
    ]);
  }

  /** Optimiser, average and running statistics. */
  save(): Map<string, Float32Array> {
    const vectors = [...this.saved].map(([name, v]) => [name, v.dataSync() as Float32Array] as const);
    const searched = isSearcher(this.stepper) ? this.stepper.save() : [];
    return new Map([...vectors, ...searched, ["t", Float32Array.of(this.t)]]);
  }

  /** Goes on from what `save` gave. */
  load(vectors: ReadonlyMap<string, Float32Array>): void {
    const { tf } = engine();
    tf.tidy(() => {
      for (const [name, variable] of this.saved)
        variable.assign(tf.tensor(vectors.get(name)!.slice(), variable.shape));
    });
    if (isSearcher(this.stepper)) this.stepper.load(vectors);
    this.t = vectors.get("t")![0]!;
    this.assign(this.weights);
  }

  /** Frees the optimiser; idempotent is not needed, `fit` calls it once. */
  dispose(): void {
    this.graphs.dispose();
    this.average?.dispose();
    this.stepper.dispose();
  }
}
