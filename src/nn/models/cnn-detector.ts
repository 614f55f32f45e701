// A plain CNN that says whether there is an earthquake in a window: the smallest thing that learns to detect.
import { engine, type Tensor } from "../../tensor/index.js";
import { conv1d } from "../layers/conv.js";
import { dense } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { asImage } from "./phasenet.js";

export interface CnnDetectorOptions {
  /** Components in, default 3. */
  readonly inChannels?: number;
  /** Channels of the convolutions, default [8, 16, 32, 32]. */
  readonly widths?: readonly number[];
  /** "sigmoid" (default) or "logits", what training with `bce` takes. */
  readonly output?: "sigmoid" | "logits";
  readonly seed?: number;
}

/** Convolutions of 7 samples, stride 4, batch norm, ReLU; the largest of each channel over time; a dense layer. 12,025 weights by default.
 *
 *  @returns A model from [batch, sample, inChannels] to [batch, 1], any length from 256 samples on by default.
 *  @throws RangeError without a convolution. */
export const cnnDetector: (options?: CnnDetectorOptions) => Model = defineModel<CnnDetectorOptions>(
  "cnnDetector",
  "plain convolutional detector",
  { inChannels: 3, widths: [8, 16, 32, 32], output: "sigmoid" },
  (p, { inChannels, widths, output }) => {
    if (widths.length === 0)
      throw new RangeError("cnnDetector: widths must hold a number at least, got none");
    const convolutions = widths.map((out, i) =>
      conv1d(p, `conv.${i}`, {
        in: widths[i - 1] ?? inChannels,
        out,
        kernel: 7,
        stride: 4,
        bias: false,
        relu: true,
        pad: 3,
        norm: batchNorm(p, `norm.${i}`, out),
      }),
    );
    const last = dense(p, "out", { in: widths.at(-1)!, out: 1 });
    return (input, mode) => {
      const { tf } = engine();
      let x: Tensor = asImage("cnnDetector", input, inChannels);
      for (const layer of convolutions) x = layer(x, mode);
      const z = last(tf.max(x, [1, 2]), mode);
      return output === "sigmoid" ? tf.sigmoid(z) : z;
    };
  },
);
