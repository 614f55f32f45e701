// What a first-break network can learn from without labels: generated gathers, and gathers with parts hidden.
import { rng } from "../../core/index.js";
import { synthetic } from "../../data/index.js";
import type { Loss, SampleSet } from "../../nn/index.js";
import { engine, type Scalar } from "../../tensor/index.js";
import { type FirstBreakExample, firstBreakSamples } from "./first-breaks.js";

/** Generated gathers that stand in for labelled ones. */
export function generatedExamples(seed: number, count = 200): FirstBreakExample[] {
  const root = rng(seed).fork("generated gathers");
  return Array.from({ length: count }, (_, k) => synthetic.firstBreakGather(root.fork(`${k}`)));
}

/** Gathers of which 6 in 10 blocks of 8 traces by 32 samples are hidden: x without them, y [trace, time, 2] what was there and where. */
export function maskedSamples(examples: readonly FirstBreakExample[]): SampleSet {
  const whole = firstBreakSamples(examples, { clicks: 0 });
  return {
    length: whole.length,
    sample(i, rng) {
      const { x } = whole.sample(i, rng);
      const [traces, width, channels] = x.shape as [number, number, number];
      const random = rng.fork("blocks");
      const hidden = Array.from(
        { length: Math.ceil(traces / 8) * Math.ceil(width / 32) },
        () => random.uniform() < 0.6,
      );
      const y = new Float32Array(traces * width * 2);
      const data = Float32Array.from(x.data);
      for (let k = 0; k < traces * width; k++) {
        const isHidden =
          hidden[
            Math.floor(Math.floor(k / width) / 8) * Math.ceil(width / 32) + Math.floor((k % width) / 32)
          ]!;
        y.set([data[channels * k]!, isHidden ? 1 : 0], 2 * k);
        if (isHidden) data.fill(0, channels * k, channels * (k + 1));
      }
      return { x: { data, shape: x.shape }, y: { data: y, shape: [traces, width, 2] } };
    },
  };
}

/** Mean square of what was hidden.
 *  @see He et al. (2022), masked autoencoders, CVPR. */
export const hiddenLoss: Loss = (output, target) => {
  const { tf } = engine();
  const shape = output.shape as [number, number, number, number];
  const [value, hidden] = [0, 1].map((c) => tf.slice(target, [0, 0, 0, c], shape));
  const off = tf.mul(tf.square(tf.sub(output, value!)), hidden!);
  return tf.div(tf.sum(off), tf.add(tf.sum(hidden!), 1)) as Scalar;
};
