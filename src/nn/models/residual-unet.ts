// The bias-free trunk of the own networks: three levels of residual blocks on an image folded by 2.
import { engine, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv2d, convTranspose2d } from "../layers/conv.js";
import type { Layer, Mode } from "../types.js";
import type { Weights } from "../weights.js";

/** Places between the blocks at which a model may scale the channels; level 0 has all columns, level 2 a quarter. */
export const gates = [
  { name: "head", level: 0 },
  { name: "shrink.0", level: 1 },
  { name: "shrink.1", level: 2 },
  { name: "body", level: 2 },
  { name: "grow.1", level: 1 },
  { name: "grow.0", level: 0 },
] as const;

export type Channels = readonly [number, number, number];

/** Scales the features at a place; the trunk alone leaves them as they are. */
export type Gate = (place: (typeof gates)[number]["name"], features: Tensor) => Tensor;

/** y = x + conv(relu(conv(x))), the second convolution starting near zero. */
function residual(p: Weights, name: string, channels: number): Layer {
  const both = { in: channels, out: channels, kernel: 3, bias: false } as const;
  const a = conv2d(p, `${name}.0`, { ...both, relu: true });
  const b = conv2d(p, `${name}.1`, { ...both, start: { normal: 0.001 } });
  return (x, mode) => engine().tf.add(x, b(a(x, mode), mode));
}

/** Convolution to the first level, two residual blocks a level, strided and transposed 2x2 convolutions between levels, additive skips. No bias anywhere, so
 *  f(cx) = c f(x).
 *
 *  @param inputs Channels of the input. @param outputs Channels of the output.
 *  @returns From [n, h, w, inputs] to [n, h, w, outputs]; h and w divide by 4.
 *  @see Zhang et al. (2022), DRUNet; Mohan et al. (2020), bias-free networks. */
export function residualUnet(
  p: Weights,
  inputs: number,
  [a, b, c]: Channels,
  outputs: number,
): (x: Tensor, mode: Mode, gate?: Gate) => Tensor {
  const pairOf = (name: string, n: number): Layer => {
    const [first, second] = [residual(p, `${name}.0`, n), residual(p, `${name}.1`, n)];
    return (x, mode) => second(first(x, mode), mode);
  };
  const halve = (name: string, inner: number, outer: number) =>
    conv2d(p, name, { in: inner, out: outer, kernel: 2, stride: 2, pad: 0, bias: false });
  const double = (name: string, inner: number, outer: number) =>
    convTranspose2d(p, name, { in: inner, out: outer, kernel: 2, stride: 2, bias: false });
  const head = conv2d(p, "head", { in: inputs, out: a, kernel: 3, bias: false });
  const [down0, shrink0] = [pairOf("down.0", a), halve("shrink.0", a, b)];
  const [down1, shrink1] = [pairOf("down.1", b), halve("shrink.1", b, c)];
  const body = pairOf("body", c);
  const [grow1, up1] = [double("grow.1", c, b), pairOf("up.1", b)];
  const [grow0, up0] = [double("grow.0", b, a), pairOf("up.0", a)];
  const tail = conv2d(p, "tail", { in: a, out: outputs, kernel: 3, bias: false });
  return (x, mode, gate = (_, y) => y) => {
    const { tf } = engine();
    const s0 = down0(gate("head", head(x, mode)), mode);
    const s1 = down1(gate("shrink.0", shrink0(s0, mode)), mode);
    const deep = gate("body", body(gate("shrink.1", shrink1(s1, mode)), mode));
    const y1 = up1(gate("grow.1", tf.add(grow1(deep, mode), s1)), mode);
    const y0 = up0(gate("grow.0", tf.add(grow0(y1, mode), s0)), mode);
    return tail(y0, mode);
  };
}

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

/** The inverse of `unshuffle`: [n, h, w, c s s] to [n, h s, w s, c]; differentiable.
 *  @throws RangeError if s^2 does not divide the channels. */
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
