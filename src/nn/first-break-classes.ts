// First breaks as classes of each sample: before, at, after the break; or a spike.
import { engine, type Scalar, type Tensor } from "../tensor/index.js";
import type { Loss } from "./losses.js";

export interface ClassLossOptions {
  /** Half the width of the class "at the break", samples. Default 3. */
  readonly band?: number;
  /** Weight of the difference of the gradients. Default .5. */
  readonly gradient?: number;
}

/** Time minus label, [n, trace, time], for logits [n, trace, time, c] and labels [n, trace, 1]. */
function sinceBreak(name: string, output: Tensor, target: Tensor, classes: number): Tensor {
  const { tf } = engine();
  const [n, traces, nt, c] = output.shape as [number, number, number, number];
  if (output.rank !== 4 || c !== classes || target.size !== n * traces)
    throw new RangeError(
      `${name}: the output must be [n, trace, time, ${classes}] and the target [n, trace, 1], got [${output.shape}] and [${target.shape}]`,
    );
  return tf.sub(tf.range(0, nt, 1).reshape([1, 1, nt]), target.reshape([n, traces, 1]));
}

/** Three classes of each sample, 0 before, 1 at, 2 after the break: cross-entropy, plus `gradient` times the mean |difference| of the
 *  derivatives of probabilities and labels along time and trace, which asks for edges that go on from trace to trace.
 *
 *  @param options See ClassLossOptions.
 *  @returns Output [n, trace, time, 3] (logits), target [n, trace, 1], samples. */
export function firstBreakClassLoss({ band = 3, gradient = 0.5 }: ClassLossOptions = {}): Loss {
  return (output, target) => {
    const { tf } = engine();
    const since = sinceBreak("firstBreakClassLoss", output, target, 3);
    const before = tf.cast(tf.less(since, -band), "float32");
    const after = tf.cast(tf.greater(since, band), "float32");
    const wanted = tf.stack([before, tf.sub(tf.sub(1, before), after), after], 3);
    const logs = tf.logSoftmax(output);
    const entropy = tf.neg(tf.mean(tf.sum(tf.mul(wanted, logs), -1)));
    const off = tf.sub(tf.exp(logs), wanted);
    const [n, traces, nt, c] = off.shape as [number, number, number, number];
    const along = (size: number[], step: number[]) =>
      tf.mean(tf.abs(tf.sub(tf.slice(off, step, size), tf.slice(off, [0, 0, 0, 0], size))));
    const slopes = tf.add(
      along([n, traces, nt - 1, c], [0, 0, 1, 0]),
      along([n, traces - 1, nt, c], [0, 1, 0, 0]),
    );
    return tf.add(entropy, tf.mul(slopes, gradient)) as Scalar;
  };
}

/** 1 at the sample nearest the break, 0 elsewhere: binary cross-entropy of logits, summed over a trace. The two classes are 1 to 511 in
 *  size, the trouble of this label.
 *  @returns Output [n, trace, time, 1], target [n, trace, 1], samples.
 *  @see Hu et al. (2019). */
export const spikeLoss: Loss = (output, target) => {
  const { tf } = engine();
  const since = sinceBreak("spikeLoss", output, target, 1);
  const y = tf.cast(tf.logicalAnd(tf.greater(since, -0.5), tf.lessEqual(since, 0.5)), "float32");
  const z = output.reshape(since.shape);
  const each = tf.add(tf.sub(tf.relu(z), tf.mul(z, y)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
  return tf.mean(tf.sum(each, -1)) as Scalar;
};
