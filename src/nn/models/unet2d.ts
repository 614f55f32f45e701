// A 2-D U-Net: one logit a sample and trace.
import { joinChannels, maxPool, type Tensor4D } from "../../tensor/index.js";
import { conv2d, convTranspose2d } from "../layers/conv.js";
import { batchNorm } from "../layers/norm.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";

export interface Unet2dOptions {
  /** Channels in, default 1. */
  readonly inChannels?: number;
  /** Channels out, default 1. */
  readonly outChannels?: number;
  /** Channels of the first level, doubled at each; default 16. */
  readonly base?: number;
  /** Resolutions, default 4; height and width must divide by 2^(levels - 1). */
  readonly levels?: number;
  readonly seed?: number;
}

/** Two times convolution 3x3, batch norm, ReLU; PyTorch's Sequential of six. */
function twice(p: Weights, name: string, inner: number, outer: number): Layer {
  const half = (i: number, from: number) =>
    conv2d(p, `${name}.${i}`, {
      in: from,
      out: outer,
      kernel: 3,
      bias: false,
      relu: true,
      norm: batchNorm(p, `${name}.${i + 1}`, outer),
    });
  const [a, b] = [half(0, inner), half(3, outer)];
  return (x, mode) => b(a(x, mode), mode);
}

/** Levels of two convolutions 3x3 with batch norm and ReLU, 2x2 max-pooling down, transposed 2x2 convolutions up, skips joined, 1x1 to the
 *  output's logits. 482,449 weights by default.
 *
 *  @returns A model from [batch, height, width, inChannels] to [batch, height, width, outChannels].
 *  @see Ronneberger et al. (2015), U-Net, MICCAI. */
export const unet2d: (options?: Unet2dOptions) => Model = defineModel<Unet2dOptions>(
  "unet2d",
  "Ronneberger et al. (2015), U-Net",
  { inChannels: 1, outChannels: 1, base: 16, levels: 4 },
  (p, { inChannels, outChannels, base, levels }) => {
    const widths = Array.from({ length: levels }, (_, i) => base * 2 ** i);
    const down = widths.map((n, i) => twice(p, `down.${i}`, widths[i - 1] ?? inChannels, n));
    const coarser = widths.slice(0, -1);
    const up = coarser.map((n, i) =>
      convTranspose2d(p, `up.${i}`, { in: 2 * n, out: n, kernel: 2, stride: 2 }),
    );
    const merge = coarser.map((n, i) => twice(p, `merge.${i}`, 2 * n, n));
    const head = conv2d(p, "head", { in: base, out: outChannels, kernel: 1 });
    const unit = 2 ** (levels - 1);
    return (input, mode) => {
      let x = input as Tensor4D;
      if (x.rank !== 4 || x.shape[1] % unit || x.shape[2] % unit)
        throw new RangeError(
          `unet2d: height and width of [batch, height, width, channel] must divide by ${unit}, got [${x.shape}]`,
        );
      const skips: Tensor4D[] = [];
      down.forEach((block, i) => {
        x = block(i === 0 ? x : maxPool(x, [2, 2]), mode) as Tensor4D;
        skips.push(x);
      });
      for (let i = levels - 2; i >= 0; i--)
        x = merge[i]!(joinChannels(skips[i]!, up[i]!(x, mode) as Tensor4D), mode) as Tensor4D;
      return head(x, mode);
    };
  },
);
