// PhaseNet: a 1-D U-Net that gives the probability of a phase at each sample.
import { engine, joinChannels, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv1d, convTranspose1d } from "../layers/conv.js";
import { batchNorm } from "../layers/norm.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";

export interface PhasenetOptions {
  /** Components in, default 3, in the order that the weights were trained with. */
  readonly inChannels?: number;
  /** Classes out, default 3. */
  readonly classes?: number;
  /** "softmax" (default) or "logits", what training with `crossEntropy` takes. */
  readonly output?: "softmax" | "logits";
  readonly seed?: number;
}

/** Where the padding of an even kernel goes. */
export interface PhasenetPadding {
  /** Zeros before and after the convolutions of stride 4: "seisbench" (default) as SeisBench has them, fixed for 3001 samples;
   *  "tensorflow" as TensorFlow's SAME gives them for each length, the padding of Zhu and Beroza's own code; at 3001 samples both are the
   *  same. */
  readonly padding?: "seisbench" | "tensorflow";
}

/** A series as an image of height 1, and back. */
export function asImage(name: string, x: Tensor, channels: number): Tensor4D {
  if (x.rank !== 3 || x.shape[2] !== channels)
    throw new RangeError(`${name}: the input must be [batch, sample, ${channels}], got [${x.shape}]`);
  return x.reshape([x.shape[0]!, 1, x.shape[1]!, x.shape[2]!]) as Tensor4D;
}

/** The last axis as probabilities, or as it is; the height of 1 taken away. */
export function asSeries(x: Tensor, output: "softmax" | "logits"): Tensor {
  const [n, , t, c] = x.shape as [number, number, number, number];
  const flat = x.reshape([n, t, c]);
  return output === "softmax" ? engine().tf.softmax(flat) : flat;
}

/** Columns `from` to `from + length`. */
function columns(x: Tensor4D, from: number, length: number): Tensor4D {
  const [n, h, t, c] = x.shape;
  return from === 0 && length === t ? x : engine().tf.slice(x, [0, 0, from, 0], [n, h, length, c]);
}

/** Five levels of 8 to 128 channels, filters of 7, stride 4, as SeisBench has it; 268,443 weights.
 *
 *  @returns A model from [batch, sample, inChannels] to [batch, sample, classes]; SeisBench's names. Any length
 *  from 1,000 on works, but a network picks best at the length it was trained at.
 *  @see Zhu and Beroza (2019), PhaseNet, GJI 216(1). */
export const phasenet: (options?: PhasenetOptions & PhasenetPadding) => Model = defineModel<
  PhasenetOptions & PhasenetPadding
