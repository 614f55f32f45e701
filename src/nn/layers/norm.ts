// Batch norm: trained inside the convolution before it, folded into that convolution otherwise.
import { engine, type Tensor, type Variable } from "../../tensor/index.js";
import type { Weights } from "../weights.js";

/** Batch norm's variables and constants; `conv` takes it. */
export interface BatchNorm {
  readonly gamma: Variable;
  readonly beta: Variable;
  readonly mean: Variable;
  readonly variance: Variable;
  readonly momentum: number;
  readonly epsilon: number;
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, over all axes but the channel's.
 *
 *  @param p The model's weights; names NAME.weight, NAME.bias, NAME.running_mean, NAME.running_var.
 *  @param name PyTorch's name of the layer.
 *  @param channels Number of channels.
 *  @param options.momentum New share of the running statistics, default .1.
 *  @param options.epsilon Default 1e-5.
 *  @see Ioffe and Szegedy (2015). */
export function batchNorm(
  p: Weights,
  name: string,
  channels: number,
  { momentum = 0.1, epsilon = 1e-5 }: { readonly momentum?: number; readonly epsilon?: number } = {},
): BatchNorm {
  return {
    gamma: p.parameter(`${name}.weight`, [channels], "ones"),
    beta: p.parameter(`${name}.bias`, [channels], "zeros"),
    mean: p.buffer(`${name}.running_mean`, [channels], "zeros"),
    variance: p.buffer(`${name}.running_var`, [channels], "ones"),
    momentum,
    epsilon,
  };
}

/** Filter and bias of the convolution followed by the norm with its running statistics.
 *  @param transposed The filter's output channels are its third axis.
 *  @returns Two new tensors, differentiable. */
export function fold(
  w: Tensor,
  bias: Tensor | undefined,
  norm: BatchNorm,
  transposed: boolean,
): [Tensor, Tensor] {
  const { tf } = engine();
  return tf.tidy(() => {
    const scale = tf.mul(norm.gamma, tf.rsqrt(tf.add(norm.variance, norm.epsilon)));
    const shift = tf.sub(norm.beta, tf.mul(bias ? tf.sub(norm.mean, bias) : norm.mean, scale));
    return [tf.mul(w, transposed ? scale.reshape([-1, 1]) : scale), shift];
  }) as [Tensor, Tensor];
}
