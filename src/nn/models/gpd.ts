// GPD: the class of a short window, P, S or noise.
import { engine, type Tensor } from "../../tensor/index.js";
import { conv1d } from "../layers/conv.js";
import { dense } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { flattened, halved, normalised } from "../layers/series.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { asImage } from "./phasenet.js";

export interface WindowClassOptions {
  /** Components in, default 3. */
  readonly inChannels?: number;
  /** Classes out, default 3. */
  readonly classes?: number;
  /** "softmax" (default) or "logits", what training with `crossEntropy` takes. */
  readonly output?: "softmax" | "logits";
  readonly seed?: number;
}

/** Generalised seismic phase detection: four convolutions with batch norm, ReLU and pooling, three dense layers. A window of 4 s at 100 Hz is divided by
 *  its largest size first. 1,741,003 weights.
 *
 *  @returns A model from [batch, 400, inChannels] to [batch, classes]; SeisBench's names.
 *  @see Ross et al. (2018), BSSA 108(5A). */
export const gpd: (options?: WindowClassOptions) => Model = defineModel<WindowClassOptions>(
  "gpd",
  "Ross et al. (2018), Generalized seismic phase detection",
  { inChannels: 3, classes: 3, output: "softmax" },
  (p, { inChannels, classes, output }) => {
    const widths = [inChannels, 32, 64, 128, 256];
    const pool = halved();
    const convolutions = [21, 15, 11, 9].map((kernel, i) =>
      conv1d(p, `conv${i + 1}`, {
        in: widths[i]!,
        out: widths[i + 1]!,
        kernel,
        relu: true,
        norm: batchNorm(p, `bn${i + 1}`, widths[i + 1]!, { epsilon: 1e-3 }),
      }),
    );
    const denses = [
      [6400, 200],
      [200, 200],
    ].map(([from, to], i) => ({
      full: dense(p, `fc${i + 1}`, { in: from!, out: to! }),
      norm: normalised(batchNorm(p, `bn${i + 5}`, to!, { epsilon: 1e-3 }), true),
    }));
    const last = dense(p, "fc3", { in: 200, out: classes });
    return (input, mode) => {
      const { tf } = engine();
      let x: Tensor = asImage("gpd", input, inChannels);
      if (x.shape[2] !== 400)
        throw new RangeError(`gpd: a window must have 400 samples, got [${input.shape}]`);
      x = tf.div(x, tf.add(tf.max(tf.abs(x), [1, 2, 3], true), 1e-10));
      for (const layer of convolutions) x = pool(layer(x, mode), mode);
      x = flattened(x);
      for (const { full, norm } of denses) x = norm(full(x, mode), mode);
      const z = last(x, mode);
      return output === "softmax" ? tf.softmax(z) : z;
    };
  },
);
