// The network that fills missing traces and is told which they are.
import { engine, type Tensor, type Tensor4D } from "../../tensor/index.js";
import { conv1d } from "../layers/conv.js";
import { defineModel } from "../model.js";
import type { Model } from "../types.js";
import { type Channels, gates, residualUnet, shuffle, unshuffle } from "./residual-unet.js";

export interface InterpolateUnetOptions {
  /** Channels of the three levels, default [32, 64, 96]. */
  readonly channels?: Channels;
  readonly seed?: number;
}

/** Channels of the input that hold amplitudes, and those after them that describe the traces. */
const [amplitudes, descriptions] = [7, 5];

/** y = e + (1 - m) net(x): e an estimate of the section, m the mask; the trunk of `denoiseUnet`, whose channels are scaled in six places by factors in
 *  (0, 2) that a small branch along x reads from the mask. Amplitudes enter the trunk only, the mask enters by multiplication only, so f(cs) = c f(s)
 *  holds at any amplitude. 794,624 weights.
 *
 *  @returns A model from [batch, height, width, 12], made by `apply.interpolationInputs`: 0 linear interpolation, 1 the section with zeros in missing traces, 2 and 3
 *  the nearest kept traces to the left and right, 4 and 5 their shares of the linear interpolation, 6 the estimate; 7 mask, 8 and 9 distances to those
 *  traces, 10 nearness, 11 share of the right one; to [batch, height, width, 1]; height and width divide by 8.
 *  @see Zhang et al. (2022), DRUNet; Mohan et al. (2020), bias-free networks. */
export const interpolateUnet: (options?: InterpolateUnetOptions) => Model =
  defineModel<InterpolateUnetOptions>(
    "interpolateUnet",
    "Zhang et al. (2022), DRUNet; Mohan et al. (2020), bias-free",
    { channels: [32, 64, 96] },
    (p, { channels }) => {
      const net = residualUnet(p, 4 * amplitudes, channels, 4);
      const first = conv1d(p, "mask.0", { in: 2 * descriptions, out: 32, kernel: 5, relu: true });
      const second = conv1d(p, "mask.1", { in: 32, out: 32, kernel: 5, relu: true });
      const scales = new Map(
        gates.map(({ name, level }) => [
          name,
          { level, layer: conv1d(p, `gate.${name}`, { in: 32, out: channels[level], kernel: 1 }) },
        ]),
      );
      return (input, mode) => {
        const { tf } = engine();
        const x = input as Tensor4D;
        if (x.rank !== 4 || x.shape[3] !== amplitudes + descriptions || x.shape[1] % 8 || x.shape[2] % 8)
          throw new RangeError(
            `interpolateUnet: the input must be [batch, height, width, 12] with sides that divide by 8, got [${x.shape}]`,
          );
        const [n, h, w] = x.shape;
        const channel = (i: number) => tf.slice(x, [0, 0, 0, i], [n, h, w, 1]);
        const about = tf
          .slice(x, [0, 0, 0, amplitudes], [n, 1, w, descriptions])
          .reshape([n, 1, w / 2, 2 * descriptions]);
        const traces = second(first(about, mode), mode);
        const half = (y: Tensor) => tf.mean(y.reshape([n, 1, y.shape[2]! / 2, 2, y.shape[3]!]), 3) as Tensor;
        const levels = [traces, half(traces), half(half(traces))];
        const correction = net(
          unshuffle(tf.slice(x, [0, 0, 0, 0], [n, h, w, amplitudes]) as Tensor4D, 2),
          mode,
          (place, features) => {
            const { level, layer } = scales.get(place)!;
            return tf.mul(features, tf.mul(tf.sigmoid(layer(levels[level]!, mode)), 2));
          },
        );
        return tf.add(channel(6), tf.mul(tf.sub(1, channel(amplitudes)), shuffle(correction as Tensor4D, 2)));
      };
    },
  );
