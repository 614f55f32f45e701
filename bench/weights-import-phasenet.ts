// volpick's PhaseNet from SeisBench's files to its first window.
import { data, nn, tensor } from "geodl";
import { sines, weightsCase } from "./weights.js";

export const bench = weightsCase(
  {
    name: "weights-import-phasenet",
    peer: "weights-import/phasenet",
    workload: "SeisBench PhaseNet checkpoint (json + pt), then one window (3,3001) float32",
  },
  data.find("weights/phasenet_volpick.pt.v1"),
  async (file) => {
    const { model } = await nn.loadSeisBench(file);
    const { tf } = tensor.engine();
    const input = () => {
      const x = tf.transpose(tf.tensor(sines(3 * 3001), [1, 3, 3001]), [0, 2, 1]);
      const centred = tf.sub(x, tf.mean(x, 1, true));
      return tf.div(centred, tf.add(tf.max(tf.abs(centred), 1, true), 1e-10));
    };
    return { model, input };
  },
  91,
);
