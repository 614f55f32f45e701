// What training makes small. Each takes (output, target) of equal shapes and gives one number, the mean over what its docstring says.
import { engine, type Scalar, type Tensor } from "../tensor/index.js";

/** A loss: differentiable in the output. */
export type Loss = (output: Tensor, target: Tensor, input: Tensor) => Scalar;

function same(name: string, a: Tensor, b: Tensor): void {
  if (a.shape.length !== b.shape.length || a.shape.some((n, i) => n !== b.shape[i]))
    throw new RangeError(`${name}: the target must have the output's shape [${a.shape}], got [${b.shape}]`);
}

/** mean (a - b)^2. */
export const mse: Loss = (a, b) => {
  same("mse", a, b);
  const { tf } = engine();
  return tf.mean(tf.square(tf.sub(a, b)));
};

/** mean |a - b|. */
export const l1: Loss = (a, b) => {
  same("l1", a, b);
  const { tf } = engine();
  return tf.mean(tf.abs(tf.sub(a, b)));
};

/** Mean over samples of sqrt(mean (a - b)^2 + epsilon): weak and strong samples count alike (PROTOCOLS 1).
 *  @param epsilon Default .003. */
export const rootMse =
  (epsilon = 0.003): Loss =>
  (a, b) => {
    same("rootMse", a, b);
    const { tf } = engine();
    const n = a.shape[0]!;
    return tf.mean(tf.sqrt(tf.add(tf.mean(tf.square(tf.sub(a, b)).reshape([n, -1]), 1), epsilon)));
  };

/** Mean over samples of |a - b| / |b|, the norms over all else. */
export const relativeL2: Loss = (a, b) => {
  same("relativeL2", a, b);
  const { tf } = engine();
  const n = a.shape[0]!;
  const norm = (x: Tensor) => tf.sqrt(tf.sum(tf.square(x).reshape([n, -1]), 1));
  return tf.mean(tf.div(norm(tf.sub(a, b)), norm(b)));
};

/** Binary cross-entropy of logits: mean of max(z, 0) - z y + log(1 + exp(-|z|)); y in [0, 1]. */
export const bce: Loss = (z, y) => {
  same("bce", z, y);
  const { tf } = engine();
  return tf.mean(tf.add(tf.sub(tf.relu(z), tf.mul(z, y)), tf.log1p(tf.exp(tf.neg(tf.abs(z))))));
};

/** Cross-entropy of logits with soft labels: mean over all but the last axis of -sum y log softmax(z). */
export const crossEntropy: Loss = (z, y) => {
  same("crossEntropy", z, y);
  const { tf } = engine();
  return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(z)), -1))) as Scalar;
};

/** Cross-entropy of logits with class numbers: as `crossEntropy`, the target lacking the last axis. */
export const crossEntropyHard: Loss = (z, y) => {
  const { tf } = engine();
  const classes = z.shape.at(-1)!;
  const labels = tf.oneHot(tf.cast(y, "int32").flatten(), classes).reshape(z.shape);
  return crossEntropy(z, tf.cast(labels, "float32"), z);
};

/** Cross-entropy of probabilities with soft labels, as PhaseNet is trained: mean of -sum y log(p + epsilon) over the last axis.
 *  @param epsilon Default 1e-5. */
export const probabilityCrossEntropy =
  (epsilon = 1e-5): Loss =>
  (p, y) => {
    same("probabilityCrossEntropy", p, y);
    const { tf } = engine();
    return tf.neg(tf.mean(tf.sum(tf.mul(y, tf.log(tf.add(p, epsilon))), -1))) as Scalar;
  };

/** 1 - (2 sum p y + 1) / (sum p + sum y + 1) of p = sigmoid(z), a sample at a time, mean.
 *  @see Milletari et al. (2016). */
export const dice: Loss = (z, y) => {
  same("dice", z, y);
  const { tf } = engine();
  const n = z.shape[0]!;
  const sum = (x: Tensor) => tf.sum(x.reshape([n, -1]), 1);
  const p = tf.sigmoid(z);
  return tf.mean(
    tf.sub(1, tf.div(tf.add(tf.mul(2, sum(tf.mul(p, y))), 1), tf.add(tf.add(sum(p), sum(y)), 1))),
  );
};

/** Focal loss of logits: mean of alpha_t (1 - p_t)^gamma times the binary cross-entropy.
 *  @param gamma Default 2. @param alpha Weight of the positive class, default .25.
 *  @see Lin et al. (2017). */
export const focal =
  (gamma = 2, alpha = 0.25): Loss =>
  (z, y) => {
    same("focal", z, y);
    const { tf } = engine();
    const entropy = tf.add(tf.sub(tf.relu(z), tf.mul(z, y)), tf.log1p(tf.exp(tf.neg(tf.abs(z)))));
    const p = tf.sigmoid(z);
    const miss = tf.add(tf.mul(p, tf.sub(1, y)), tf.mul(tf.sub(1, p), y)); // 1 - p_t
    const weight = tf.add(tf.mul(y, alpha), tf.mul(tf.sub(1, y), 1 - alpha));
    return tf.mean(tf.mul(tf.mul(weight, tf.pow(miss, gamma)), entropy));
  };
