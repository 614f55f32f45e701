// The scale on which a picker sees a window: each channel by itself.
import type { Grid } from "../../core/index.js";

/** Each channel minus its mean, over its standard deviation, times 3 / channels that are live, so that a missing channel leaves the input as strong; dead channels stay 0.
 *  @param waveform [sample, channel].
 *  @returns A new grid of the same shape.
 *  @throws RangeError for another rank. */
export function normalise({ data, shape }: Grid): Grid {
  const [n, channels] = shape as [number, number];
  if (shape.length !== 2)
    throw new RangeError(`augment.normalise: the waveform must be [sample, channel], got [${shape}]`);
  const out = new Float32Array(data.length);
  const deviations: number[] = [];
  for (let k = 0; k < channels; k++) {
    let [sum, square] = [0, 0];
    for (let i = k; i < data.length; i += channels) sum += data[i]!;
    const mean = sum / n;
    for (let i = k; i < data.length; i += channels) {
      out[i] = data[i]! - mean;
      square += out[i]! * out[i]!;
    }
    deviations.push(Math.sqrt(square / n));
  }
  const alive = deviations.filter((d) => d > 0).length;
  const factors = deviations.map((d) => (d > 0 ? 3 / alive / d : 0));
  for (let i = 0; i < out.length; i++) out[i]! *= factors[i % channels]!;
  return { data: out, shape };
}
