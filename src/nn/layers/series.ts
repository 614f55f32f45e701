// Small layers over series held as images of height 1: batch norm by itself, pooling, nearest upsampling, PyTorch's flattening, separable convolution.
import { engine, maxPool, type Tensor, type Tensor4D } from "../../tensor/index.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";
import { conv1d } from "./conv.js";
import type { BatchNorm } from "./norm.js";

/** Batch norm that follows no convolution, over all axes but the last. In training it takes the batch's statistics and moves the running ones.
 *  @param norm From `batchNorm`. @param relu ReLU last, default false. */
export function normalised(norm: BatchNorm, relu = false): Layer {
  const { gamma, beta, mean, variance, momentum, epsilon } = norm;
  const scaled = (x: Tensor, centre: Tensor, spread: Tensor): Tensor => {
    const { tf } = engine();
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(spread, epsilon)));
    const y = tf.add(tf.mul(tf.sub(x, centre), scale), beta);
    return relu ? tf.relu(y) : y;
  };
  return (x, mode) => {
    const { tf } = engine();
    if (!mode.training) return scaled(x, mean, variance);
    const axes = Array.from({ length: x.rank - 1 }, (_, i) => i);
    const centre = tf.mean(x, axes);
    const spread = tf.mean(tf.square(tf.sub(x, centre)), axes);
    const n = x.size / x.shape.at(-1)!;
    tf.tidy(() => {
      const towards = (old: Tensor, now: Tensor) => tf.add(tf.mul(old, 1 - momentum), tf.mul(now, momentum));
      mean.assign(towards(mean, centre));
      variance.assign(towards(variance, tf.mul(spread, n / Math.max(n - 1, 1))));
    });
    return scaled(x, centre, spread);
  };
}

/** Largest of two neighbours; of an odd number the last one is left out, or with `isPadded` counts alone (for values >= 0). */
export const halved =
  (isPadded = false): Layer =>
  (x) => {
    const odd = isPadded && x.shape[2]! % 2 === 1;
    const even = odd
      ? engine().tf.pad(x as Tensor4D, [
          [0, 0],
          [0, 0],
          [0, 1],
          [0, 0],
        ])
      : x;
    return maxPool(even as Tensor4D, [1, 2]);
  };

/** Each sample `factor` times. */
export const repeated =
  (factor: number): Layer =>
  (x) => {
    const [n, , t, c] = x.shape as [number, number, number, number];
    const { tf } = engine();
    return tf.tile(x.reshape([n, t, 1, c]), [1, 1, factor, 1]).reshape([n, 1, t * factor, c]);
  };

/** [batch, 1, time, channel] as [batch, channel time], the channel's samples together, as PyTorch flattens. */
export function flattened(x: Tensor): Tensor {
  const [n, , t, c] = x.shape as [number, number, number, number];
  return engine()
    .tf.transpose(x.reshape([n, t, c]), [0, 2, 1])
    .reshape([n, t * c]);
}

/** A filter for each channel (`multiplier` of them), then a convolution of length 1 across channels; the length stays.
 *
 *  @param p Names NAME.depthwise.weight (PyTorch [in multiplier, 1, kernel]), NAME.depthwise.bias, NAME.pointwise.weight, NAME.pointwise.bias.
 *  @param o.kernel Odd.
 *  @returns A layer from [batch, 1, time, in] to [batch, 1, time, out].
 *  @throws RangeError unless out divides by in.
 *  @see Chollet (2017), Xception. */
export function separableConv1d(
  p: Weights,
  name: string,
  o: { readonly in: number; readonly out: number; readonly kernel: number },
): Layer {
  if (o.out % o.in)
    throw new RangeError(`${name}: the channels out must divide by those in, got ${o.out} and ${o.in}`);
  const shape = [1, o.kernel, o.in, o.out / o.in];
  const w = p.parameter(`${name}.depthwise.weight`, shape, "torch", o.kernel, "depthwise1d");
  const b = p.parameter(`${name}.depthwise.bias`, [o.out], "torch", o.kernel);
  const across = conv1d(p, `${name}.pointwise`, { in: o.out, out: o.out, kernel: 1 });
  return (x, mode) => {
    const { tf } = engine();
    const each = tf.depthwiseConv2d(x as Tensor4D, w as unknown as Tensor4D, 1, "same");
    return across(tf.add(each, b), mode);
  };
}
