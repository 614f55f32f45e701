// The bias-free residual U-Net of the denoising protocol.
import { engine, type Tensor4D } from "../../tensor/index.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { type Channels, residualUnet, shuffle, unshuffle } from "./residual-unet.js";

export interface DenoiseUnetOptions {
  /** Channels of the three levels, default [32, 64, 96]. */
  readonly channels?: Channels;
  readonly seed?: number;
}

/** y = x - net(x): pixel-unshuffle by 2 and one channel of ones, three levels of two residual blocks, strided and transposed 2x2
 *  convolutions between them, additive skips, pixel-shuffle. No bias anywhere, so only the channel of ones, which stands for
 *  the noise level of 1, breaks f(cx) = c f(x). 768,544 weights.
 *
 *  @returns A model from [batch, height, width, 1] in units of the noise to the same; height and width divide by 8.
 *  @see Zhang et al. (2022), DRUNet; Mohan et al. (2020), bias-free networks. */
export const denoiseUnet: (options?: DenoiseUnetOptions) => Model = defineModel<DenoiseUnetOptions>(
  "denoiseUnet",
  "Zhang et al. (2022), DRUNet; Mohan et al. (2020), bias-free",
  { channels: [32, 64, 96] },
  (p, { channels }) => {
    const net = residualUnet(p, 5, channels, 4);
    return (input, mode) => {
      const { tf } = engine();
      const x = input as Tensor4D;
      if (x.rank !== 4 || x.shape[3] !== 1 || x.shape[1] % 8 || x.shape[2] % 8)
        throw new RangeError(
          `denoiseUnet: the input must be [batch, height, width, 1] with sides that divide by 8, got [${x.shape}]`,
        );
      const parts = unshuffle(x, 2);
      const [n, h, w] = parts.shape;
      const noise = net(tf.concat([parts, tf.ones([n, h, w, 1])], 3), mode);
      return tf.sub(x, shuffle(noise as Tensor4D, 2));
    };
  },
);
