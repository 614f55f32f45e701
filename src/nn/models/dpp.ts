// DeepPhasePick: a detector of P and S windows, and two recurrent networks that find the onset in them.
import { engine, type Tensor } from "../../tensor/index.js";
import { dense, dropout } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { lstm } from "../layers/sequence.js";
import { flattened, halved, normalised, separableConv1d } from "../layers/series.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import type { WindowClassOptions } from "./gpd.js";
import { asImage } from "./phasenet.js";

export interface DppDetectorOptions extends WindowClassOptions {
  /** Scales the dropouts of .2 to .4: 1 (default) as published, 0 for none. */
  readonly dropout?: number;
}

/** The detector: five separable convolutions, each with batch norm behind its activation (ReLU, the last one sigmoid), pooling and dropout, two dense
 *  layers. 199,731 weights.
 *
 *  @returns A model from [batch, 480, inChannels] to [batch, classes], of a window of 4.8 s at 100 Hz; SeisBench's names.
 *  @see Soto and Schurr (2021), DeepPhasePick, GJI 227(2). */
export const dppDetector: (options?: DppDetectorOptions) => Model = defineModel<DppDetectorOptions>(
  "dppDetector",
  "Soto and Schurr (2021), DeepPhasePick",
  { inChannels: 3, classes: 3, dropout: 1, output: "softmax" },
  (p, { inChannels, classes, dropout: share, output }) => {
    const norm = (i: number, channels: number) =>
      normalised(batchNorm(p, `bn${i}`, channels, { epsilon: 1e-3, momentum: 0.99 }));
    const widths = [inChannels, 12, 24, 48, 96, 192];
    const rates = [0.25, 0.25, 0.3, 0.4, 0.25, 0.2].map((rate) => dropout(rate * share));
    const pool = halved();
    const convolutions = [17, 11, 5, 9, 17].map((kernel, i) => ({
      conv: separableConv1d(p, `conv${i + 1}`, { in: widths[i]!, out: widths[i + 1]!, kernel }),
      norm: norm(i + 1, widths[i + 1]!),
      drop: rates[i]!,
    }));
    const fc1 = dense(p, "fc1", { in: 2880, out: 50 });
    const bn6 = norm(6, 50);
    const fc2 = dense(p, "fc2", { in: 50, out: classes });
    return (input, mode) => {
      const { tf } = engine();
      let x: Tensor = asImage("dppDetector", input, inChannels);
      if (x.shape[2] !== 480)
        throw new RangeError(`dppDetector: a window must have 480 samples, got [${input.shape}]`);
      for (const [i, layer] of convolutions.entries()) {
        const z = layer.conv(x, mode);
        x = layer.drop(pool(layer.norm(i < 4 ? tf.relu(z) : tf.sigmoid(z), mode), mode), mode);
      }
      x = rates[5]!(bn6(tf.relu(fc1(flattened(x), mode)), mode), mode);
      const z = fc2(x, mode);
      return output === "softmax" ? tf.softmax(z) : z;
    };
  },
);

export interface DppPickerOptions {
  /** Of P onsets on the vertical (default) or of S on both horizontals. */
  readonly phase?: "P" | "S";
  /** Scales the dropouts of .2 to .45: 1 (default) as published, 0 for none. */
  readonly dropout?: number;
  /** "sigmoid" (default) or "logits", what training with `bce` takes. */
  readonly output?: "sigmoid" | "logits";
  readonly seed?: number;
}

/** The picker: two bidirectional LSTMs and a dense layer a sample; its answer rises where the phase has come. 546,081 weights for P, 21,181 for S.
 *
 *  @returns A model from [batch, sample, 1] (P) or [batch, sample, 2] (S) to [batch, sample, 1]; SeisBench's names.
 *  @see Soto and Schurr (2021), DeepPhasePick, GJI 227(2). */
export const dppPicker: (options?: DppPickerOptions) => Model = defineModel<DppPickerOptions>(
  "dppPicker",
  "Soto and Schurr (2021), DeepPhasePick",
  { phase: "P", dropout: 1, output: "sigmoid" },
  (p, { phase, dropout: share, output }) => {
    if (phase !== "P" && phase !== "S") throw new RangeError(`dppPicker: phase must be P or S, got ${phase}`);
    const [channels, a, b] = phase === "P" ? [1, 100, 160] : [2, 20, 30];
    const rates = phase === "P" ? [0.2, 0.35] : [0.25, 0.45];
    const layers = [
      lstm(p, "lstm1", { in: channels!, hidden: a!, bidirectional: true }),
      dropout(rates[0]! * share),
      lstm(p, "lstm2", { in: 2 * a!, hidden: b!, bidirectional: true }),
      dropout(rates[1]! * share),
      dense(p, "fc1", { in: 2 * b!, out: 1 }),
    ];
    return (x, mode) => {
      const z = layers.reduce((y, layer) => layer(y, mode), x);
      return output === "sigmoid" ? engine().tf.sigmoid(z) : z;
    };
  },
);
