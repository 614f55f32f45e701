// CRED: is there an earthquake, along time, from a spectrogram.
import { engine, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { dense, dropout } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { lstm } from "../layers/sequence.js";
import { normalised } from "../layers/series.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";

export interface CredOptions {
  /** Components in, default 3. */
  readonly inChannels?: number;
  /** Scales the dropouts of .2 and .3: 1 (default) as published, 0 for none. */
  readonly dropout?: number;
  /** "sigmoid" (default) or "logits", what training with `bce` takes. */
  readonly output?: "sigmoid" | "logits";
  readonly seed?: number;
}

/** Twice batch norm, ReLU, convolution; added to the input. */
function residual(p: Weights, name: string, channels: number, kernel: number): Layer {
  const half = [0, 1].map((i) => ({
    norm: normalised(batchNorm(p, `${name}.norms.${i}`, channels, { epsilon: 1e-3 }), true),
    conv: conv2d(p, `${name}.convs.${i}`, { in: channels, out: channels, kernel }),
  }));
  return (x, mode) =>
    engine().tf.add(
      x,
      half.reduce((y, { norm, conv }) => conv(norm(y, mode), mode), x),
    );
}

/** CNN-RNN earthquake detector: two strided convolutions with residual blocks on the spectrogram, three LSTMs, two dense layers a moment.
 *
 *  The input is |STFT| of each component, window of 80 samples, hop 40, of a 30 s record at 100 Hz whose mean is off and that is divided by one standard
 *  deviation: `signal.stft(x, { length: 80 })` gives its 76 moments and 41 frequencies. 293,569 weights.
 *
 *  @returns A model from [batch, 76, 41, inChannels] to [batch, 19, 1], a probability each 1.6 s; SeisBench's names.
 *  @see Mousavi et al. (2019), Scientific Reports 9, 10267. */
export const cred: (options?: CredOptions) => Model = defineModel<CredOptions>(
  "cred",
  "Mousavi et al. (2019), CRED",
  { inChannels: 3, dropout: 1, output: "sigmoid" },
  (p, { inChannels, dropout: share, output }) => {
    const first = conv2d(p, "conv1", { in: inChannels, out: 8, kernel: 9, stride: 2, pad: 4, relu: true });
    const block1 = residual(p, "cnn_block1", 8, 7);
    const second = conv2d(p, "conv2", { in: 8, out: 16, kernel: 5, stride: 2, pad: 2, relu: true });
    const block2 = residual(p, "cnn_block2", 16, 3);
    const both = [176, 128].map((size, i) =>
      lstm(p, `lstm_block.lstms.${i}`, { in: size, hidden: 64, bidirectional: true }),
    );
    const one = lstm(p, "lstm", { in: 128, hidden: 64 });
    const [drop3, drop2] = [dropout(0.3 * share), dropout(0.2 * share)];
    const norm1 = normalised(batchNorm(p, "norm1", 64, { epsilon: 1e-3 }));
    const fc1 = dense(p, "fc1", { in: 64, out: 64 });
    const norm2 = normalised(batchNorm(p, "norm2", 64, { epsilon: 1e-3 }));
    const fc2 = dense(p, "fc2", { in: 64, out: 1 });
    return (input, mode) => {
      const { tf } = engine();
      if (input.rank !== 4 || input.shape[2] !== 41 || input.shape[3] !== inChannels)
        throw new RangeError(
          `cred: the input must be [batch, time, 41, ${inChannels}], got [${input.shape}]`,
        );
      let x: Tensor = block1(first(input, mode), mode);
      x = block2(second(x, mode), mode);
      const [n, t, f, c] = (x as Tensor4D).shape;
      x = drop3(both[0]!(x.reshape([n, t, f * c]), mode), mode);
      x = tf.add(drop3(both[1]!(x, mode), mode), x);
      x = norm1(drop2(one(x, mode), mode), mode);
      x = norm2(tf.relu(fc1(x, mode)), mode);
      const z = fc2(drop2(x, mode), mode);
      return output === "sigmoid" ? tf.sigmoid(z) : z;
    };
  },
);
