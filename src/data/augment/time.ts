// Augmentations that move samples in time, and the arrivals with them: windows, time scales, the gap from P to S.
import type { Rng } from "../../core/index.js";
import { type Augmentation, type Example, requireRange, sizes } from "./example.js";

/** Samples [from, from + length) as an example of their own, zeros where there are none.
 *  @param from Whole sample; arrivals outside stay in the list, with places < 0 or >= length.
 *  @throws RangeError if `from` is no whole number or `length` no whole number >= 1. */
export function cut(example: Example, from: number, length: number): Example {
  const { n, channels } = sizes("cut", example);
  if (!(Number.isInteger(from) && Number.isInteger(length) && length > 0))
    throw new RangeError(`augment.cut: needs a whole start and length > 0, got ${from}, ${length}`);
  const data = new Float32Array(length * channels);
  const [first, last] = [Math.max(0, from), Math.min(n, from + length)];
  if (first < last)
    data.set(example.waveform.data.subarray(first * channels, last * channels), (first - from) * channels);
  return {
    waveform: { data, shape: [length, channels] },
    dt: example.dt,
    arrivals: example.arrivals.map(({ phase, sample }) => ({ phase, sample: sample - from })),
    ignore: example.ignore.map(([a, b]) => [a - from, b - from] as const),
  };
}

export interface WindowOptions {
  /** Samples of the window. Default 3001, 30 s at 100 Hz. */
  readonly length?: number;
  /** Where the first P shall lie, s from the window's start, uniform in this range; it may lie outside. Default [10, 10], no shift. */
  readonly p?: readonly [number, number];
}

/** Random shift: a window cut so that P lies anywhere in a range (none: 10 to 10 s; Zhu's others: 10 to 15 and 0 to 30 s).
 *  The window never leaves the record, so no zeros are padded that a network could learn; where that forbids the place drawn, the nearest is
 *  taken. Without P the window begins anywhere.
 *  @throws RangeError if the record is shorter than the window.
 *  @see Zhu, Mousavi and Beroza (2020), Adv. Geophys. 61. */
export function window({ length = 3001, p = [10, 10] }: WindowOptions = {}): Augmentation {
  requireRange("window", p);
  return (example, rng) => {
    const { n } = sizes("window", example);
    if (n < length) throw new RangeError(`augment.window: needs at least ${length} samples, got ${n}`);
    const first = firstP(example);
    const place = rng.uniform(p[0], p[1]) / example.dt;
    const from = first === undefined ? rng.integer(0, n - length + 1) : Math.round(first - place);
    return cut(example, Math.min(Math.max(from, 0), n - length), length);
  };
}

/** Place of the earliest P, undefined where there is none. */
export function firstP({ arrivals }: Example): number | undefined {
  const all = arrivals.filter(({ phase }) => phase === "P").map(({ sample }) => sample);
  return all.length === 0 ? undefined : Math.min(...all);
}

export interface TimeScaleOptions {
  /** log2 of the factor on all times, uniform in this range. Default [-.4, .4]. */
  readonly octaves?: readonly [number, number];
}

/** Time scale: the record played slower (factor > 1, all frequencies lower) or faster, arrivals moved with it.
 *  Cubic interpolation (Catmull-Rom) between samples; played faster, what lies above the new Nyquist frequency folds back. */
export function timeScale({ octaves = [-0.4, 0.4] }: TimeScaleOptions = {}): Augmentation {
  requireRange("timeScale", octaves);
  return (example, rng) => scaled(example, Math.exp(rng.uniform(octaves[0], octaves[1]) * Math.LN2));
}

