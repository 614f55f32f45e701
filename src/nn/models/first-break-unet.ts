// A U-Net of gathers: how likely each sample lies after the first break, as a logit.
import type { Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { folded, foldedUnet } from "./folded-unet.js";

export interface FirstBreakUnetOptions {
  /** Channels in, default 5: the gather, low-passed, three of clicks (`apply.firstBreakInputs`). */
  readonly inChannels?: number;
  /** Logits a sample, default 1; 3 for classes before, at and after the break. */
  readonly outChannels?: number;
  /** Channels of the levels; default [32, 48, 64, 96]. */
  readonly widths?: readonly number[];
  /** Samples folded into channels, default 4. */
  readonly fold?: number;
  /** Channels of adapters behind each level, default 0: none. For fine-tuning with `partly`. */
  readonly adapters?: number;
  /** Rank of low-rank changes of the trunk's filters, default 0: none. For fine-tuning with `partly`. */
  readonly lora?: number;
  readonly seed?: number;
}

/** Four samples folded into channels, a convolution to 32, a U-Net of 32, 48, 64, 96 channels with two convolutions 3x3 a level, batch norm and
 *  ReLU, 2x2 max-pooling, nearest upsampling, skips; unfolded to logits of every sample. 493,636 weights by default (PROTOCOLS 2).
 *
 *  @returns A model from [batch, trace, time, inChannels] to [batch, trace, time, outChannels]; traces divide by 2^(levels - 1), samples by
 *  that times `fold`.
 *  @see Ronneberger et al. (2015), U-Net, MICCAI; Hu et al. (2019), first-arrival picking with a U-Net, GRSL. */
export const firstBreakUnet: (options?: FirstBreakUnetOptions) => Model = defineModel<FirstBreakUnetOptions>(
  "firstBreakUnet",
  "Ronneberger et al. (2015), U-Net",
  { inChannels: 5, outChannels: 1, widths: [32, 48, 64, 96], fold: 4, adapters: 0, lora: 0 },
  (p, { inChannels, outChannels, widths, fold, adapters, lora }) => {
    const trunk = foldedUnet(p, inChannels * fold, widths, { adapters, lora });
    const tail = conv2d(p, "tail", { in: widths[0]!, out: outChannels * fold, kernel: 1 });
    const unit = 2 ** (widths.length - 1);
    return (input, mode) => {
      const x = folded("firstBreakUnet", input as Tensor4D, inChannels, unit, fold);
      const [n, h, w] = input.shape as [number, number, number];
      return tail(trunk(x, mode), mode).reshape([n, h, w, outChannels]);
    };
  },
);
