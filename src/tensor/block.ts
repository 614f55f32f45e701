// Convolution, bias, batch norm and ReLU as one node of the tape: few large operations forwards and backwards, memory given back on the way.
import type { NamedTensorMap, TensorInfo } from "@tensorflow/tfjs";
import { batchNorm, batchNormGradient, type Moments } from "./batch-norm.js";
import { convolve, convolveFilterGradient, convolveInputGradient } from "./convolution.js";
import type { Geometry } from "./geometry.js";
import { freeReleased, hold, release, tapeIsOn } from "./held.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor4D, TF, Variable } from "./types.js";

/** Batch norm as it trains: statistics of the batch, running ones updated. */
export interface TrainingNorm {
  /** Scale and offset, shape [channel]. */
  readonly gamma: Tensor;
  readonly beta: Tensor;
  /** Running mean and (unbiased) variance, updated in place. */
  readonly mean: Variable;
  readonly variance: Variable;
  /** New share of the running statistics, PyTorch's momentum. */
  readonly momentum: number;
  readonly epsilon: number;
}

/** What follows the convolution, in this order. */
export interface BlockOptions {
  /** [c], added to each channel. Default none. */
  readonly bias?: Tensor;
  /** Batch norm by the batch's own statistics. Default none. */
  readonly norm?: TrainingNorm;
  /** Default false. */
  readonly relu?: boolean;
  /** Transposed convolution to this shape [n, h, w, k]; the filter is then [i, j, k, c]. */
  readonly transposedTo?: readonly number[];
}

const kernelName = "GeodlBlock";

interface Attributes {
  readonly geometry: Geometry;
  readonly options: BlockOptions;
  /** What the gradient needs and no other may see. */
  stash?: {
    readonly x: Tensor4D;
    readonly w: Tensor4D;
    readonly y: Tensor;
    readonly before?: Tensor;
    readonly moments?: Moments;
  };
}

/** relu(norm(conv(x, w) + bias)), each part but the convolution optional; differentiable in all tensors.
 *
 *  @param x Images [n, h, w, c].
 *  @param w Filter [i, j, c, k].
 *  @param geometry Stride, dilation, padding; keep the object between calls.
 *  @returns Images [n, h', w', k]; the scope disposes them. */
export function block(x: Tensor4D, w: Tensor4D, geometry: Geometry, options: BlockOptions = {}): Tensor4D {
  const { tf } = engine();
  register(tf);
  const { bias, norm } = options;
  const inputs: Record<string, Tensor> = { x, w };
  if (bias) inputs.bias = bias;
  if (norm) Object.assign(inputs, { gamma: norm.gamma, beta: norm.beta });
  const attributes: Attributes = { geometry, options };
  return tf
    .engine()
    .runKernel(kernelName, inputs as unknown as NamedTensorMap, attributes as never) as Tensor4D;
}

/** Gradients that only these nodes hold: freed as soon as the node below has used them. */
const ours = new WeakSet<Tensor>();

function forward(inputs: Record<string, Tensor>, attributes: Attributes): Tensor {
  const { geometry, options } = attributes;
  const native = nativeOps();
  const { tf } = engine();
  const { bias, norm, relu, transposedTo } = options;
  const x = inputs.x as Tensor4D;
  const w = inputs.w as Tensor4D;
  const taped = tapeIsOn();
  let y: Tensor = transposedTo
    ? convolveInputGradient(transposedTo, w, x, geometry)
    : convolve(x, w, geometry);
  const replace = (next: Tensor) => {
    y.dispose();
    y = next;
  };
  if (bias) replace(native ? native.run("BiasAdd", biasAttributes(), [y, bias])[0]! : tf.add(y, bias));
  let before: Tensor | undefined;
  let moments: Moments | undefined;
  if (norm) {
    const normed = batchNorm(y as Tensor4D, norm);
    if (taped) {
      before = hold(y);
      moments = normed.moments.map(hold);
    }
    replace(normed.y);
    for (const moment of normed.moments) moment.dispose();
  }
  if (relu) replace(native ? native.run("Relu", floatAttributes(), [y])[0]! : tf.relu(y));
  if (taped)
    attributes.stash = {
      x: hold(x),
      w: hold(w),
      y: relu ? hold(y) : y,
      ...(before && moments ? { before, moments } : {}),
    };
  return y;
}

function backward(dy: Tensor, { geometry, options, stash }: Attributes): Record<string, () => Tensor> {
  const native = nativeOps();
  const { tf } = engine();
  freeReleased();
  const { bias, norm, relu, transposedTo } = options;
  const { x, w, y, before, moments } = stash!;
  release(x, w);
  if (ours.has(dy)) release(dy);
  let d = dy;
  if (relu) {
    d = native ? native.run("ReluGrad", floatAttributes(), [d, y])[0]! : tf.tidy(() => tf.mul(d, tf.step(y)));
    release(d, y);
  }
  const gradients: Record<string, () => Tensor> = {};
  if (norm && before && moments) {
    const [dx, dgamma, dbeta] = batchNormGradient(
      d as Tensor4D,
      before as Tensor4D,
      norm.gamma,
      moments,
      norm.epsilon,
    );
    d = dx;
    release(d, before, ...moments);
    gradients.gamma = () => dgamma;
    gradients.beta = () => dbeta;
  }
  if (bias)
    gradients.bias = () =>
      native ? native.run("BiasAddGrad", biasAttributes(), [d])[0]! : tf.sum(d, [0, 1, 2]);
  const d4 = d as Tensor4D;
  gradients.x = () => {
    const dx = transposedTo ? convolve(d4, w, geometry) : convolveInputGradient(x.shape, w, d4, geometry);
    ours.add(dx);
    return dx;
  };
  gradients.w = () =>
    transposedTo
      ? convolveFilterGradient(d4, w.shape, x, geometry)
      : convolveFilterGradient(x, w.shape, d4, geometry);
  return gradients;
}

let forFloat: ReturnType<NonNullable<ReturnType<typeof nativeOps>>["attributes"]> | undefined;
let forBias: typeof forFloat;
const floatAttributes = () => (forFloat ??= nativeOps()!.attributes({ T: { type: "float" } }));
const biasAttributes = () =>
  (forBias ??= nativeOps()!.attributes({ T: { type: "float" }, data_format: "NHWC" }));

let registered = false;
function register(tf: TF): void {
  if (registered) return;
  registered = true;
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }): TensorInfo =>
      forward(inputs as unknown as Record<string, Tensor>, attrs as unknown as Attributes),
  });
  tf.registerGradient({
    kernelName,
    gradFunc: (dy, _, attrs) => backward(dy as Tensor, attrs as unknown as Attributes),
  });
}
