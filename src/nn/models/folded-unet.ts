// The trunk of the networks of gathers: samples folded into channels, then a U-Net.
import { joinChannels, maxPool, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { upsample2d } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";

/** Convolution 3x3, batch norm, ReLU; weights NAME.conv and NAME.norm. */
export const convNormRelu = (p: Weights, name: string, inner: number, outer: number): Layer =>
  conv2d(p, `${name}.conv`, {
    in: inner,
    out: outer,
    kernel: 3,
    bias: false,
    relu: true,
    norm: batchNorm(p, `${name}.norm`, outer),
  });

/** Twice `convNormRelu`. */
export function twice(p: Weights, name: string, inner: number, outer: number): Layer {
  const [a, b] = [convNormRelu(p, `${name}.0`, inner, outer), convNormRelu(p, `${name}.1`, outer, outer)];
  return (x, mode) => b(a(x, mode), mode);
}

/** Samples folded into channels: [n, h, w, c] to [n, h, w / fold, c fold]. */
export function folded(name: string, x: Tensor4D, channels: number, unit: number, fold: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  if (x.rank !== 4 || c !== channels || h % unit || w % (unit * fold))
    throw new RangeError(
      `${name}: the input must be [batch, traces of ${unit}, samples of ${unit * fold}, ${channels}], got [${x.shape}]`,
    );
  return x.reshape([n, h, w / fold, c * fold]);
}

/** Levels of two convolutions 3x3 with batch norm and ReLU, 2x2 max-pooling, nearest upsampling, skips.
 *
 *  @param p Names head, down.0 .., up.0 ..
 *  @param inner Channels in, folded ones.
 *  @param widths Channels of the levels.
 *  @returns From [n, h, w, inner] to [n, h, w, widths[0]]. */
export function foldedUnet(p: Weights, inner: number, widths: readonly number[]): Layer {
  const head = convNormRelu(p, "head", inner, widths[0]!);
  const down = widths.map((n, i) => twice(p, `down.${i}`, widths[i - 1] ?? n, n));
  const up = widths.slice(0, -1).map((n, i) => twice(p, `up.${i}`, n + widths[i + 1]!, n));
  const grow = upsample2d(2);
  return (input, mode) => {
    let x = head(input, mode) as Tensor4D;
    const skips: Tensor4D[] = [];
    down.forEach((block, i) => {
      x = block(i === 0 ? x : maxPool(x, [2, 2]), mode) as Tensor4D;
      skips.push(x);
    });
    for (let i = widths.length - 2; i >= 0; i--)
      x = up[i]!(joinChannels(skips[i]!, grow(x, mode) as Tensor4D), mode) as Tensor4D;
    return x;
  };
}
