// Adam and AdamW over one vector of all weights: TensorFlow's one pass, or a dozen small operations on WebAssembly.
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor1D, Variable } from "./types.js";

/** Adam's constants, with decoupled weight decay. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of the rate by which weights shrink each step (AdamW), 0 for Adam. */
  readonly weightDecay: number;
}

/** An optimiser over one vector of weights. All that the next step depends on are its variables and the step's number. */
export interface Stepper {
  /** The first, "weights", are the weights, shape [n]. The optimiser disposes them. */
  readonly state: ReadonlyMap<string, Variable>;
  /** The numbers that one step needs. @param rate Learning rate, >= 0. @param t The step's number, from 1. */
  scalars(rate: number, t: number): readonly number[];
  /** One step: assigns the variables. @param gradient Shape [n], stays. @param scalars As tensors of shape []. */
  step(gradient: Tensor1D, scalars: readonly Tensor[]): void;
  dispose(): void;
}

/** Variables for a stepper.
 *  @param initial Weights, shape [n]; stays.
 *  @param names Of the others, which start as zeros.
 *  @returns "weights" and the others. */
export function stepperState(initial: Tensor1D, names: readonly string[]): Map<string, Variable> {
  const { tf } = engine();
  return new Map(
    ["weights", ...names].map((name, i) => {
      const start = i === 0 ? tf.add(initial, 0) : tf.zerosLike(initial);
      const variable = tf.variable(start, false);
      start.dispose();
      return [name, variable];
    }),
  );
}

/** Adam and AdamW: m and v are running means of g and g^2, the step is rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *
 *  @param initial Weights, shape [n]; stays.
 *  @returns The optimiser; the caller disposes it.
 *  @see Kingma and Ba (2015); Loshchilov and Hutter (2019). */
export function flatAdam(initial: Tensor1D, options: AdamOptions): Stepper {
  const { tf } = engine();
  const native = nativeOps();
  const state = stepperState(initial, ["m", "v"]);
  const [weights, m, v] = [...state.values()] as [Variable, Variable, Variable];
  const { beta1, beta2, epsilon, weightDecay } = options;
  const inPlace = native && new NativeAdam(native, initial.shape, options);
  return {
    state,
    scalars: (rate, t) => {
      const [b1, b2] = [power(beta1, t), power(beta2, t)];
      // TensorFlow adds epsilon to sqrt(v), not to sqrt(v / (1 - beta2^t)): scaled, it is the same
      return [
        1 - rate * weightDecay,
        ...(inPlace ? [b1, b2, rate, epsilon * Math.sqrt(1 - b2)] : [1 - b2, rate / (1 - b1)]),
      ];
    },
    step: (gradient, scalars) =>
      tf.tidy(() => {
        const [kept, ...rest] = scalars as [Tensor, ...Tensor[]];
        const w: Tensor = weightDecay > 0 ? tf.mul(weights, kept) : weights;
        if (inPlace) {
          const next = inPlace.run([w, m, v], rest, gradient);
          [weights, m, v].forEach((variable, i) => {
            variable.assign(next[i]!);
          });
          return;
        }
        const [second, size] = rest as [Tensor, Tensor];
        m.assign(tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1)));
        v.assign(tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
        const spread = tf.add(tf.sqrt(tf.div(v, second)), epsilon);
        weights.assign(tf.sub(w, tf.div(tf.mul(m, size), spread)));
      }),
    dispose: () => {
      for (const variable of state.values()) variable.dispose();
      inPlace?.dispose();
    },
  };
}

let handles = 0;

/** TensorFlow's update, which works in place: on resources that are filled before and read after it, so that a graph can hold it. */
class NativeAdam {
  private readonly places: readonly ReturnType<Native["attributes"]>[];
  private readonly dtype: ReturnType<Native["attributes"]>;
  private readonly update: ReturnType<Native["attributes"]>;
  private readonly betas: readonly [number, number];

  constructor(
    private readonly native: Native,
    shape: readonly number[],
    { beta1, beta2 }: AdamOptions,
  ) {
    this.places = ["weights", "m", "v"].map((name) =>
      native.attributes({
        container: "",
        shared_name: `geodl ${name} ${handles++}`,
        dtype: { type: "float" },
        shape: { shape },
      }),
    );
    this.dtype = native.attributes({ dtype: { type: "float" } });
    this.update = native.attributes({
      T: { type: "float" },
      use_locking: false,
      use_nesterov: false,
    });
    this.betas = [beta1, beta2];
  }

  /** @param state w, m, v. @param scalars beta1^t, beta2^t, rate, epsilon. @returns The new w, m, v. */
  run(state: readonly Tensor[], scalars: readonly Tensor[], gradient: Tensor): Tensor[] {
    const { native } = this;
    const ids = this.handles();
    const betas = this.betas.map((beta) => native.float(beta));
    ids.forEach((id, i) => {
      native.runRaw("AssignVariableOp", this.dtype, [id, state[i]!], 0);
    });
    const [b1, b2, rate, epsilon] = scalars as [Tensor, Tensor, Tensor, Tensor];
    native.runRaw("ResourceApplyAdam", this.update, [...ids, b1, b2, rate, ...betas, epsilon, gradient], 0);
    const next = ids.map((id) => native.run("ReadVariableOp", this.dtype, [id])[0]!);
    for (const id of [...ids, ...betas]) native.free(id);
    return next;
  }

  private handles(): number[] {
    return this.places.map((place) => this.native.runRaw("VarHandleOp", place, [], 1)[0]!);
  }

  dispose(): void {
    const none = this.native.attributes({ ignore_lookup_error: true });
    for (const id of this.handles()) {
      this.native.runRaw("DestroyResourceOp", none, [id], 0);
      this.native.free(id);
    }
  }
}

/** x^n by repeated multiplication, the same bits on every engine. */
function power(x: number, n: number): number {
  let result = 1;
  let square = x;
  for (let k = n; k > 0; k = Math.floor(k / 2)) {
    if (k % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
