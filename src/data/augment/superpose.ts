// Augmentations that add something recorded elsewhere: a second event, noise, or noise alone.
import type { Rng } from "../../core/index.js";
import {
  type Augmentation,
  type Example,
  live,
  peak,
  power10,
  requireRange,
  sizes,
  withData,
} from "./example.js";
import { cut, firstP } from "./time.js";

/** Where other examples come from: a new one for each stream. */
export type Source = (rng: Rng) => Example;

export interface EventOptions {
  /** The other event. */
  readonly other: Source;
  /** log10 of the ratio of the two peaks, the other's over this one's, uniform in this range. Default [-.8, .8]. */
  readonly ratio?: readonly [number, number];
  /** Least time between an arrival of one and an arrival of the other, s. Default 1.5. */
  readonly apart?: number;
}

/** Event superposition: another event, its P anywhere from 3 s before the window to its end, added with both labels. Where ten places do not keep the onsets
 *  apart, or none is clear of an unlabelled arrival of this example, it passes unchanged. A channel that was not recorded stays so.
 *  @see Zhu, Mousavi and Beroza (2020). */
export function superposeEvent({ other, ratio = [-0.8, 0.8], apart = 1.5 }: EventOptions): Augmentation {
  requireRange("superposeEvent", ratio);
  return (example, rng) => {
    const { n } = sizes("superposeEvent", example);
    const second = other(rng.fork("other"));
    const p = firstP(second);
    if (p === undefined)
      throw new RangeError("augment.superposeEvent: the other example must have a P, got none");
    const places = rng.fork("place");
    for (let trial = 0; trial < 10; trial++) {
      const from = Math.round(p - places.uniform(-3 / example.dt, n));
      const moved = cut(second, from, n);
      const isClear =
        moved.arrivals.every((a) =>
          example.arrivals.every((b) => Math.abs(a.sample - b.sample) * example.dt > apart),
        ) &&
        moved.arrivals.every(({ sample }) => !example.ignore.some(([a, b]) => sample >= a && sample < b));
      if (isClear) return added(example, moved, power10(rng.fork("ratio").uniform(ratio[0], ratio[1])));
    }
    return example;
  };
}

function added(example: Example, second: Example, ratio: number): Example {
  const [mine, its] = [peak(example.waveform.data), peak(second.waveform.data)];
  if (mine === 0 || its === 0) return example;
  const gain = (ratio * mine) / its;
  const channels = example.waveform.shape[1]!;
  const alive = live(example);
  const data = example.waveform.data.map((v, i) =>
    alive[i % channels] ? v + gain * second.waveform.data[i]! : v,
  );
  return {
    ...withData(example, data),
    arrivals: [...example.arrivals, ...second.arrivals],
    ignore: [...example.ignore, ...second.ignore],
  };
}

export interface NoiseOptions {
  /** Recorded noise; longer or shorter than the example. */
  readonly noise: Source;
  /** log10 of the standard deviation of the noise over that of what it is measured by, uniform in this range. Default [-2.2, -.5]. */
  readonly ratio?: readonly [number, number];
  /** "window" (default): the standard deviation of the example, which S dominates. "P": that of the first second after the first P inside, or up to S. */
  readonly by?: "window" | "P";
}

/** Noise superposition: recorded noise on top, a channel's noise on that channel. Measured by "P", the signal-to-noise ratio of P is what the range says, whatever S is;
 *  without a P inside, the window is the measure. A channel that was not recorded stays so.
 *  @see Zhu, Mousavi and Beroza (2020). */
export function superposeNoise({ noise, ratio = [-2.2, -0.5], by = "window" }: NoiseOptions): Augmentation {
  requireRange("superposeNoise", ratio);
  return (example, rng) => {
    const { n, channels } = sizes("superposeNoise", example);
    const more = laid(noise(rng.fork("noise")), n, rng.fork("place"));
    const level = power10(rng.fork("ratio").uniform(ratio[0], ratio[1]));
    const alive = live(example);
    const isHeard = live(more).map((heard, k) => heard && alive[k]!);
    const [from, to] = by === "P" ? pulse(example, n) : [0, n];
    const signal = deviation(example.waveform.data, channels, isHeard, from, to);
    const loud = deviation(more.waveform.data, channels, isHeard, 0, n);
    if (signal === 0 || loud === 0) return example;
    const gain = (level * signal) / loud;
    return withData(
      example,
      example.waveform.data.map((v, i) => (isHeard[i % channels] ? v + gain * more.waveform.data[i]! : v)),
    );
  };
}

/** The first second after the first P inside, ended by any other arrival; the whole where no P lies inside. */
function pulse({ arrivals, dt }: Example, n: number): [number, number] {
  const inside = arrivals.filter(({ phase, sample }) => phase === "P" && sample >= 0 && sample + 20 < n);
  if (inside.length === 0) return [0, n];
  const from = Math.min(...inside.map(({ sample }) => sample));
  const next = Math.min(n, from + 1 / dt, ...arrivals.map(({ sample }) => (sample > from ? sample : n)));
  return [Math.ceil(from), Math.max(Math.floor(next), Math.ceil(from) + 10)];
}

/** Root of the mean variance of the channels asked for. */
function deviation(
  data: Float32Array,
  channels: number,
  of: readonly boolean[],
  from: number,
  to: number,
): number {
  let sum = 0;
  let count = 0;
  for (let k = 0; k < channels; k++) {
    if (!of[k]) continue;
    let [mean, square] = [0, 0];
    for (let t = from; t < to; t++) {
      const v = data[t * channels + k]!;
      mean += v;
      square += v * v;
    }
    mean /= to - from;
    sum += Math.max(0, square / (to - from) - mean * mean);
    count++;
  }
  return count === 0 ? 0 : Math.sqrt(sum / count);
}

/** Noise of n samples: cut from a random place on, laid end to end (blended over 50 samples) where it is too short. */
export function laid(noise: Example, n: number, rng: Rng): Example {
  const { n: have, channels } = sizes("noise", noise);
  if (have >= n) return cut(noise, rng.integer(0, have - n + 1), n);
  const blend = Math.min(50, Math.floor(have / 2));
  const period = have - blend;
  const { data } = noise.waveform;
  const start = rng.integer(0, period);
  const out = new Float32Array(n * channels);
  for (let t = 0; t < n; t++) {
    const at = (start + t) % period;
    const w = at < blend ? (at + 0.5) / blend : 1;
    for (let k = 0; k < channels; k++) {
      const v = data[at * channels + k]!;
      out[t * channels + k] = w === 1 ? v : w * v + (1 - w) * data[(period + at) * channels + k]!;
    }
  }
  return { waveform: { data: out, shape: [n, channels] }, dt: noise.dt, arrivals: [], ignore: [] };
}

/** False-positive noise: the example is thrown away, recorded noise of the same length comes in its place, without arrivals.
 *  @param options noise: where it comes from. */
export function noiseOnly({ noise }: { readonly noise: Source }): Augmentation {
  return (example, rng) => {
    const { n } = sizes("noiseOnly", example);
    return { ...laid(noise(rng.fork("noise")), n, rng.fork("place")), arrivals: [], ignore: [] };
  };
}
