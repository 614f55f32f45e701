// Convolutions of images and of series, plain and transposed, with the batch norm and the ReLU that follow them.
import {
  block,
  engine,
  type Geometry,
  isRecording,
  type Tensor,
  type Tensor4D,
  tapeIsOn,
  type Variable,
} from "../../tensor/index.js";
import type { Layer, Layout } from "../types.js";
import type { Start, Weights } from "../weights.js";
import { geometryOf, pair, sameGeometry } from "./geometry.js";
import { type BatchNorm, fold } from "./norm.js";

/** Rows and columns, or before and after. */
export type Pair = readonly [number, number];

export interface ConvOptions {
  /** Channels in. */
  readonly in: number;
  /** Channels out. */
  readonly out: number;
  /** Rows and columns of the filter, or one number for both; for series its length. */
  readonly kernel: number | Pair;
  /** Default 1. */
  readonly stride?: number | Pair;
  /** Distance of the filter's taps, default 1. */
  readonly dilation?: number | Pair;
  /** Zeros around the input: a number or a pair [before, after] for each axis; "same" keeps the size at stride 1; "tensorflow" gives
   *  ceil(n / stride) outputs of n inputs, as TensorFlow's SAME. Default "same". */
  readonly pad?: "same" | "tensorflow" | number | readonly [number | Pair, number | Pair];
  /** A bias of its own (default), none, or a variable [out] that the model has made. */
  readonly bias?: boolean | Variable;
  /** Start of the filter, default PyTorch's. */
  readonly start?: Start;
  /** Batch norm after it. */
  readonly norm?: BatchNorm;
  /** ReLU last, default false. */
  readonly relu?: boolean;
  /** Rank of a trainable change of the filter, W + A B with A [h w in, rank] drawn and B [rank, out] zero at first, for fine-tuning with W
   *  frozen (`partly`); default 0: none. Plain convolutions only.
   *  @see Hu et al. (2022), LoRA, ICLR. */
  readonly lora?: number;
}

export interface TransposedOptions extends ConvOptions {
  /** Rows and columns added to the output's end, default 0. */
  readonly outputPad?: number | Pair;
}

/** The bias that the options ask for. */
function biasOf(
  p: Weights,
  name: string,
  { bias = true, out }: ConvOptions,
  fan: number,
): Variable | undefined {
  if (typeof bias !== "boolean") return bias;
  return bias ? p.parameter(`${name}.bias`, [out], "torch", fan) : undefined;
}

/** Runs the block; in evaluation the norm is folded into the filter, without a tape or a recording once and remembered. */
function run(
  p: Weights,
  name: string,
  filter: Tensor4D,
  bias: Tensor | undefined,
  geometryAt: (x: Tensor4D) => Geometry,
  o: ConvOptions,
  out?: (x: Tensor4D) => number[],
  change?: () => Tensor,
): Layer {
  const { norm, relu = false } = o;
  let folded: { key: readonly unknown[]; w: Tensor; bias: Tensor } | undefined;
  const forget = () => {
    folded?.w.dispose();
    folded?.bias.dispose();
    folded = undefined;
  };
  p.onDispose(forget);
  const expected = out ? "transposed " : "";
  return (input, mode) => {
    const x = input as Tensor4D;
    if (x.rank !== 4 || x.shape[3] !== o.in)
      throw new RangeError(
        `${name}: the ${expected}convolution's input must be [batch, height, width, ${o.in}], got [${x.shape}]`,
      );
    const w = change ? (engine().tf.add(filter, change()) as Tensor4D) : filter;
    const geometry = geometryAt(x);
    if (!out)
      for (const axis of [0, 1] as const) {
        const reach =
          geometry.dilation[axis] * (w.shape[axis] - 1) + 1 - geometry.pad[axis][0] - geometry.pad[axis][1];
        if (x.shape[axis + 1]! < Math.max(reach, 1))
          throw new RangeError(
            `${name}: the input must have ${Math.max(reach, 1)} ${axis ? "columns" : "rows"} at least, got [${x.shape}]`,
          );
      }
    const to = out ? { transposedTo: out(x) } : {};
    if (!norm) return block(x, w, geometry, { relu, ...to, ...(bias ? { bias } : {}) });
    if (mode.training) return block(x, w, geometry, { relu, norm, ...to, ...(bias ? { bias } : {}) });
    if (change || tapeIsOn() || isRecording()) {
      const [wf, bf] = fold(w, bias, norm, out !== undefined);
      return block(x, wf as Tensor4D, geometry, { relu, bias: bf, ...to });
    }
    const key = [
      w.dataId,
      bias?.dataId,
      norm.gamma.dataId,
      norm.beta.dataId,
      norm.mean.dataId,
      norm.variance.dataId,
    ];
    if (!folded || key.some((id, i) => id !== folded!.key[i])) {
      forget();
      const [wf, bf] = fold(w, bias, norm, out !== undefined);
      folded = { key, w: keep(wf), bias: keep(bf) };
    }
    return block(x, folded.w as Tensor4D, geometry, { relu, bias: folded.bias, ...to });
  };
}

