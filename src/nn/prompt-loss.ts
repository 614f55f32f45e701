// What a network of several masks is trained on: its best mask, and an honest quality of each.
import { engine, type Scalar, type Tensor } from "../tensor/index.js";
import type { Loss } from "./losses.js";

export interface PromptLossOptions {
  /** Weight of the dice loss beside the cross-entropy. Default 1. */
  readonly dice?: number;
  /** Weight of the squared error of the qualities. Default .5. */
  readonly quality?: number;
}

/** Mean over samples of the least loss of any mask, so that each may stand for another meaning of the same click, plus the squared difference between
 *  the quality of every mask and its intersection over union with the target. Output as `nn.promptUnet` gives it, target [n, trace, time, 1].
 *
 *  @param options See PromptLossOptions.
 *  @see Kirillov et al. (2023), section 3; Guzman-Rivera et al. (2012), multiple choice learning. */
export function promptLoss({ dice = 1, quality = 0.5 }: PromptLossOptions = {}): Loss {
  return (output, target) => {
    const { tf } = engine();
    const [n, h, w, both] = output.shape as [number, number, number, number];
    const masks = both / 2;
    if (output.rank !== 4 || !Number.isInteger(masks) || target.size !== n * h * w)
      throw new RangeError(
        `promptLoss: the output must be [n, trace, time, 2 masks] and the target [n, trace, time, 1], got [${output.shape}] and [${target.shape}]`,
      );
    const part = (from: number): Tensor =>
      tf.slice(output.reshape([n, h * w, both]), [0, 0, from], [n, h * w, masks]);
    const logits = part(0);
    const said = tf.sigmoid(tf.mean(part(masks), 1));
    const y = target.reshape([n, h * w, 1]);
    const p = tf.sigmoid(logits);
    const entropy = tf.mean(
      tf.add(tf.sub(tf.relu(logits), tf.mul(logits, y)), tf.log1p(tf.exp(tf.neg(tf.abs(logits))))),
      1,
    );
    const overlap = tf.sum(tf.mul(p, y), 1);
    const sizes = tf.add(tf.sum(p, 1), tf.sum(y, 1));
    const misfit = tf.sub(1, tf.div(tf.add(tf.mul(2, overlap), 1), tf.add(sizes, 1)));
    const each = tf.add(entropy, tf.mul(misfit, dice));
    // intersection over union of the masks as they would be cut; the gradient of a step is 0
    const cut = tf.step(logits);
    const both1 = tf.sum(tf.mul(cut, y), 1);
    const union = tf.sub(tf.add(tf.sum(cut, 1), tf.sum(y, 1)), both1);
    const iou = tf.div(both1, tf.add(union, 1e-6));
    const off = tf.mean(tf.sum(tf.square(tf.sub(said, iou)), 1));
    return tf.add(tf.mean(tf.neg(tf.max(tf.neg(each), 1))), tf.mul(off, quality)) as Scalar;
  };
}
