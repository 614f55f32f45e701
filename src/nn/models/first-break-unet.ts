// A U-Net of gathers: how likely each sample lies after the first break, as a logit.
import { joinChannels, maxPool, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { upsample2d } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";

export interface FirstBreakUnetOptions {
  /** Channels in, default 5: the gather, low-passed, three of clicks (`apply.firstBreakInputs`). */
  readonly inChannels?: number;
  /** Logits a sample, default 1. */
  readonly outChannels?: number;
  /** Channels of the levels; default [32, 48, 64, 96]. */
  readonly widths?: readonly number[];
  /** Samples folded into channels, default 4. */
  readonly fold?: number;
  readonly seed?: number;
}

/** Convolution 3x3, batch norm, ReLU. */
const single = (p: Weights, name: string, inner: number, outer: number): Layer =>
  conv2d(p, `${name}.conv`, {
    in: inner,
    out: outer,
    kernel: 3,
    bias: false,
    relu: true,
    norm: batchNorm(p, `${name}.norm`, outer),
  });

function twice(p: Weights, name: string, inner: number, outer: number): Layer {
  const [a, b] = [single(p, `${name}.0`, inner, outer), single(p, `${name}.1`, outer, outer)];
  return (x, mode) => b(a(x, mode), mode);
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
  { inChannels: 5, outChannels: 1, widths: [32, 48, 64, 96], fold: 4 },
  (p, { inChannels, outChannels, widths, fold }) => {
    const head = single(p, "head", inChannels * fold, widths[0]!);
    const down = widths.map((n, i) => twice(p, `down.${i}`, widths[i - 1] ?? n, n));
    const up = widths.slice(0, -1).map((n, i) => twice(p, `up.${i}`, n + widths[i + 1]!, n));
    const tail = conv2d(p, "tail", { in: widths[0]!, out: outChannels * fold, kernel: 1 });
    const grow = upsample2d(2);
    const unit = 2 ** (widths.length - 1);
    return (input, mode) => {
      const [n, h, w, c] = input.shape as [number, number, number, number];
      if (input.rank !== 4 || c !== inChannels || h % unit || w % (unit * fold))
        throw new RangeError(
          `firstBreakUnet: the input must be [batch, traces of ${unit}, samples of ${unit * fold}, ${inChannels}], got [${input.shape}]`,
        );
      let x = head(input.reshape([n, h, w / fold, c * fold]), mode) as Tensor4D;
      const skips: Tensor4D[] = [];
      down.forEach((block, i) => {
        x = block(i === 0 ? x : maxPool(x, [2, 2]), mode) as Tensor4D;
        skips.push(x);
      });
      for (let i = widths.length - 2; i >= 0; i--)
        x = up[i]!(joinChannels(skips[i]!, grow(x, mode) as Tensor4D), mode) as Tensor4D;
      return tail(x, mode).reshape([n, h, w, outChannels]);
    };
  },
);