/** Out of every scope: the layer disposes it. */
function keep<T extends Tensor>(t: T): T {
  (t as { kept: boolean }).kept = true;
  return t;
}

/** y = w * x + b over images, optionally batch norm and ReLU in the same operation.
 *
 *  @param p The model's weights; names NAME.weight (PyTorch [out, in, height, width]) and NAME.bias.
 *  @param name PyTorch's name of the layer, also in its errors.
 *  @param layout PyTorch's layout of the filter, for a filter 1 x 1 that PyTorch holds as one of series.
 *  @returns A layer from [batch, height, width, in] to [batch, height', width', out]. */
export function conv2d(p: Weights, name: string, o: ConvOptions, layout: Layout = "conv2d"): Layer {
  const [h, w] = pair(o.kernel);
  const fan = o.in * h * w;
  const filter = p.parameter(`${name}.weight`, [h, w, o.in, o.out], o.start ?? "torch", fan, layout);
  const bias = biasOf(p, name, o, fan);
  const fixed = o.pad === "tensorflow" ? undefined : geometryOf(o);
  const change = o.lora ? lowRank(p, name, [h, w, o.in, o.out], o.lora) : undefined;
  const at = fixed ? () => fixed : sameGeometry(o);
  return run(p, name, filter as unknown as Tensor4D, bias, at, o, undefined, change);
}

/** A B as a filter [h, w, in, out]; zero at the start. */
function lowRank(p: Weights, name: string, shape: readonly number[], rank: number): () => Tensor {
  const [h, w, inner, outer] = shape as [number, number, number, number];
  const a = p.parameter(`${name}.lora.a`, [h * w * inner, rank], "torch", h * w * inner);
  const b = p.parameter(`${name}.lora.b`, [rank, outer], "zeros");
  return () =>
    engine()
      .tf.matMul(a as unknown as Tensor, b as unknown as Tensor)
      .reshape([h, w, inner, outer]);
}

/** The transposed convolution: the adjoint of `conv2d` in its input, plus a bias. Output (n - 1) stride - pads + dilation (k - 1) + 1 + outputPad.
 *
 *  @param p Names NAME.weight (PyTorch [in, out, height, width]) and NAME.bias.
 *  @param o As for `conv2d`; `pad` is what the convolution that it transposes would pad, default 0.
 *  @returns A layer from [batch, height, width, in] to [batch, height', width', out]. */
export function convTranspose2d(p: Weights, name: string, o: TransposedOptions): Layer {
  return transposed(p, name, o, "convTranspose2d");
}

function transposed(p: Weights, name: string, o: TransposedOptions, layout: Layout): Layer {
  const [h, w] = pair(o.kernel);
  const fan = o.out * h * w; // as PyTorch counts it
  const filter = p.parameter(`${name}.weight`, [h, w, o.out, o.in], o.start ?? "torch", fan, layout);
  const bias = biasOf(p, name, o, fan);
  if (o.pad === "tensorflow")
    throw new RangeError(`${name}: the pad of a transposed convolution must be in numbers, got tensorflow`);
  const g = geometryOf({ ...o, pad: o.pad ?? 0 });
  const extra = pair(o.outputPad ?? 0);
  const size = (n: number, axis: 0 | 1) =>
    (n - 1) * g.stride[axis] -
    g.pad[axis][0] -
    g.pad[axis][1] +
    g.dilation[axis] * ((axis ? w : h) - 1) +
    1 +
    extra[axis];
  const at = () => g;
  return run(p, name, filter as unknown as Tensor4D, bias, at, o, (x) => [
    x.shape[0],
    size(x.shape[1], 0),
    size(x.shape[2], 1),
    o.out,
  ]);
}

/** Options of a convolution of series, written for rows of height 1: TensorFlow is twice as fast so as with width 1. */
function asRow<T extends TransposedOptions>(o: T): T {
  const row = (x: number | Pair | undefined, other: number): Pair | undefined =>
    x === undefined ? undefined : [other, typeof x === "number" ? x : x[1]];
  const { kernel, stride, dilation, pad, outputPad, ...rest } = o;
  return {
    ...rest,
    kernel: row(kernel, 1)!,
    ...(stride === undefined ? {} : { stride: row(stride, 1)! }),
    ...(dilation === undefined ? {} : { dilation: row(dilation, 1)! }),
    ...(pad === undefined
      ? {}
      : { pad: typeof pad === "string" ? pad : ([0, typeof pad === "number" ? pad : pad[1]] as const) }),
    ...(outputPad === undefined ? {} : { outputPad: row(outputPad, 0)! }),
  } as unknown as T;
}

/** `conv2d` over series held as images of height 1, [batch, 1, time, channel]; PyTorch's weights [out, in, length].
 *  @param o As for `conv2d`; numbers count along time, `pad: [0, [before, after]]` gives the two ends. */
export const conv1d = (p: Weights, name: string, o: ConvOptions): Layer =>
  conv2d(p, name, asRow(o), "conv1d");

/** `convTranspose2d` over series held as images of height 1; PyTorch's weights [in, out, length]. */
export const convTranspose1d = (p: Weights, name: string, o: TransposedOptions): Layer =>
  transposed(p, name, asRow(o), "convTranspose1d");