>(
  "phasenet",
  "Zhu and Beroza (2019), PhaseNet",
  { inChannels: 3, classes: 3, output: "softmax", padding: "seisbench" },
  (p, { inChannels, classes, output, padding }) => {
    if (padding !== "seisbench" && padding !== "tensorflow")
      throw new RangeError(`phasenet: padding must be seisbench or tensorflow, got ${padding}`);
    const widths = [8, 16, 32, 64, 128];
    const margins = [
      [3, 3],
      [2, 3],
      [1, 3],
      [2, 3],
    ] as const; // before each strided convolution
    const norm = (name: string, channels: number) => batchNorm(p, name, channels, { epsilon: 1e-3 });
    const first = conv1d(p, "inc", { in: inChannels, out: 8, kernel: 7, relu: true, norm: norm("in_bn", 8) });
    const down = widths.map((n, i) => ({
      same: conv1d(p, `down_branch.${i}.0`, {
        in: widths[i - 1] ?? 8,
        out: n,
        kernel: 7,
        bias: false,
        relu: true,
        norm: norm(`down_branch.${i}.1`, n),
      }),
      shrink:
        margins[i] &&
        conv1d(p, `down_branch.${i}.2`, {
          in: n,
          out: n,
          kernel: 7,
          stride: 4,
          pad: padding === "tensorflow" ? padding : [0, margins[i]!],
          bias: false,
          relu: true,
          norm: norm(`down_branch.${i}.3`, n),
        }),
    }));
    const up = [3, 2, 1, 0].map((level, i) => {
      const n = widths[level]!;
      return {
        grow: convTranspose1d(p, `up_branch.${i}.0`, {
          in: 2 * n,
          out: n,
          kernel: 7,
          stride: 4,
          bias: false,
          relu: true,
          norm: norm(`up_branch.${i}.1`, n),
        }),
        same: conv1d(p, `up_branch.${i}.2`, {
          in: 2 * n,
          out: n,
          kernel: 7,
          bias: false,
          relu: true,
          norm: norm(`up_branch.${i}.3`, n),
        }),
      };
    });
    const last = conv1d(p, "out", { in: 8, out: classes, kernel: 1 });
    return (input, mode) => {
      let x = first(asImage("phasenet", input, inChannels), mode) as Tensor4D;
      const skips: Tensor4D[] = [];
      for (const { same, shrink } of down) {
        x = same(x, mode) as Tensor4D;
        if (!shrink) continue;
        skips.push(x);
        x = shrink(x, mode) as Tensor4D;
      }
      for (const { grow, same } of up) {
        const skip = skips.pop()!;
        const wide = grow(x, mode) as Tensor4D;
        const length = skip.shape[2];
        // one sample off the front, two off the end, then the middle
        const from = 1 + Math.floor((wide.shape[2] - 3 - length) / 2);
        x = same(joinChannels(skip, columns(wide, from, length)), mode) as Tensor4D;
      }
      return asSeries(last(x, mode), output);
    };
  },
);

/** SeisBench's smaller PhaseNet: strided convolutions of 8, 11, 16, 22, 32 channels and their transposes, skips joined. 23,305 weights.
 *
 *  @returns A model from [batch, sample, inChannels] to [batch, sample, classes]; made for 3001 samples.
 *  @see Woollam et al. (2022), SeisBench, SRL. */
export const phasenetlight: (options?: PhasenetOptions) => Model = defineModel<PhasenetOptions>(
  "phasenetlight",
  "Woollam et al. (2022), SeisBench",
  { inChannels: 3, classes: 3, output: "softmax" },
  (p, { inChannels, classes, output }) => {
    const widths = [8, 11, 16, 22, 32];
    const first = conv1d(p, "inc", {
      in: inChannels,
      out: 8,
      kernel: 1,
      relu: true,
      norm: batchNorm(p, "in_bn", 8),
    });
    const down = [1, 2, 3, 4].map((i) =>
      conv1d(p, `conv${i}.conv`, {
        in: widths[i - 1]!,
        out: widths[i]!,
        kernel: 7,
        stride: 4,
        pad: [0, 3],
        relu: true,
        norm: batchNorm(p, `bnd${i}`, widths[i]!),
      }),
    );
    const grow = (i: number, inner: number, outer: number, outputPad: number, pad: number): Layer =>
      convTranspose1d(p, `up${i}`, {
        in: inner,
        out: outer,
        kernel: 7,
        stride: 4,
        pad: [0, pad],
        outputPad,
        relu: true,
        norm: batchNorm(p, `bnu${i}`, outer),
      });
    const up = [grow(1, 32, 22, 0, 2), grow(2, 44, 16, 1, 2), grow(3, 32, 11, 0, 2), grow(4, 22, 8, 0, 3)];
    const last = convTranspose1d(p, "out", { in: 16, out: classes, kernel: 1 });
    return (input, mode) => {
      let x = first(asImage("phasenetlight", input, inChannels), mode) as Tensor4D;
      const skips = [x];
      for (const layer of down) {
        x = layer(x, mode) as Tensor4D;
        skips.push(x);
      }
      skips.pop();
      for (const layer of up) x = joinChannels(layer(x, mode) as Tensor4D, skips.pop()!);
      return asSeries(last(x, mode), output);
    };
  },
);
