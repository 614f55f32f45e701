// The trunk of the networks of gathers: samples folded into channels, then a U-Net.
import { engine, joinChannels, maxPool, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { upsample2d } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import type { Layer } from "../types.js";
import type { Weights } from "../weights.js";

/** Convolution 3x3, batch norm, ReLU; weights NAME.conv and NAME.norm.
 *  @param lora Rank of a trainable change of the filter, default 0. */
export const convNormRelu = (p: Weights, name: string, inner: number, outer: number, lora = 0): Layer =>
  conv2d(p, `${name}.conv`, {
    lora,
    in: inner,
    out: outer,
    kernel: 3,
    bias: false,
    relu: true,
    norm: batchNorm(p, `${name}.norm`, outer),
  });

/** Twice `convNormRelu`. */
export function twice(p: Weights, name: string, inner: number, outer: number, lora = 0): Layer {
  const a = convNormRelu(p, `${name}.0`, inner, outer, lora);
  const b = convNormRelu(p, `${name}.1`, outer, outer, lora);
  return (x, mode) => b(a(x, mode), mode);
}

/** What is added to a trunk to fine-tune it with the rest frozen. */
export interface Tuning {
  /** Channels of a bottleneck behind each level, x + B relu(A x), B zero at first; 0 for none (Houlsby et al. 2019, Chen et al. 2022). */
  readonly adapters: number;
  /** Rank of a change of each filter; 0 for none. */
  readonly lora: number;
}

/** x + B relu(A x), both 1 x 1; the identity at first. */
function adapter(p: Weights, name: string, channels: number, width: number): Layer {
  const down = conv2d(p, `${name}.down`, { in: channels, out: width, kernel: 1, relu: true });
  const up = conv2d(p, `${name}.up`, { in: width, out: channels, kernel: 1, bias: false, start: "zeros" });
  return (x, mode) => engine().tf.add(x, up(down(x, mode), mode));
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
 *  @param tuning Adapters, low-rank changes; default none.
 *  @returns From [n, h, w, inner] to [n, h, w, widths[0]]. */
export function foldedUnet(
  p: Weights,
  inner: number,
  widths: readonly number[],
  { adapters, lora }: Tuning = { adapters: 0, lora: 0 },
): Layer {
  const level = (name: string, from: number, to: number): Layer => {
    const body = twice(p, name, from, to, lora);
    if (adapters === 0) return body;
    const extra = adapter(p, `${name}.adapter`, to, adapters);
    return (x, mode) => extra(body(x, mode), mode);
  };
  const head = convNormRelu(p, "head", inner, widths[0]!, lora);
  const down = widths.map((n, i) => level(`down.${i}`, widths[i - 1] ?? n, n));
  const up = widths.slice(0, -1).map((n, i) => level(`up.${i}`, n + widths[i + 1]!, n));
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
