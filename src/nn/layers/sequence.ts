// Layers over series [batch, time, channel]: LSTM, both directions, multi-head attention. PyTorch's names and gates.
import { engine, type Tensor, type Tensor2D, type Tensor3D } from "../../tensor/index.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";

/** Sizes of an LSTM. */
export interface LstmOptions {
  /** Channels of the input. */
  readonly in: number;
  /** Size of the state. */
  readonly hidden: number;
  /** Runs both ways and joins the outputs; default false. */
  readonly bidirectional?: boolean;
}

/** One layer of long short-term memory from a zero state: i, f, o = sigmoid, g = tanh of x W + h U + b; c = f c + i g; h = o tanh c.
 *
 *  @param p Names NAME.weight_ih_l0, weight_hh_l0, bias_ih_l0, bias_hh_l0, with "_reverse" for the way back.
 *  @returns A layer from [batch, time, in] to [batch, time, hidden], or 2 hidden.
 *  @see Hochreiter and Schmidhuber (1997). */
export function lstm(p: Weights, name: string, o: LstmOptions): Layer {
  const ways = (o.bidirectional ? ["", "_reverse"] : [""]).map((way) => {
    const add = (kind: string, from: number) =>
      p.parameter(`${name}.weight_${kind}_l0${way}`, [from, 4 * o.hidden], "torch", o.hidden, "linear");
    const bias = (kind: string) =>
      p.parameter(`${name}.bias_${kind}_l0${way}`, [4 * o.hidden], "torch", o.hidden);
    return { w: add("ih", o.in), u: add("hh", o.hidden), bw: bias("ih"), bu: bias("hh"), back: way !== "" };
  });
  return (input) => {
    const { tf } = engine();
    const x = input as Tensor3D;
    if (x.rank !== 3 || x.shape[2] !== o.in)
      throw new RangeError(`${name}: the input must be [batch, time, ${o.in}], got [${x.shape}]`);
    const [n, time] = x.shape;
    const outputs = ways.map(({ w, u, bw, bu, back }) => {
      const all = tf.add(
        tf.add(tf.matMul(x.reshape([n * time, o.in]) as Tensor2D, w as unknown as Tensor2D), bw),
        bu,
      );
      const steps = tf.unstack(all.reshape([n, time, 4 * o.hidden]), 1) as Tensor2D[];
      // a copy: the tape holds the array itself
      const ordered = back ? [...steps].reverse() : steps;
      let h: Tensor = tf.zeros([n, o.hidden]);
      let c: Tensor = tf.zeros([n, o.hidden]);
      const states = ordered.map((step) => {
        const [i, f, g, out] = tf.split(
          tf.add(step, tf.matMul(h as Tensor2D, u as unknown as Tensor2D)),
          4,
          1,
        ) as [Tensor, Tensor, Tensor, Tensor];
        c = tf.add(tf.mul(tf.sigmoid(f), c), tf.mul(tf.sigmoid(i), tf.tanh(g)));
        h = tf.mul(tf.sigmoid(out), tf.tanh(c));
        return h;
      });
      if (back) states.reverse();
      return tf.stack(states, 1);
    });
    return outputs.length === 1 ? outputs[0]! : tf.concat(outputs, 2);
  };
}

/** Self-attention by several heads: softmax(q k' / sqrt(d)) v a head, then a dense layer.
 *
 *  @param p Names NAME.in_proj_weight, in_proj_bias, out_proj.weight, out_proj.bias.
 *  @param o.channels Must divide by `heads`.
 *  @returns A layer from [batch, time, channels] to the same.
 *  @throws RangeError if `heads` does not divide `channels`.
 *  @see Vaswani et al. (2017). */
export function selfAttention(
  p: Weights,
  name: string,
  o: { readonly channels: number; readonly heads: number },
): Layer {
  const { channels, heads } = o;
  if (channels % heads)
    throw new RangeError(`${name}: the channels must divide by the heads, got ${channels} and ${heads}`);
  const wIn = p.parameter(`${name}.in_proj_weight`, [channels, 3 * channels], "torch", channels, "linear");
  const bIn = p.parameter(`${name}.in_proj_bias`, [3 * channels], "zeros");
  const wOut = p.parameter(`${name}.out_proj.weight`, [channels, channels], "torch", channels, "linear");
  const bOut = p.parameter(`${name}.out_proj.bias`, [channels], "zeros");
  const d = channels / heads;
  return (input) => {
    const { tf } = engine();
    const x = input as Tensor3D;
    if (x.rank !== 3 || x.shape[2] !== channels)
      throw new RangeError(`${name}: the input must be [batch, time, ${channels}], got [${x.shape}]`);
    const [n, time] = x.shape;
    const flat = x.reshape([n * time, channels]) as Tensor2D;
    const parts = tf.split(tf.add(tf.matMul(flat, wIn as unknown as Tensor2D), bIn), 3, 1);
    const [q, k, v] = parts.map((t) => tf.transpose(t.reshape([n, time, heads, d]), [0, 2, 1, 3])) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const weights = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(d)));
    const joined = tf
      .transpose(tf.matMul(weights, v), [0, 2, 1, 3])
      .reshape([n * time, channels]) as Tensor2D;
    return tf.add(tf.matMul(joined, wOut as unknown as Tensor2D), bOut).reshape([n, time, channels]);
  };
}
