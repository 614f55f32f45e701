// What a picker of first breaks learns from: labelled gathers, changed at random together with their labels.
import { firstBreakInputs } from "../../apply/first-break-inputs.js";
import type { Grid, Rng } from "../../core/index.js";
import type { firstbreak } from "../../data/index.js";
import type { SampleSet } from "../../nn/index.js";

/** Samples of .25 ms that the network sees. */
export const firstBreakWindow = 512;

/** A gather with its labels, samples, and what is known of its noise. */
export interface FirstBreakExample {
  /** [trace, time]. */
  readonly gather: Grid;
  /** [trace]. */
  readonly labels: Float64Array;
}

/** How gathers are changed before they are learned from. */
export interface FirstBreakAugmentation {
  /** log2 of the largest time stretch. Default .35. */
  readonly stretch?: number;
  /** Shift, samples. Default -25 to 45. */
  readonly shift?: readonly [number, number];
  /** Chance that clicks are given. Default .5. */
  readonly clicks?: number;
}

/** Cubic interpolation (Catmull-Rom) of one trace at a fractional sample; 0 behind its end. */
function valueAt(data: Float32Array, from: number, nt: number, t: number): number {
  const i = Math.floor(t);
  if (i < 1 || i + 2 >= nt) return i >= nt ? 0 : data[from + Math.min(Math.max(i, 0), nt - 1)]!;
  const a = t - i;
  const [p, q, r, s] = [data[from + i - 1]!, data[from + i]!, data[from + i + 1]!, data[from + i + 2]!];
  return q + 0.5 * a * (r - p + a * (2 * p - 5 * q + 4 * r - s + a * (3 * (q - r) + s - p)));
}

/** Pre-break noise of a trace without end: samples 0 .. label - 4, mirrored again and again. */
function noiseOf({ gather, labels }: FirstBreakExample, trace: number): ((t: number) => number) | undefined {
  const nt = gather.shape[1]!;
  const n = Math.floor(labels[trace]!) - 4;
  if (n < 24) return undefined;
  const from = trace * nt;
  let mean = 0;
  for (let t = 0; t < n; t++) mean += gather.data[from + t]! / n;
  return (t) => {
    const k = ((t % (2 * n)) + 2 * n) % (2 * n);
    return gather.data[from + (k < n ? k : 2 * n - 1 - k)]! - mean;
  };
}

const rmsOf = (f: (t: number) => number, n: number): number => {
  let sum = 0;
  for (let t = 0; t < n; t++) sum += f(t) ** 2;
  return Math.sqrt(sum / n);
};

/** New time = factor old time + start of the trace. */
interface Times {
  readonly factor: number;
  /** @param x Trace in the new gather. */
  readonly start: (x: number) => number;
}

/** As the protocol's survey might have recorded it on another day. */
function timesOf(
  traces: number,
  rng: Rng,
  { stretch = 0.35, shift = [-25, 45] }: FirstBreakAugmentation,
): Times {
  const factor = Math.exp(rng.uniform(-stretch, stretch) * Math.LN2);
  const delay = rng.uniform(...shift);
  const [slope, bend] = [rng.uniform(-20, 20), rng.uniform(-12, 12)];
  return {
    factor,
    start(x) {
      const u = (x - (traces - 1) / 2) / (traces / 2);
      return delay + slope * u + bend * u * u;
    },
  };
}

/** A changed gather and its labels in one window: stretched in time, shifted, with moveout, some traces repeated, a gain after the break,
 *  recorded noise on top, some traces replaced by noise (their labels stay: the neighbours tell), sign, order of the traces.
 *
 *  @param example What is changed.
 *  @param all Where noise comes from: examples of the training set only.
 *  @returns Waveforms [trace, 512] and labels. */
