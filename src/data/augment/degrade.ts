// Augmentations that make a record worse, as instruments and telemetry do: filters, tapers, gaps, clipping.
import { type Augmentation, peak, power10, requireRange, sizes, withData } from "./example.js";

/** One-pole high-pass, y[i] = a (y[i-1] + x[i] - x[i-1]), a = 1 / (1 + 2 pi f dt): causal, no onset moves.
 *  @param options frequency: corner, Hz, log-uniform in this range, default [.1, 3].
 *  @throws RangeError if the corner is not > 0. */
export function highpass({
  frequency = [0.1, 3] as const,
}: {
  readonly frequency?: readonly [number, number];
} = {}): Augmentation {
  requireRange("highpass", frequency);
  if (!(frequency[0] > 0))
    throw new RangeError(`augment.highpass: the corner must be > 0 Hz, got ${frequency[0]}`);
  return (example, rng) => {
    const { n, channels } = sizes("highpass", example);
    const f = power10(rng.uniform(Math.log10(frequency[0]), Math.log10(frequency[1])));
    const a = 1 / (1 + 2 * Math.PI * f * example.dt);
    const x = example.waveform.data;
    const y = new Float32Array(x.length);
    for (let k = 0; k < channels; k++) {
      let value = 0;
      for (let t = 1; t < n; t++) {
        value = a * (value + x[t * channels + k]! - x[(t - 1) * channels + k]!);
        y[t * channels + k] = value;
      }
    }
    return withData(example, y);
  };
}

/** Taper: a cosine ramp from zero over a share of the window at each end.
 *  @param options share: of the samples at one end, uniform in this range, default [0, .1]. */
export function taper({
  share = [0, 0.1] as const,
}: {
  readonly share?: readonly [number, number];
} = {}): Augmentation {
  requireRange("taper", share);
  return (example, rng) => {
    const { n, channels } = sizes("taper", example);
    const reach = Math.round(n * rng.uniform(share[0], share[1]));
    const data = example.waveform.data.slice();
    for (let t = 0; t < reach; t++) {
      const w = 0.5 - 0.5 * Math.cos((Math.PI * (t + 0.5)) / reach);
      for (let k = 0; k < channels; k++) {
        data[t * channels + k]! *= w;
        data[(n - 1 - t) * channels + k]! *= w;
      }
    }
    return withData(example, data);
  };
}

/** Gap: a stretch of all channels set to zero; arrivals inside it are taken from the labels, for nothing is left to be seen of them.
 *  @param options seconds: length, uniform in this range, default [.5, 3]. */
export function gap({
  seconds = [0.5, 3] as const,
}: {
  readonly seconds?: readonly [number, number];
} = {}): Augmentation {
  requireRange("gap", seconds);
  return (example, rng) => {
    const { n, channels } = sizes("gap", example);
    const length = Math.min(n, Math.round(rng.uniform(seconds[0], seconds[1]) / example.dt));
    const from = rng.integer(0, n - length + 1);
    const data = example.waveform.data.slice();
    data.fill(0, from * channels, (from + length) * channels);
    return {
      ...withData(example, data),
      arrivals: example.arrivals.filter(({ sample }) => sample < from || sample >= from + length),
    };
  };
}

/** Clipping: samples beyond a share of the peak of all channels are held at it, as by a digitiser out of range.
 *  @param options level: share of the peak, uniform in this range, default [.2, .9]. */
export function clip({
  level = [0.2, 0.9] as const,
}: {
  readonly level?: readonly [number, number];
} = {}): Augmentation {
  requireRange("clip", level);
  return (example, rng) => {
    const limit = peak(example.waveform.data) * rng.uniform(level[0], level[1]);
    return withData(
      example,
      example.waveform.data.map((v) => Math.min(Math.max(v, -limit), limit)),
    );
  };
}
