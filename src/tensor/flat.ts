// All weights of a model as one vector: an optimiser then needs a few operations a step instead of a few for each weight.
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor1D } from "./types.js";

const shared = new Map<string, ReturnType<Native["attributes"]>>();
function attributes(native: Native, key: string, values: Parameters<Native["attributes"]>[0]) {
  let found = shared.get(key);
  if (!found) {
    found = native.attributes(values);
    shared.set(key, found);
  }
  return found;
}

/** Puts tensors end to end.
 *  @param tensors Any shapes, float32.
 *  @returns Shape [sum of sizes]; a new tensor. */
export function join(tensors: readonly Tensor[]): Tensor1D {
  const { tf } = engine();
  const native = nativeOps();
  if (!native) return tf.tidy(() => tf.concat1d(tensors.map((t) => t.flatten())));
  const concat = attributes(native, `concat ${tensors.length}`, {
    T: { type: "float" },
    N: tensors.length,
    Tidx: { type: "int" },
  });
  const reshape = attributes(native, "reshape", { T: { type: "float" }, Tshape: { type: "int" } });
  // vectors are what they should be already: half of a network's weights
  const flat = tensors.map((t) =>
    t.rank === 1 ? t : native.run("Reshape", reshape, [t, native.ints([t.size])])[0]!,
  );
  const [joined] = native.run("ConcatV2", concat, [...flat, native.ints([0], true)]);
  for (const [k, t] of flat.entries()) if (t !== tensors[k]) t.dispose();
  return joined as Tensor1D;
}

/** The inverse of `join`.
 *  @param flat Shape [sum of sizes].
 *  @param shapes Of the parts.
 *  @returns New tensors. */
export function split(flat: Tensor1D, shapes: readonly (readonly number[])[]): Tensor[] {
  const { tf } = engine();
  const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
  const native = nativeOps();
  if (!native) return tf.tidy(() => tf.split(flat, sizes).map((part, i) => part.reshape([...shapes[i]!])));
  const splitV = attributes(native, `split ${sizes.length}`, {
    T: { type: "float" },
    Tlen: { type: "int" },
    num_split: sizes.length,
  });
  const reshape = attributes(native, "reshape", { T: { type: "float" }, Tshape: { type: "int" } });
  const parts = native.run(
    "SplitV",
    splitV,
    [flat, native.ints(sizes), native.ints([0], true)],
    sizes.length,
  );
  return parts.map((part, i) => {
    if (shapes[i]!.length === 1) return part;
    const [whole] = native.run("Reshape", reshape, [part, native.ints(shapes[i]!)]);
    part.dispose();
    return whole!;
  });
}

/** Adam's state and update over one vector, with decoupled weight decay. */
export interface AdamOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Share of the rate by which weights shrink each step (AdamW), 0 for Adam. */
  readonly weightDecay: number;
}

/** An optimiser over one vector of weights. */
export interface Stepper {
  /** One step. @param gradient Shape [n], stays. @param rate Learning rate, >= 0. */
  step(gradient: Tensor1D, rate: number): void;
  /** The weights now: a new tensor. */
  weights(): Tensor1D;
  /** Everything that the next step depends on. */
  save(): Map<string, Float32Array>;
  /** Goes on from what `save` gave. */
  load(state: ReadonlyMap<string, Float32Array>): void;
  dispose(): void;
}

/** Adam and AdamW: m and v are running means of g and g^2, the step is rate m / (1 - beta1^t) / (sqrt(v / (1 - beta2^t)) + epsilon).
 *  TensorFlow does it in one pass; WebAssembly in a dozen small operations.
 *
 *  @param initial Weights, shape [n]; stays.
 *  @returns The optimiser; the caller disposes it.
 *  @see Kingma and Ba (2015); Loshchilov and Hutter (2019). */
export function flatAdam(initial: Tensor1D, options: AdamOptions): Stepper {
  const native = nativeOps();
  return native ? new NativeAdam(native, initial, options) : new PlainAdam(initial, options);
}

let handles = 0;

class NativeAdam implements Stepper {
  private t = 0;
  private readonly variables: readonly number[];
  constructor(
    private readonly native: Native,
    initial: Tensor1D,
    private readonly options: AdamOptions,
  ) {
    const { tf } = engine();
    const shape = { shape: initial.shape };
    this.variables = ["weights", "m", "v"].map((name) => {
      const handle = native.attributes({
        container: "",
        shared_name: `geodl ${name} ${handles++}`,
        dtype: { type: "float" },
        shape,
      });
      return native.runRaw("VarHandleOp", handle, [], 1)[0]!;
    });
    const zeros = tf.zerosLike(initial);
    [initial, zeros, zeros].forEach((t, i) => {
      this.assign(i, t);
    });
    zeros.dispose();
  }

