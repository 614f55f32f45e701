// Batch norm in training and its gradient: TensorFlow's fused operations, or the same formulas on WebAssembly.
import type { TrainingNorm } from "./block.js";
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor4D } from "./types.js";

/** What the gradient needs of the forward pass: three tensors of TensorFlow, or mean and 1 / std. */
export type Moments = readonly Tensor[];

const cache = new Map<string, ReturnType<Native["attributes"]>>();
function attributes(native: Native, epsilon: number, factor?: number): ReturnType<Native["attributes"]> {
  const key = `${epsilon} ${factor}`;
  let found = cache.get(key);
  if (!found) {
    found = native.attributes({
      T: { type: "float" },
      U: { type: "float" },
      epsilon: { float: epsilon },
      data_format: "NHWC",
      is_training: true,
      ...(factor === undefined ? {} : { exponential_avg_factor: { float: factor } }),
    });
    cache.set(key, found);
  }
  return found;
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta with the batch's mean and variance over n, h, w; the running ones
 *  move towards them by the momentum.
 *  @param x Images [n, h, w, c].
 *  @returns y, and the moments for `batchNormGradient`. */
export function batchNorm(
  x: Tensor4D,
  norm: TrainingNorm,
): { readonly y: Tensor; readonly moments: Moments } {
  const { gamma, beta, mean, variance, momentum, epsilon } = norm;
  const native = nativeOps();
  if (native) {
    const [y, m, v, ...moments] = native.run(
      "FusedBatchNormV3",
      attributes(native, epsilon, momentum),
      [x, gamma, beta, mean, variance],
      6,
    ) as [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor];
    mean.assign(m);
    variance.assign(v);
    return { y, moments };
  }
  const { tf } = engine();
  const [y, inverse, centre, m, v] = tf.tidy(() => {
    const centre = tf.mean(x, [0, 1, 2]);
    const shifted = tf.sub(x, centre);
    const spread = tf.mean(tf.square(shifted), [0, 1, 2]);
    const inverse = tf.rsqrt(tf.add(spread, epsilon));
    const n = x.size / x.shape[3];
    const towards = (old: Tensor, now: Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(now, momentum));
    return [
      tf.add(tf.mul(shifted, tf.mul(inverse, gamma)), beta),
      inverse,
      centre,
      towards(mean, centre),
      towards(variance, tf.mul(spread, n / Math.max(n - 1, 1))),
    ] as const;
  }) as unknown as [Tensor, Tensor, Tensor, Tensor, Tensor];
  mean.assign(m);
  variance.assign(v);
  return { y, moments: [centre, inverse] };
}

/** Gradients of `batchNorm` in x, gamma, beta.
 *  @param dy dL/dy.
 *  @returns dL/dx, dL/dgamma, dL/dbeta. */
export function batchNormGradient(
  dy: Tensor4D,
  x: Tensor4D,
  gamma: Tensor,
  moments: Moments,
  epsilon: number,
): [Tensor, Tensor, Tensor] {
  const native = nativeOps();
  if (native)
    return native.run(
      "FusedBatchNormGradV3",
      attributes(native, epsilon),
      [dy, x, gamma, ...moments],
      5,
      3,
    ) as [Tensor, Tensor, Tensor];
  const { tf } = engine();
  const [mean, inverse] = moments as [Tensor, Tensor];
  return tf.tidy(() => {
    const normed = tf.mul(tf.sub(x, mean), inverse);
    const dbeta = tf.sum(dy, [0, 1, 2]);
    const dgamma = tf.sum(tf.mul(dy, normed), [0, 1, 2]);
    const n = x.size / x.shape[3];
    const rest = tf.sub(dy, tf.div(tf.add(dbeta, tf.mul(normed, dgamma)), n));
    return [tf.mul(rest, tf.mul(gamma, inverse)), dgamma, dbeta];
  }) as [Tensor, Tensor, Tensor];
}
