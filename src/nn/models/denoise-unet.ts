// The bias-free residual U-Net of the denoising protocol.
import { engine, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv2d, convTranspose2d } from "../layers/conv.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";

export interface DenoiseUnetOptions {
  /** Channels of the three levels, default [32, 64, 96]. */
  readonly channels?: readonly [number, number, number];
  readonly seed?: number;
}

/** y = x + conv(relu(conv(x))), the second convolution starting near zero. */
function residual(p: Weights, name: string, channels: number): Layer {
  const a = conv2d(p, `${name}.0`, { in: channels, out: channels, kernel: 3, bias: false, relu: true });
  const b = conv2d(p, `${name}.1`, {
    in: channels,
    out: channels,
    kernel: 3,
    bias: false,
    start: { normal: 0.001 },
  });
  return (x, mode) => engine().tf.add(x, b(a(x, mode), mode));
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
    const [a, b, c] = channels;
    const pairOf = (name: string, n: number): Layer => {
      const [first, second] = [residual(p, `${name}.0`, n), residual(p, `${name}.1`, n)];
      return (x, mode) => second(first(x, mode), mode);
    };
    const halve = (name: string, inner: number, outer: number) =>
      conv2d(p, name, { in: inner, out: outer, kernel: 2, stride: 2, pad: 0, bias: false });
    const double = (name: string, inner: number, outer: number) =>
      convTranspose2d(p, name, { in: inner, out: outer, kernel: 2, stride: 2, bias: false });
    const head = conv2d(p, "head", { in: 5, out: a, kernel: 3, bias: false });
    const [down0, shrink0] = [pairOf("down.0", a), halve("shrink.0", a, b)];
    const [down1, shrink1] = [pairOf("down.1", b), halve("shrink.1", b, c)];
    const body = pairOf("body", c);
    const [grow1, up1] = [double("grow.1", c, b), pairOf("up.1", b)];
    const [grow0, up0] = [double("grow.0", b, a), pairOf("up.0", a)];
    const tail = conv2d(p, "tail", { in: a, out: 4, kernel: 3, bias: false });
    return (input, mode) => {
      const { tf } = engine();
      const x = input as Tensor4D;
      if (x.rank !== 4 || x.shape[3] !== 1 || x.shape[1] % 8 || x.shape[2] % 8)
        throw new RangeError(
          `denoiseUnet: the input must be [batch, height, width, 1] with sides that divide by 8, got [${x.shape}]`,
        );
      const parts = unshuffle(x, 2);
      const [n, h, w] = parts.shape;
      const x0 = head(tf.concat([parts, tf.ones([n, h, w, 1])], 3), mode);
      const s0 = down0(x0, mode);
      const s1 = down1(shrink0(s0, mode), mode);
      const deep = body(shrink1(s1, mode), mode);
      const y1 = up1(tf.add(grow1(deep, mode), s1), mode);
      const y0 = up0(tf.add(grow0(y1, mode), s0), mode);
      return tf.sub(x, shuffle(tail(y0, mode) as Tensor4D, 2));
    };
  },
);

/** Blocks of s x s pixels become channels, row by row: [n, h, w, c] to [n, h / s, w / s, c s s]; differentiable.
 *  @throws RangeError unless h and w divide by s. */
export function unshuffle(x: Tensor4D, s: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  if (h % s || w % s)
    throw new RangeError(`unshuffle: height and width must divide by ${s}, got [${x.shape}]`);
  const parts: Tensor = x.reshape([n, h / s, s, w / s, s * c]);
  return engine()
    .tf.transpose(parts, [0, 1, 3, 2, 4])
    .reshape([n, h / s, w / s, s * s * c]) as Tensor4D;
}

/** The inverse of `unshuffle`: [n, h, w, c s s] to [n, h s, w s, c]; differentiable. */
export function shuffle(x: Tensor4D, s: number): Tensor4D {
  const [n, h, w, all] = x.shape;
  const c = all / (s * s);
  if (!Number.isInteger(c))
    throw new RangeError(`shuffle: the channels must divide by ${s * s}, got [${x.shape}]`);
  const parts: Tensor = x.reshape([n, h, w, s, s * c]);
  return engine()
    .tf.transpose(parts, [0, 1, 3, 2, 4])
    .reshape([n, h * s, w * s, c]) as Tensor4D;
}
