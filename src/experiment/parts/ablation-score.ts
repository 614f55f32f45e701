// Scores of the augmentation ablation: picks of a network in windows, counted record by record.
import { normaliseWindow } from "../../apply/index.js";
import { precisionRecallF1 } from "../../metrics/index.js";
import { type Model, predict } from "../../nn/index.js";
import { findPeaks, type Peak } from "../../signal/index.js";
import { engine } from "../../tensor/index.js";
import { quietSamples } from "./ablation-records.js";
import type { TestWindow } from "./ablation-windows.js";

const batch = 20;
const rate = 50; // Hz
const edge = 0.5 * rate; // arrivals nearer to an end are not asked for, as in `metrics.pickScores`
const drop = 0.75 * rate; // and picks this near to such an arrival do not count

/** Probabilities of windows, [sample, 3] each, one after the other in batches of 20. */
export function probabilities(model: Model, windows: readonly TestWindow[]): Float32Array[] {
  const { tf } = engine();
  const found: Float32Array[] = [];
  for (let from = 0; from < windows.length; from += batch) {
    const part = windows.slice(from, from + batch).map(({ example }) => normaliseWindow(example.waveform));
    const [length, channels] = part[0]!.shape as [number, number];
    const size = length * channels;
    const stack = new Float32Array(batch * size); // the last batch is filled up, so that all have one shape
    part.forEach(({ data }, i) => {
      stack.set(data, i * size);
    });
    const out = tf.tidy(() => predict(model, tf.tensor(stack, [batch, length, channels])).dataSync());
    part.forEach((_, i) => {
      found.push(Float32Array.from(out.subarray(i * length * 3, (i + 1) * length * 3)));
    });
  }
  return found;
}

const curve = (probabilities: Float32Array, phase: number): Float32Array =>
  Float32Array.from({ length: probabilities.length / 3 }, (_, t) => probabilities[3 * t + phase]!);

/** Picks of one phase: maxima at or above the threshold, .5 s apart, best first. @param probabilities [time, 3], flat: P, S, noise. */
export function picksIn(probabilities: Float32Array, phase: "P" | "S", threshold: number): Peak[] {
  return findPeaks(curve(probabilities, phase === "P" ? 0 : 1), {
    height: threshold,
    distance: rate / 2,
  }).sort((a, b) => b.value - a.value);
}

/** Least probability of a pick, by phase. */
export interface Thresholds {
  readonly P: number;
  readonly S: number;
}

/** Arrivals asked for, picks that count, hits within .1 and .5 s. */
export type Counts = readonly [asked: number, picks: number, near: number, far: number];

/** Counts of one phase in a window: each arrival's hit is the best pick within the tolerance that is nobody else's. */
export function countPicks({ example }: TestWindow, picks: readonly Peak[], phase: "P" | "S"): Counts {
  const length = example.waveform.shape[0]!;
  const mine = example.arrivals.filter((arrival) => arrival.phase === phase).map(({ sample }) => sample);
  const isAsked = (sample: number) => sample >= edge && sample < length - edge;
  const asked = mine.filter(isAsked);
  const left = mine.filter((sample) => !isAsked(sample));
  const counted = picks.filter(
    ({ index }) =>
      !example.ignore.some(([from, to]) => index >= from && index < to) &&
      !left.some((sample) => Math.abs(sample - index) <= drop),
  );
  const hits = (tolerance: number) => {
    const free = new Set(counted);
    return asked.filter((sample) => {
      const hit = [...free].find(({ index }) => Math.abs(index - sample) <= tolerance + 1e-9);
      if (hit) free.delete(hit);
      return hit !== undefined;
    }).length;
  };
  return [asked.length, counted.length, hits(0.1 * rate), hits(0.5 * rate)];
}

/** Counts of P and of S by record, as a journal keeps them: two digits of base 36 a record for the picks, one for each other number. */
export type Packed = readonly [asked: string, picks: string, near: string, far: string];

/** Counts of each record of a fold.
 *  @param windows With their probabilities. @param records Of the fold. */
export function packedCounts(
  windows: readonly TestWindow[],
  found: readonly Float32Array[],
  records: number,
  threshold: Thresholds,
): { readonly P: Packed; readonly S: Packed } {
  const of = (phase: "P" | "S"): Packed => {
    const sums = Array.from({ length: records }, () => [0, 0, 0, 0]);
    windows.forEach((window, i) => {
      const counts = countPicks(window, picksIn(found[i]!, phase, threshold[phase]), phase);
      counts.forEach((n, k) => {
        sums[window.record]![k]! += n;
      });
    });
    return [0, 1, 2, 3].map((k) =>
      sums.map((row) => row[k]!.toString(36).padStart(k === 1 ? 2 : 1, "0")).join(""),
    ) as unknown as Packed;
  };
  return { P: of("P"), S: of("S") };
}

/** Counts by record out of what a journal keeps. */
export function unpacked([asked, picks, near, far]: Packed): Counts[] {
  return Array.from(
    asked,
    (digit, i): Counts => [
      Number.parseInt(digit, 36),
      Number.parseInt(picks.slice(2 * i, 2 * i + 2), 36),
      Number.parseInt(near[i]!, 36),
      Number.parseInt(far[i]!, 36),
    ],
  );
}

/** Threshold of a phase from windows kept for choices: of .05, .1, ... .9 those whose F1 within .5 s is .02 from the best at most; their mean. */
export function chosenThreshold(
  windows: readonly TestWindow[],
  found: readonly Float32Array[],
  phase: "P" | "S",
): number {
  const thresholds = Array.from({ length: 18 }, (_, i) => (i + 1) / 20);
  const all = found.map((curves) => picksIn(curves, phase, thresholds[0]!));
  const scores = thresholds.map((least) => {
    const sum = [0, 0, 0];
    windows.forEach((window, i) => {
      const picks = all[i]!.filter(({ value }) => value >= least);
      const [asked, counted, , far] = countPicks(window, picks, phase);
      [far, counted - far, asked - far].forEach((n, k) => {
        sum[k]! += n;
      });
    });
    return precisionRecallF1(sum[0]!, sum[1]!, sum[2]!).f1;
  });
  const best = Math.max(...scores);
  const good = thresholds.filter((_, i) => scores[i]! >= best - 0.02);
  return good.reduce((sum, v) => sum + v, 0) / good.length;
}

/** Picks in windows of noise: P, S, and the hours that were looked at. */
export function noiseCounts(
  windows: readonly TestWindow[],
  found: readonly Float32Array[],
  threshold: Thresholds,
): [p: number, s: number, hours: number] {
  const count = (phase: "P" | "S") =>
    found.reduce(
      (sum, curves) =>
        sum + picksIn(curves, phase, threshold[phase]).filter(({ index }) => index < quietSamples).length,
      0,
    );
  return [count("P"), count("S"), (windows.length * quietSamples) / (3600 * rate)];
}

/** Mean over the windows of the largest P probability within .1 s of P. */
export function meanAtP(windows: readonly TestWindow[], found: readonly Float32Array[]): number {
  const sum = windows.reduce((total, { example }, i) => {
    const at = Math.round(example.arrivals.find(({ phase }) => phase === "P")!.sample);
    return total + Math.max(...curve(found[i]!, 0).subarray(Math.max(0, at - rate / 10), at + rate / 10 + 1));
  }, 0);
  return sum / windows.length;
}
