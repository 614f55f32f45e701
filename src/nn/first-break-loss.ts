// What a picker of first breaks is trained on: a step at the break, and the probability of each place of that step.
import { engine, type Scalar, type Tensor } from "../tensor/index.js";
import { bce, type Loss } from "./losses.js";

export interface FirstBreakLossOptions {
  /** Weight of the cross-entropy of the places. Default .05. */
  readonly places?: number;
  /** Distance over which a place's label falls to 1 / e, samples. Default 2.5. */
  readonly width?: number;
}

/** Log-probability of every place k of a step from logits z of "after the break": log softmax_k of -sum_{t < k} z_t.
 *
 *  A step at k has the likelihood prod_{t<k} (1 - p_t) prod_{t>=k} p_t with p = sigmoid(z); divided by the one of k = 0 it is exp(-sum_{t<k} z_t).
 *
 *  @param logits [..., time].
 *  @returns Same shape; differentiable; the caller's scope disposes it. */
export function stepPosterior(logits: Tensor): Tensor {
  const { tf } = engine();
  return tf.logSoftmax(tf.neg(tf.cumsum(logits, logits.rank - 1, true)));
}

/** Binary cross-entropy against the step plus `places` times the cross-entropy of `stepPosterior` with exp(-|k - label| / width), scaled
 *  to sum 1 (PROTOCOLS 2). Output [n, trace, time, 1]; target [n, trace, 1], the break in samples, fractional; a negative one leaves the
 *  trace out of the second part, which needs a break inside.
 *
 *  @param options See FirstBreakLossOptions. */
export function firstBreakLoss({ places = 0.05, width = 2.5 }: FirstBreakLossOptions = {}): Loss {
  return (output, target) => {
    const { tf } = engine();
    const [n, traces, nt] = output.shape as [number, number, number, number];
    if (output.rank !== 4 || output.shape[3] !== 1 || target.size !== n * traces)
      throw new RangeError(
        `firstBreakLoss: the output must be [n, trace, time, 1] and the target [n, trace, 1], got [${output.shape}] and [${target.shape}]`,
      );
    const z = output.reshape([n, traces, nt]);
    const label = target.reshape([n, traces, 1]);
    const time = tf.range(0, nt, 1).reshape([1, 1, nt]);
    const step = tf.cast(tf.greaterEqual(time, label), "float32");
    const near = tf.exp(tf.div(tf.abs(tf.sub(time, label)), -width));
    const wanted = tf.div(near, tf.add(tf.sum(near, -1, true), 1e-30)); // far outside all is 0
    const isInside = tf.cast(
      tf.logicalAnd(tf.greaterEqual(label, 0), tf.less(label, nt)).reshape([n, traces]),
      "float32",
    );
    const entropy = tf.neg(tf.sum(tf.mul(wanted, stepPosterior(z)), -1));
    const mean = tf.div(tf.sum(tf.mul(entropy, isInside)), tf.add(tf.sum(isInside), 1e-6));
    return tf.add(bce(z, step, z), tf.mul(mean, places)) as Scalar;
  };
}