export function changeGather(
  example: FirstBreakExample,
  all: readonly FirstBreakExample[],
  rng: Rng,
  options: FirstBreakAugmentation = {},
): FirstBreakExample {
  const { gather, labels } = example;
  const [traces, nt] = gather.shape as [number, number];
  const width = firstBreakWindow;
  const { factor, start: startOf } = timesOf(traces, rng.fork("times"), options);
  const spread = rng.uniform() < 0.4 ? rng.uniform(1, 1.5) : 1;
  const first = rng.uniform(0, traces - 1 - (traces - 1) / spread);
  const isReversed = rng.uniform() < 0.5;
  const sign = rng.uniform() < 0.5 ? -1 : 1;
  const late = rng.uniform() < 0.4 ? rng.uniform(-0.7, 0.7) : 0;
  const level = rng.uniform() < 0.4 ? Math.exp(rng.uniform(-5, -2)) : 0;
  const lost = rng.uniform() < 0.3 ? rng.uniform(0.02, 0.1) : 0;
  const other = all[rng.integer(0, all.length)]!;
  const offset = rng.integer(0, 4096);
  const data = new Float32Array(traces * width);
  const moved = new Float64Array(traces);
  for (let x = 0; x < traces; x++) {
    const from = Math.min(traces - 1, Math.round(first + x / spread));
    const start = startOf(x);
    const label = labels[from]! * factor + start;
    const noise = noiseOf(example, from);
    const isLost = rng.uniform() < lost && noise !== undefined;
    let peak = 1e-30;
    const to = isReversed ? traces - 1 - x : x;
    const out = to * width;
    for (let t = 0; t < width; t++) {
      const at = (t - start) / factor;
      // before the record's begin there is more of the noise that is known
      let v = 0;
      if (isLost || at < 0) v = noise?.(Math.floor(at)) ?? 0;
      else v = valueAt(gather.data, from * nt, nt, at);
      if (late !== 0 && t > label)
        v *= Math.exp((late * (t - label)) / 100 < 2.5 ? (late * (t - label)) / 100 : 2.5);
      data[out + t] = sign * v;
      peak = Math.max(peak, Math.abs(v));
    }
    if (level > 0) {
      const added = noiseOf(other, (from + offset) % other.gather.shape[0]!);
      if (added) {
        const scale = (level * peak) / (rmsOf(added, 256) || 1);
        for (let t = 0; t < width; t++) data[out + t]! += scale * added(t + offset);
      }
    }
    moved[to] = label;
  }
  return { gather: { data, shape: [traces, width] }, labels: moved };
}

/** Clicks of a made-up analyst: 1 to 5 traces, label + N(0, 2); only labels inside the window. */
function drawClicks(labels: Float64Array, rng: Rng): firstbreak.Click[] {
  const n = rng.integer(1, 6);
  return Array.from(rng.permutation(labels.length).subarray(0, n))
    .filter((trace) => labels[trace]! >= 0 && labels[trace]! < firstBreakWindow)
    .map((trace) => ({ trace, sample: labels[trace]! + rng.normal(0, 2) }));
}

/** Training samples: x [trace, 512, 5], y [trace, 1], the break in samples.
 *
 *  @param examples Gathers of the training set, nothing else.
 *  @param options See FirstBreakAugmentation. */
export function firstBreakSamples(
  examples: readonly FirstBreakExample[],
  options: FirstBreakAugmentation = {},
): SampleSet {
  const { clicks = 0.5 } = options;
  return {
    length: examples.length,
    sample(i, rng) {
      const { gather, labels } = changeGather(examples[i]!, examples, rng.fork("gather"), options);
      const prompts = rng.uniform() < clicks ? drawClicks(labels, rng.fork("clicks")) : [];
      return {
        x: firstBreakInputs(gather, prompts),
        y: { data: Float32Array.from(labels), shape: [labels.length, 1] },
      };
    },
  };
}

/** The gathers as they are, in their first 512 samples, without clicks. */
export function firstBreakWindows(examples: readonly FirstBreakExample[]): SampleSet {
  return {
    length: examples.length,
    sample(i) {
      const { gather, labels } = examples[i]!;
      return {
        x: firstBreakInputs(firstSamples(gather, firstBreakWindow)),
        y: { data: Float32Array.from(labels), shape: [labels.length, 1] },
      };
    },
  };
}

/** The first `width` samples of each trace. @returns [trace, width]; zeros behind a shorter record. */
export function firstSamples({ data, shape }: Grid, width: number): Grid {
  const [traces, nt] = shape as [number, number];
  const out = new Float32Array(traces * width);
  for (let x = 0; x < traces; x++) out.set(data.subarray(x * nt, x * nt + Math.min(nt, width)), x * width);
  return { data: out, shape: [traces, width] };
}
