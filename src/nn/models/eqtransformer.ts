// The Earthquake Transformer: detection, P and S from one encoder with recurrent layers and attention.
import { engine, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { additiveAttention, columnNorm } from "../layers/attention.js";
import { conv1d } from "../layers/conv.js";
import { dense, dropout } from "../layers/dense.js";
import { batchNorm } from "../layers/norm.js";
import { lstm } from "../layers/sequence.js";
import { halved, normalised, repeated } from "../layers/series.js";
import { defineModel } from "../model.js";
import type { Layer, Model } from "../types.js";
import type { Weights } from "../weights.js";
import { asImage } from "./phasenet.js";

export interface EqTransformerOptions {
  /** Components in, default 3. */
  readonly inChannels?: number;
  /** Samples in, default 6000. */
  readonly length?: number;
  /** Blocks of LSTM, default 3. */
  readonly lstmBlocks?: number;
  /** Rate of all dropouts, default .1. */
  readonly dropout?: number;
  /** "sigmoid" (default) or "logits", what training with `bce` takes. */
  readonly output?: "sigmoid" | "logits";
  readonly seed?: number;
}

const filters = [8, 16, 16, 32, 32, 64, 64];
const kernels = [11, 9, 7, 7, 5, 5, 3];

/** Layers one after the other. */
const chain =
  (layers: readonly Layer[]): Layer =>
  (x, mode) =>
    layers.reduce((y, layer) => layer(y, mode), x);

/** [batch, 1, time, channel] as [batch, time, channel] through a layer and back. */
const alongTime =
  (layer: Layer): Layer =>
  (x, mode) => {
    const [n, , t, c] = (x as Tensor4D).shape;
    const y = layer(x.reshape([n, t, c]), mode);
    return y.reshape([n, 1, t, y.shape[2]!]);
  };

/** Dropout of whole channels. */
function spatialDropout(rate: number): Layer {
  const drop = dropout(rate);
  return (x, mode) => {
    if (!mode.training || rate === 0) return x;
    const { tf } = engine();
    return tf.mul(x, drop(tf.ones([x.shape[0]!, 1, 1, x.shape[3]!]), mode));
  };
}

/** Twice batch norm, ReLU, dropout, convolution; added to the input. A filter of 2 samples sees its own and the next one. */
function residual(p: Weights, name: string, kernel: number, rate: number): Layer {
  const pad = kernel === 3 ? 1 : ([0, [0, 1]] as const);
  const layers = [1, 2].flatMap((i) => [
    normalised(batchNorm(p, `${name}.norm${i}`, 64, { epsilon: 1e-3 }), true),
    spatialDropout(rate),
    conv1d(p, `${name}.conv${i}`, { in: 64, out: 64, kernel, pad }),
  ]);
  const inner = chain(layers);
  return (x, mode) => engine().tf.add(x, inner(x, mode));
}

function recurrent(p: Weights, name: string, channels: number, rate: number): Layer {
  return chain([
    alongTime(lstm(p, `${name}.lstm`, { in: channels, hidden: 16, bidirectional: true })),
    dropout(rate),
    conv1d(p, `${name}.conv`, {
      in: 32,
      out: 16,
      kernel: 1,
      norm: batchNorm(p, `${name}.norm`, 16, { epsilon: 1e-3 }),
    }),
  ]);
}

function transformer(p: Weights, name: string, rate: number): Layer {
  const attention = additiveAttention(p, `${name}.attention`, { channels: 16 });
  const norm1 = columnNorm(p, `${name}.norm1`, 16);
  const wide = dense(p, `${name}.ff.lin1`, { in: 16, out: 128 });
  const drop = dropout(rate);
  const narrow = dense(p, `${name}.ff.lin2`, { in: 128, out: 16 });
  const norm2 = columnNorm(p, `${name}.norm2`, 16);
  return alongTime((x, mode) => {
    const { tf } = engine();
    const y = norm1(tf.add(x, attention(x, mode)), mode);
    const fed = narrow(drop(tf.relu(wide(y, mode)), mode), mode);
    return norm2(tf.add(y, fed), mode);
  });
}

/** Seven times upsampled by two and convolved, cut to the encoder's lengths, then one curve. */
function decoder(p: Weights, name: string, last: string, lengths: readonly number[]): Layer {
  const widths = [...filters].reverse();
  const layers = [...kernels].reverse().flatMap((kernel, i): Layer[] => [
    repeated(2),
    (x) => {
      const [n, h, , c] = (x as Tensor4D).shape;
      return engine().tf.slice(x, [0, 0, 0, 0], [n, h, lengths[6 - i]!, c]);
    },
    conv1d(p, `${name}.convs.${i}`, { in: widths[i - 1] ?? 16, out: widths[i]!, kernel, relu: true }),
  ]);
  return chain([...layers, conv1d(p, last, { in: 8, out: 1, kernel: 11 })]);
}

/** Detection, P and S at each sample: seven convolutions with pooling, seven residual blocks, LSTMs both ways, two transformers, then three decoders;
 *  those of P and S have an LSTM and an attention of width 3 of their own. 376,935 weights.
 *
 *  SeisBench's windows have their mean off, are divided by one standard deviation and tapered over 6 samples.
 *
 *  @returns A model from [batch, length, inChannels] to [batch, length, 3]: earthquake, P, S; SeisBench's names.
 *  @see Mousavi et al. (2020), Earthquake transformer, Nature Communications 11, 3952. */
export const eqTransformer: (options?: EqTransformerOptions) => Model = defineModel<EqTransformerOptions>(
  "eqTransformer",
  "Mousavi et al. (2020), Earthquake transformer",
  { inChannels: 3, length: 6000, lstmBlocks: 3, dropout: 0.1, output: "sigmoid" },
  (p, { inChannels, length, lstmBlocks, dropout: rate, output }) => {
    if (!Number.isInteger(length) || length < 128)
      throw new RangeError(`eqTransformer: length must be a whole number >= 128, got ${length}`);
    const lengths = filters.reduce((list) => [...list, Math.ceil(list.at(-1)! / 2)], [length]);
    const shared = chain([
      ...filters.flatMap((out, i) => [
        conv1d(p, `encoder.convs.${i}`, {
          in: filters[i - 1] ?? inChannels,
          out,
          kernel: kernels[i]!,
          relu: true,
        }),
        halved(true),
      ]),
      ...[3, 3, 3, 3, 2, 3, 2].map((kernel, i) => residual(p, `res_cnn_stack.members.${i}`, kernel, rate)),
      ...Array.from({ length: lstmBlocks }, (_, i) =>
        recurrent(p, `bi_lstm_stack.members.${i}`, i === 0 ? 64 : 16, rate),
      ),
      transformer(p, "transformer_d0", rate),
      transformer(p, "transformer_d", rate),
    ]);
    const heads = [
      decoder(p, "decoder_d", "conv_d", lengths),
      ...[0, 1].map((i) =>
        chain([
          alongTime(
            chain([
              lstm(p, `pick_lstms.${i}`, { in: 16, hidden: 16 }),
              dropout(rate),
              additiveAttention(p, `pick_attentions.${i}`, { channels: 16, width: 3 }),
            ]),
          ),
          decoder(p, `pick_decoders.${i}`, `pick_convs.${i}`, lengths),
        ]),
      ),
    ];
    return (input, mode) => {
      const { tf } = engine();
      if (input.shape[1] !== length)
        throw new RangeError(`eqTransformer: a window must have ${length} samples, got [${input.shape}]`);
      const x: Tensor = shared(asImage("eqTransformer", input, inChannels), mode);
      const curves = heads.map((head) => head(x, mode).reshape([input.shape[0]!, length, 1]));
      const z = tf.concat(curves, 2);
      return output === "sigmoid" ? tf.sigmoid(z) : z;
    };
  },
);
