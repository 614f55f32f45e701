// DnCNN: a residual denoiser of equal convolutions.
import { engine } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { batchNorm } from "../layers/norm.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";

export interface DncnnOptions {
  /** Convolutions, default 17. */
  readonly depth?: number;
  /** Channels between them, default 64. */
  readonly channels?: number;
  /** Batch norm on the middle layers, default "batch". */
  readonly norm?: "batch" | "none";
  /** Which convolutions have a bias: "full" all without a norm (PyTorch's habit), "first" the first only, "free" none. Default "full". */
  readonly bias?: "full" | "first" | "free";
  /** Batch norm's, default .1 and 1e-5. */
  readonly momentum?: number;
  /** See `momentum`. */
  readonly epsilon?: number;
  /** Default 0. */
  readonly seed?: number;
}

/** y = x - net(x), net = depth convolutions 3x3 with ReLU between: the network estimates the noise. 556,097 weights by default,
 *  555,137 without norm (KAIR's).
 *
 *  @returns A model from [batch, height, width, 1] to the same, any height and width; its names are KAIR's.
 *  @see Zhang et al. (2017), Beyond a Gaussian denoiser, IEEE TIP 26(7). */
export const dncnn: (options?: DncnnOptions) => Model = defineModel<DncnnOptions>(
  "dncnn",
  "Zhang et al. (2017), Beyond a Gaussian denoiser",
  {
    depth: 17,
    channels: 64,
    norm: "batch",
    bias: "full",
    momentum: 0.1,
    epsilon: 1e-5,
  },
  (p, { depth, channels, norm, bias, momentum, epsilon }) => {
    if (!Number.isInteger(depth) || depth < 2)
      throw new RangeError(`dncnn: depth must be a whole number >= 2, got ${depth}`);
    const layers: Layer[] = [];
    let index = 0;
    for (let i = 0; i < depth; i++) {
      const last = i === depth - 1;
      const normed = norm === "batch" && i > 0 && !last;
      const name = `model.${index}`;
      index += normed ? 3 : 2;
      layers.push(
        conv2d(p, name, {
          in: i === 0 ? 1 : channels,
          out: last ? 1 : channels,
          kernel: 3,
          bias: bias === "full" ? !normed : bias === "first" && i === 0,
          relu: !last,
          ...(normed ? { norm: batchNorm(p, `model.${index - 2}`, channels, { momentum, epsilon }) } : {}),
        }),
      );
    }
    return (x, mode) =>
      engine().tf.sub(
        x,
        layers.reduce((y, layer) => layer(y, mode), x),
      );
  },
);