  private assign(i: number, value: Tensor): void {
    const copy = engine().tf.add(value, 0); // a buffer of its own: the update works in place
    const dtype = attributes(this.native, "dtype", { dtype: { type: "float" } });
    this.native.runRaw("AssignVariableOp", dtype, [this.variables[i]!, copy], 0);
    copy.dispose();
  }

  private read(i: number): Tensor1D {
    const dtype = attributes(this.native, "dtype", { dtype: { type: "float" } });
    return this.native.run("ReadVariableOp", dtype, [this.variables[i]!])[0] as Tensor1D;
  }

  step(gradient: Tensor1D, rate: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    const { tf } = engine();
    this.t++;
    if (weightDecay > 0) {
      const now = this.read(0);
      const smaller = tf.mul(now, 1 - rate * weightDecay);
      now.dispose();
      const dtype = attributes(this.native, "dtype", { dtype: { type: "float" } });
      this.native.runRaw("AssignVariableOp", dtype, [this.variables[0]!, smaller], 0);
      smaller.dispose();
    }
    // TensorFlow adds epsilon to sqrt(v), not to sqrt(v / (1 - beta2^t)): scaled, it is the same
    const b2 = power(beta2, this.t);
    const scalars = [power(beta1, this.t), b2, rate, beta1, beta2, epsilon * Math.sqrt(1 - b2)].map((x) =>
      this.native.float(x),
    );
    const adam = attributes(this.native, "adam", {
      T: { type: "float" },
      use_locking: false,
      use_nesterov: false,
    });
    this.native.runRaw("ResourceApplyAdam", adam, [...this.variables, ...scalars, gradient], 0);
    for (const id of scalars) this.native.free(id);
  }

  weights(): Tensor1D {
    return this.read(0);
  }

  save(): Map<string, Float32Array> {
    const state = new Map<string, Float32Array>();
    ["weights", "m", "v"].forEach((name, i) => {
      const t = this.read(i);
      state.set(name, t.dataSync() as Float32Array);
      t.dispose();
    });
    return state.set("t", Float32Array.of(this.t));
  }

  load(state: ReadonlyMap<string, Float32Array>): void {
    ["weights", "m", "v"].forEach((name, i) => {
      const t = engine().tf.tensor1d(state.get(name)!.slice());
      this.assign(i, t);
      t.dispose();
    });
    this.t = state.get("t")![0]!;
  }

  dispose(): void {
    const none = attributes(this.native, "destroy", { ignore_lookup_error: true });
    for (const id of this.variables) {
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

class PlainAdam implements Stepper {
  private t = 0;
  private now: Tensor1D[];
  constructor(
    initial: Tensor1D,
    private readonly options: AdamOptions,
  ) {
    const { tf } = engine();
    this.now = [tf.keep(tf.add(initial, 0)), tf.keep(tf.zerosLike(initial)), tf.keep(tf.zerosLike(initial))];
  }

  step(gradient: Tensor1D, rate: number): void {
    const { tf } = engine();
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    this.t++;
    const next = tf.tidy(() => {
      const [w, m, v] = this.now as [Tensor1D, Tensor1D, Tensor1D];
      const m1 = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
      const v1 = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
      const size = tf.add(tf.sqrt(tf.div(v1, 1 - power(beta2, this.t))), epsilon);
      const step = tf.div(tf.mul(m1, rate / (1 - power(beta1, this.t))), size);
      const kept = weightDecay > 0 ? tf.mul(w, 1 - rate * weightDecay) : w;
      return [tf.keep(tf.sub(kept, step)), tf.keep(m1), tf.keep(v1)];
    }) as Tensor1D[];
    for (const t of this.now) t.dispose();
    this.now = next;
  }

  weights(): Tensor1D {
    return engine().tf.add(this.now[0]!, 0);
  }

  save(): Map<string, Float32Array> {
    const state = new Map(
      ["weights", "m", "v"].map((name, i) => [name, this.now[i]!.dataSync() as Float32Array]),
    );
    return state.set("t", Float32Array.of(this.t));
  }

  load(state: ReadonlyMap<string, Float32Array>): void {
    const { tf } = engine();
    for (const t of this.now) t.dispose();
    this.now = ["weights", "m", "v"].map((name) => tf.keep(tf.tensor1d(state.get(name)!.slice())));
    this.t = state.get("t")![0]!;
  }

  dispose(): void {
    for (const t of this.now) t.dispose();
  }
}
