// phasenet-annotate-whole: the same hour in one pass of the fully convolutional network, normalised once instead of window by window.
import { core, nn, tensor } from "geodl";
import type { Case } from "./harness.js";

const n = 360_000;

export const bench: Case = {
  name: "phasenet-annotate-whole",
  peer: "phasenet-annotate",
  workload: `PhaseNet on 1 h x 3 components x 100 Hz float32 (${n} samples a trace) as one window: not the same answers as by windows of 3001`,
  unit: "s",
  async prepare() {
    const model = nn.phasenet();
    const { tf } = tensor.engine();
    const random = core.rng(0);
    const traces = [..."ZNE"].map((letter) => random.fork(letter).fill(new Float32Array(n), "normal"));
    const run = () => {
      const answer = tf.tidy(() => {
        const x = tf.stack(
          traces.map((trace) => tf.tensor1d(trace)),
          1,
        );
        const centred = tf.sub(x, tf.mean(x, 0, true));
        const scaled = tf.div(centred, tf.max(tf.abs(centred), 0, true));
        return nn.predict(model, tf.expandDims(scaled, 0));
      });
      answer.dataSync();
      answer.dispose();
    };
    return { run };
  },
};
