// Additive self-attention and the norm that goes with it, as in the Earthquake Transformer.
import { engine, type Tensor, type Tensor3D } from "../../tensor/index.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";

/** Additive self-attention: e_ij = Wa' tanh(x_i Wt + x_j Wx + bh) + ba, a = exp(e - max) / (sum + epsilon), y_i = sum_j a_ij x_j.
 *
 *  @param p Names NAME.Wx, NAME.Wt [channel, 32], NAME.bh, NAME.Wa [32, 1], NAME.ba.
 *  @param o.width Samples that one looks at, itself in the middle; default all.
 *  @returns A layer from [batch, time, channels] to the same.
 *  @see Bahdanau et al. (2015); Mousavi et al. (2020). */
export function additiveAttention(
  p: Weights,
  name: string,
  o: { readonly channels: number; readonly width?: number; readonly epsilon?: number },
): Layer {
  const units = 32;
  const { channels, width, epsilon = 1e-5 } = o;
  const wx = p.parameter(`${name}.Wx`, [channels, units], { uniform: 0.02 });
  const wt = p.parameter(`${name}.Wt`, [channels, units], { uniform: 0.02 });
  const bh = p.parameter(`${name}.bh`, [units], "zeros");
  const wa = p.parameter(`${name}.Wa`, [units, 1], { uniform: 0.02 });
  const ba = p.parameter(`${name}.ba`, [1], "zeros");
  return (input) => {
    const { tf } = engine();
    const x = input as Tensor3D;
    const [n, t, c] = x.shape;
    const flat = x.reshape([n * t, c]);
    const queries = tf.matMul(flat, wt as unknown as Tensor).reshape([n, t, 1, units]);
    const keys = tf.matMul(flat, wx as unknown as Tensor).reshape([n, 1, t, units]);
    const hidden = tf.tanh(tf.add(tf.add(queries, keys), bh)).reshape([n * t * t, units]);
    const scores = tf.add(tf.matMul(hidden, wa as unknown as Tensor), ba).reshape([n, t, t]);
    let shares: Tensor = tf.exp(tf.sub(scores, tf.max(scores, -1, true)));
    if (width !== undefined) shares = tf.mul(shares, band(t, width));
    const weights = tf.div(shares, tf.add(tf.sum(shares, -1, true), epsilon));
    return tf.matMul(weights, x);
  };
}

/** 1 where sample i may look at sample j, j - floor(width / 2) <= i < j - floor(width / 2) + width. */
function band(n: number, width: number): Tensor {
  const mask = new Float32Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      const low = j - Math.floor(width / 2);
      if (i >= low && i < low + width) mask[i * n + j] = 1;
    }
  return engine().tf.tensor2d(mask, [n, n]);
}

/** Norm over the last axis of each sample in time, (x - mean) / sqrt(variance + 1e-14), times gamma plus beta.
 *  @param p Names NAME.gamma and NAME.beta, PyTorch [channels, 1]. */
export function columnNorm(p: Weights, name: string, channels: number): Layer {
  const gamma = p.parameter(`${name}.gamma`, [channels], "ones", 1, "column");
  const beta = p.parameter(`${name}.beta`, [channels], "zeros", 1, "column");
  return (x) => {
    const { tf } = engine();
    const shifted = tf.sub(x, tf.mean(x, -1, true));
    const spread = tf.sqrt(tf.add(tf.mean(tf.square(shifted), -1, true), 1e-14));
    return tf.add(tf.mul(tf.div(shifted, spread), gamma), beta);
  };
}
