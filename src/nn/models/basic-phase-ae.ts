// BasicPhaseAE: a small convolutional encoder and decoder that gives the probability of a phase at each sample.
import type { Tensor } from "../../tensor/index.js";
import { conv1d, convTranspose1d } from "../layers/conv.js";
import { dropout } from "../layers/dense.js";
import { halved, repeated } from "../layers/series.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { asImage, asSeries } from "./phasenet.js";

export interface BasicPhaseAeOptions {
  /** Classes out, default 3. */
  readonly classes?: number;
  /** Rate of the one dropout, default .3. */
  readonly dropout?: number;
  /** "softmax" (default) or "logits", what training with `crossEntropy` takes. */
  readonly output?: "softmax" | "logits";
  readonly seed?: number;
}

/** Four convolutions of 5 samples, three of them with stride 4, then upsampling by 2, 5, 5, 3 with a convolution after each; no skips. 33,687 weights.
 *
 *  @returns A model from [batch, 600, 3] to [batch, 600, classes]; SeisBench's names.
 *  @see Woollam et al. (2019), SRL 90(2A). */
export const basicPhaseAe: (options?: BasicPhaseAeOptions) => Model = defineModel<BasicPhaseAeOptions>(
  "basicPhaseAe",
  "Woollam et al. (2019), Convolutional neural network for seismic phase classification",
  { classes: 3, dropout: 0.3, output: "softmax" },
  (p, { classes, dropout: rate, output }) => {
    const down = (i: number, from: number, to: number, stride: number) =>
      conv1d(p, `conv${i}`, { in: from, out: to, kernel: 5, stride, pad: 0, relu: true });
    const up = (name: string, from: number, to: number, relu = true) =>
      convTranspose1d(p, name, { in: from, out: to, kernel: 5, pad: 2, relu });
    const layers = [
      down(1, 3, 12, 1),
      down(2, 12, 24, 4),
      down(3, 24, 36, 4),
      dropout(rate),
      down(4, 36, 48, 4),
      halved(),
      repeated(2),
      up("conv5", 48, 48),
      repeated(5),
      up("conv6", 48, 24),
      repeated(5),
      up("conv7", 24, 12),
      repeated(3),
      up("out", 12, classes, false),
    ];
    return (input, mode) => {
      if (input.shape[1] !== 600)
        throw new RangeError(`basicPhaseAe: a window must have 600 samples, got [${input.shape}]`);
      const start: Tensor = asImage("basicPhaseAe", input, 3);
      return asSeries(
        layers.reduce((x, layer) => layer(x, mode), start),
        output,
      );
    };
  },
);
