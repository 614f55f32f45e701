// Layers without an image's geometry: dense, dropout, norms of a sample, pooling, upsampling.
import { engine, maxPool, type Tensor, type Tensor4D } from "../../tensor/index.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";

/** y = x W + b over the last axis.
 *  @param p Names NAME.weight (PyTorch [out, in]) and NAME.bias.
 *  @param o.bias Default true.
 *  @returns A layer from [..., in] to [..., out]. */
export function dense(
  p: Weights,
  name: string,
  o: { readonly in: number; readonly out: number; readonly bias?: boolean },
): Layer {
  const w = p.parameter(`${name}.weight`, [o.in, o.out], "torch", o.in, "linear");
  const b = (o.bias ?? true) ? p.parameter(`${name}.bias`, [o.out], "torch", o.in) : undefined;
  return (x) => {
    const { tf } = engine();
    if (x.shape.at(-1) !== o.in)
      throw new RangeError(`${name}: the input must be [..., ${o.in}], got [${x.shape}]`);
    const flat = tf.matMul(x.reshape([-1, o.in]), w as unknown as Tensor);
    return (b ? tf.add(flat, b) : flat).reshape([...x.shape.slice(0, -1), o.out]);
  };
}

/** In training each number is zero with probability `rate`, the others grow by 1 / (1 - rate).
 *  @throws RangeError for a rate outside [0, 1); Error when training without `mode.rng`.
 *  @see Srivastava et al. (2014). */
export function dropout(rate: number): Layer {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout: the rate must be in [0, 1), got ${rate}`);
  return (x, mode) => {
    if (!mode.training || rate === 0) return x;
    if (!mode.rng)
      throw new Error("dropout: training needs a stream of random numbers in the mode, got none");
    const mask = new Float32Array(x.size);
    for (let i = 0; i < mask.length; i++) mask[i] = mode.rng.uniform() < rate ? 0 : 1 / (1 - rate);
    const { tf } = engine();
    return tf.mul(x, tf.tensor(mask, x.shape));
  };
}

/** (x - mean) / sqrt(variance + epsilon) over the given axes of each sample, then times gamma plus beta. */
function normed(x: Tensor, axes: number[], gamma: Tensor, beta: Tensor, epsilon: number): Tensor {
  const { tf } = engine();
  const shifted = tf.sub(x, tf.mean(x, axes, true));
  const variance = tf.mean(tf.square(shifted), axes, true);
  return tf.add(tf.mul(tf.mul(shifted, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
}

/** Layer norm over the last axis. @param channels Its length. @param epsilon Default 1e-5. @see Ba et al. (2016). */
export function layerNorm(p: Weights, name: string, channels: number, epsilon = 1e-5): Layer {
  const gamma = p.parameter(`${name}.weight`, [channels], "ones");
  const beta = p.parameter(`${name}.bias`, [channels], "zeros");
  return (x) => normed(x, [x.rank - 1], gamma, beta, epsilon);
}

/** Instance norm: each channel of each sample over all places between. @param epsilon Default 1e-5. @see Ulyanov et al. (2016). */
export function instanceNorm(p: Weights, name: string, channels: number, epsilon = 1e-5): Layer {
  const gamma = p.parameter(`${name}.weight`, [channels], "ones");
  const beta = p.parameter(`${name}.bias`, [channels], "zeros");
  const between = (x: Tensor) => Array.from({ length: x.rank - 2 }, (_, i) => i + 1);
  return (x) => normed(x, between(x), gamma, beta, epsilon);
}

/** Largest value of windows side by side, [n, h, w, c]. @param size Window, default [2, 2]. */
export const maxPool2d =
  (size: readonly [number, number] = [2, 2]): Layer =>
  (x) =>
    maxPool(x as Tensor4D, size);

/** Mean of windows side by side, [n, h, w, c]. @param size Window, default [2, 2]. */
export const avgPool2d =
  (size: readonly [number, number] = [2, 2]): Layer =>
  (x) =>
    engine().tf.avgPool(x as Tensor4D, [...size], [...size], "valid");

/** Linear interpolation from n to `factor` n points whose cells, not centres, fill the same interval; shape [factor n, n]. */
function interpolation(n: number, factor: number): Tensor {
  const matrix = new Float32Array(factor * n * n);
  for (let i = 0; i < factor * n; i++) {
    const place = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), n - 1);
    const left = Math.floor(place);
    matrix[i * n + left]! += 1 - (place - left);
    matrix[i * n + Math.min(left + 1, n - 1)]! += place - left;
  }
  return engine().tf.tensor2d(matrix, [factor * n, n]);
}

/** Images `factor` times as large, PyTorch's Upsample with align_corners false. Bilinear is written as two matrix products, since
 *  TensorFlow.js has its gradient for other corners only.
 *  @param kind "nearest" (default) or "bilinear". */
export const upsample2d =
  (factor: number, kind: "nearest" | "bilinear" = "nearest"): Layer =>
  (x) => {
    const { tf } = engine();
    const image = x as Tensor4D;
    const [n, h, w, c] = image.shape;
    if (kind === "nearest") return tf.image.resizeNearestNeighbor(image, [h * factor, w * factor]);
    const tall = tf.matMul(interpolation(h, factor), image.reshape([n, h, w * c]) as Tensor);
    const wide = tf.matMul(interpolation(w, factor), tall.reshape([n * h * factor, w, c]) as Tensor);
    return wide.reshape([n, h * factor, w * factor, c]);
  };
