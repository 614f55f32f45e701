// The Fourier neural operator on the plane.
import { engine, gelu, spectral, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv2d } from "../layers/conv.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";

export interface Fno2dOptions {
  /** Channels in, the two of the grid not counted; default 1. */
  readonly inChannels?: number;
  /** Channels out, default 1. */
  readonly outChannels?: number;
  /** Channels inside, default 32. */
  readonly hidden?: number;
  /** Fourier layers, default 4. */
  readonly layers?: number;
  /** Modes [rows of both signs, columns of both signs]; of the columns modes / 2 + 1 are kept. Default [24, 24]. */
  readonly modes?: readonly [number, number];
  /** Hidden channels of the projection over `hidden`, default 2. */
  readonly projection?: number;
  readonly seed?: number;
}

/** Two pointwise layers with GELU between; neuraloperator's ChannelMLP. */
function pointwise(p: Weights, name: string, inner: number, middle: number, outer: number): Layer {
  const a = conv2d(p, `${name}.fcs.0`, { in: inner, out: middle, kernel: 1 }, "conv1d");
  const b = conv2d(p, `${name}.fcs.1`, { in: middle, out: outer, kernel: 1 }, "conv1d");
  return (x, mode) => b(gelu(a(x, mode)), mode);
}

/** Places of the grid in [0, 1), rows then columns, as two channels [M, N, batch, 2]. */
function grid(rows: number, columns: number, batch: number): Tensor4D {
  const { tf } = engine();
  const values = new Float32Array(columns * rows * batch * 2);
  let at = 0;
  for (let m = 0; m < columns; m++)
    for (let n = 0; n < rows; n++)
      for (let b = 0; b < batch; b++) {
        values[at++] = n / rows;
        values[at++] = m / columns;
      }
  return tf.tensor4d(values, [columns, rows, batch, 2]);
}

/** Grid channels, lifting, layers of spectral convolution + bias, linear skip, GELU, channel MLP with soft gating, projection.
 *  2,569,057 weights with 1 channel in and out, 2,570,096 with 2 in and 16 out (a complex weight counts twice).
 *
 *  @returns A model from [batch, rows, columns, inChannels] to [batch, rows, columns, outChannels], any size that holds the modes;
 *  neuraloperator's names.
 *  @see Li et al. (2021), Fourier neural operator, ICLR; Kossaifi et al. (2024), neuraloperator. */
export const fno2d: (options?: Fno2dOptions) => Model = defineModel<Fno2dOptions>(
  "fno2d",
  "Li et al. (2021), Fourier neural operator",
  { inChannels: 1, outChannels: 1, hidden: 32, layers: 4, modes: [24, 24], projection: 2 },
  (p, { inChannels, outChannels, hidden, layers, modes, projection }) => {
    const [R, both] = modes;
    const K = Math.floor(both / 2) + 1;
    const lift = pointwise(p, "lifting", inChannels + 2, 2 * hidden, hidden);
    const blocks = Array.from({ length: layers }, (_, i) => {
      const name = `fno_blocks.convs.${i}`;
      const start = { normal: Math.sqrt(1 / (2 * hidden)) }; // complex standard deviation sqrt(2 / (in + out))
      const bias = p.parameter(`${name}.bias`, [hidden], start, 1, "channel2d");
      return {
        weight: p.parameter(`${name}.weight.tensor`, [K, R, 2, hidden, hidden], start, 1, "spectral2d"),
        skip: conv2d(
          p,
          `fno_blocks.fno_skips.${i}.conv`,
          { in: hidden, out: hidden, kernel: 1, bias },
          "conv1d",
        ),
        mlp: pointwise(p, `fno_blocks.channel_mlp.${i}`, hidden, hidden / 2, hidden),
        gate: p.parameter(`fno_blocks.channel_mlp_skips.${i}.weight`, [hidden], "ones", 1, "gate2d"),
      };
    });
    const project = pointwise(p, "projection", hidden, projection * hidden, outChannels);
    return (input, mode) => {
      const { tf } = engine();
      const x = input as Tensor4D;
      if (x.rank !== 4 || x.shape[3] !== inChannels)
        throw new RangeError(
          `fno2d: the input must be [batch, rows, columns, ${inChannels}], got [${x.shape}]`,
        );
      const [batch, rows, columns] = x.shape;
      // columns, rows, batch, channel: every product below is then one large matrix product without a transposition
      const turned = tf.transpose(x, [2, 1, 0, 3]);
      let y: Tensor = lift(tf.concat([turned, grid(rows, columns, batch)], 3), mode);
      blocks.forEach(({ weight, skip, mlp, gate }, i) => {
        const act = (t: Tensor) => (i < layers - 1 ? gelu(t) : t);
        const mixed = act(tf.add(spectral(y as Tensor4D, weight), skip(y, mode)));
        y = act(tf.add(mlp(mixed, mode), tf.mul(y, gate)));
      });
      return tf.transpose(project(y, mode), [2, 1, 0, 3]);
    };
  },
);
