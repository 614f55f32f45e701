// Segmentation led by prompts: an image encoder, a prompt encoder, a decoder that gives several masks and says how good each is.
import { engine, joinChannels, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { dense } from "../layers/dense.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { convNormRelu, folded, foldedUnet, twice } from "./folded-unet.js";

export interface PromptUnetOptions {
  /** Channels of the image; the first of the input. Default 2. */
  readonly inChannels?: number;
  /** Channels of the prompts, behind them. Default 4: points inside, points outside, a box, an earlier mask (`apply.promptChannels`). */
  readonly promptChannels?: number;
  /** Masks, default 3: a click is ambiguous. */
  readonly masks?: number;
  /** Channels of the image encoder's levels; default [24, 32, 48, 64]. */
  readonly widths?: readonly number[];
  /** Samples folded into channels, default 4. */
  readonly fold?: number;
  readonly seed?: number;
}

/** In the manner of SAM, with convolutions in place of its transformer: the image encoder is a U-Net that sees no prompt; prompts are drawn as
 *  channels and encoded by two convolutions; the decoder joins both, tells every place what the prompts' mean says, and ends in `masks` logits a
 *  sample and as many logits of the quality, the expected intersection over union.
 *
 *  @returns A model from [batch, trace, time, inChannels + promptChannels] to [batch, trace, time, 2 masks]: the masks' logits, then their
 *  qualities', the same number everywhere in a channel.
 *  @see Kirillov et al. (2023), Segment Anything, ICCV; Sofiiuk et al. (2022), clicks drawn as channels, ICIP. */
export const promptUnet: (options?: PromptUnetOptions) => Model = defineModel<PromptUnetOptions>(
  "promptUnet",
  "Kirillov et al. (2023), Segment Anything",
  { inChannels: 2, promptChannels: 4, masks: 3, widths: [24, 32, 48, 64], fold: 4 },
  (p, { inChannels, promptChannels, masks, widths, fold }) => {
    const width = widths[0]!;
    const image = foldedUnet(p, inChannels * fold, widths);
    const prompt = twice(p, "prompt", promptChannels * fold, width);
    const context = dense(p, "context", { in: 2 * width, out: width });
    const merge = convNormRelu(p, "merge", 2 * width, width);
    const refine = twice(p, "refine", width, width);
    const tail = conv2d(p, "tail", { in: width, out: masks * fold, kernel: 1 });
    const quality = dense(p, "quality", { in: width + masks, out: masks });
    const unit = 2 ** (widths.length - 1);
    return (input, mode) => {
      const { tf } = engine();
      const [n, h, w] = input.shape as [number, number, number];
      const all = input as Tensor4D;
      if (all.rank !== 4 || all.shape[3] !== inChannels + promptChannels)
        throw new RangeError(
          `promptUnet: the input must be [batch, trace, time, ${inChannels + promptChannels}], got [${input.shape}]`,
        );
      const part = (from: number, count: number): Tensor4D =>
        folded("promptUnet", tf.slice(all, [0, 0, 0, from], [n, h, w, count]), count, unit, fold);
      const features = image(part(0, inChannels), mode) as Tensor4D;
      const prompts = prompt(part(inChannels, promptChannels), mode) as Tensor4D;
      const joined = joinChannels(features, prompts);
      const told: Tensor = context(tf.mean(joined, [1, 2]), mode).reshape([n, 1, 1, width]);
      const body = refine(tf.add(merge(joined, mode), told), mode) as Tensor4D;
      const logits = tail(body, mode).reshape([n, h, w, masks]) as Tensor4D;
      // what a quality is judged by: the features, and how decided each mask is
      const decided = tf.mean(tf.abs(tf.tanh(logits)), [1, 2]);
      const about = quality(tf.concat([tf.mean(body, [1, 2]) as Tensor, decided as Tensor], 1), mode);
      const spread = tf.mul(about.reshape([n, 1, 1, masks]), tf.ones([n, h, w, masks]));
      return joinChannels(logits, spread as Tensor4D);
    };
  },
);