function scaled(example: Example, factor: number): Example {
  const { n, channels } = sizes("timeScale", example);
  const { data } = example.waveform;
  const length = Math.max(2, Math.floor((n - 1) * factor) + 1);
  const out = new Float32Array(length * channels);
  const last = n - 1;
  for (let t = 0; t < length; t++) {
    const at = Math.min(t / factor, last);
    const i = Math.min(Math.floor(at), last - 1);
    const u = at - i;
    const [w0, w1, w2, w3] = [
      -0.5 * u + u * u - 0.5 * u * u * u,
      1 - 2.5 * u * u + 1.5 * u * u * u,
      0.5 * u + 2 * u * u - 1.5 * u * u * u,
      -0.5 * u * u + 0.5 * u * u * u,
    ];
    const [a, b, c, d] = [Math.max(i - 1, 0), i, i + 1, Math.min(i + 2, last)];
    for (let k = 0; k < channels; k++)
      out[t * channels + k] =
        w0 * data[a * channels + k]! +
        w1 * data[b * channels + k]! +
        w2 * data[c * channels + k]! +
        w3 * data[d * channels + k]!;
  }
  return {
    waveform: { data: out, shape: [length, channels] },
    dt: example.dt,
    arrivals: example.arrivals.map(({ phase, sample }) => ({ phase, sample: sample * factor })),
    ignore: example.ignore.map(([a, b]) => [a * factor, b * factor] as const),
  };
}

const fade = 20; // samples over which two stretches are blended
const guard = 30; // samples kept after P and before S

/** S-P changed: a piece of the P coda is cut out, or played twice, blended over 20 samples; both onsets stay as recorded, S and what follows move.
 *  The two ends of the piece are drawn uniformly from .3 s after P to .3 s before S. An example without P and S, or with less than 1 s between,
 *  passes unchanged. */
export function stretchSP(): Augmentation {
  return (example, rng) => {
    const { n, channels } = sizes("stretchSP", example);
    const coda = codaOf(example, n);
    if (!coda) return example;
    const [leave, enter] = [drawIn(rng, ...coda), drawIn(rng, ...coda)];
    return jump(example, n, channels, leave, enter);
  };
}

/** First and last place in the P coda at which a record may be cut; undefined without P and S, or with less than 100 samples between. */
function codaOf(example: Example, n: number): [low: number, high: number] | undefined {
  const p = firstP(example);
  const s = example.arrivals.find(
    ({ phase, sample }) => phase === "S" && p !== undefined && sample > p,
  )?.sample;
  if (p === undefined || s === undefined || s - p < 100 || p < 0 || s >= n) return undefined;
  return [Math.ceil(p) + guard, Math.floor(s) - guard - fade];
}

/** The record with S so many samples later (< 0: earlier) after P, as `stretchSP` does it; undefined where the P coda is too short for it. */
export function delayS(example: Example, samples: number): Example | undefined {
  const { n, channels } = sizes("delayS", example);
  const coda = codaOf(example, n);
  if (!coda || Math.abs(samples) > coda[1] - coda[0]) return undefined;
  const [low] = coda;
  return jump(example, n, channels, low + Math.max(samples, 0), low + Math.max(-samples, 0));
}

const drawIn = (rng: Rng, low: number, high: number) => (high > low ? rng.integer(low, high) : low);

/** Samples up to `leave`, then those from `enter` on. */
function jump(example: Example, n: number, channels: number, leave: number, enter: number): Example {
  const moved = leave - enter; // what lies after comes later by so many samples
  const length = n + moved;
  const { data } = example.waveform;
  const out = new Float32Array(length * channels);
  out.set(data.subarray(0, leave * channels));
  out.set(data.subarray(enter * channels), leave * channels);
  for (let t = 0; t < fade; t++) {
    const w = (t + 0.5) / fade;
    for (let k = 0; k < channels; k++)
      out[(leave + t) * channels + k] =
        (1 - w) * data[(leave + t) * channels + k]! + w * data[(enter + t) * channels + k]!;
  }
  const place = (sample: number) => (sample > Math.max(leave, enter) ? sample + moved : sample);
  return {
    waveform: { data: out, shape: [length, channels] },
    dt: example.dt,
    arrivals: example.arrivals.map(({ phase, sample }) => ({ phase, sample: place(sample) })),
    ignore: example.ignore.map(([a, b]) => [place(a), place(b)] as const),
  };
}
