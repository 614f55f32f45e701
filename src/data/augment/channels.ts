// Augmentations of components: rotation, dropout, polarity, amplitude.
import { type Augmentation, live, power10, requireRange, sizes, withData } from "./example.js";

/** Rotates the horizontals: E' = c E + s N, N' = c N - s E, the azimuth uniform; no arrival moves. An example without both horizontals passes unchanged. */
export function rotate(): Augmentation {
  return (example, rng) => {
    const { channels } = sizes("rotate", example);
    const alive = live(example);
    const angle = rng.uniform(0, 2 * Math.PI);
    if (channels !== 3 || !alive[0] || !alive[1]) return example;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const data = example.waveform.data.slice();
    for (let i = 0; i < data.length; i += 3) {
      const [e, n] = [data[i]!, data[i + 1]!];
      data[i] = c * e + s * n;
      data[i + 1] = c * n - s * e;
    }
    return withData(example, data);
  };
}

export interface DropoutOptions {
  /** Share of the dropouts after which Z alone is left, as where a station has a vertical seismometer only. Default .57. */
  readonly verticalOnly?: number;
}

/** Channel dropout: channels are set to zero, one that is live at least stays. Which stay: Z alone, else one or two of the three, all such sets equally likely.
 *  @see Zhu, Mousavi and Beroza (2020). */
export function dropChannels({ verticalOnly = 0.57 }: DropoutOptions = {}): Augmentation {
  const sets = [
    [true, false, false],
    [false, true, false],
    [false, false, true],
    [true, true, false],
    [true, false, true],
    [false, true, true],
  ];
  return (example, rng) => {
    const { channels } = sizes("dropChannels", example);
    const isVertical = rng.uniform() < verticalOnly;
    const kept = isVertical ? sets[2]! : sets[rng.integer(0, sets.length)]!;
    if (channels !== 3 || !live(example).some((alive, k) => alive && kept[k])) return example;
    return withData(
      example,
      example.waveform.data.map((v, i) => (kept[i % 3] ? v : 0)),
    );
  };
}

/** Polarity: each channel keeps or changes its sign, half and half. */
export function flipPolarity(): Augmentation {
  return (example, rng) => {
    const { channels } = sizes("flipPolarity", example);
    const signs = Array.from({ length: channels }, () => (rng.uniform() < 0.5 ? -1 : 1));
    return withData(
      example,
      example.waveform.data.map((v, i) => v * signs[i % channels]!),
    );
  };
}

/** Amplitude: all channels times one factor.
 *  @param options ratio: log10 of the factor, uniform in this range, default [-1, 1]. */
export function scaleAmplitude({
  ratio = [-1, 1] as const,
}: {
  readonly ratio?: readonly [number, number];
} = {}): Augmentation {
  requireRange("scaleAmplitude", ratio);
  return (example, rng) => {
    const gain = power10(rng.uniform(ratio[0], ratio[1]));
    return withData(
      example,
      example.waveform.data.map((v) => v * gain),
    );
  };
}
