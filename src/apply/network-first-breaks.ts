// The network of first breaks on gathers of any size and sampling: tiles of traces, a scale of time that suits, clicks.
import type { Grid } from "../core/index.js";
import type { firstbreak } from "../data/index.js";
import { type Model, predict } from "../nn/index.js";
import { from, toGrid } from "../tensor/index.js";
import { firstBreakInputs } from "./first-break-inputs.js";
import { type FirstBreaks, krigeClicks, massAround, pickOf, placesOf } from "./first-break-posterior.js";
import { placesAlong } from "./strips.js";

/** Samples of a window. */
const networkWindow = 512;
const tiling = { size: 48, margin: 6, ramp: 8 };
/** Picks this near a window's end mean that the break lies behind it. */
const edge = 12;

/** Traces that are neither dead (all samples equal) nor hold a sample that is not finite. @returns 1 for each of those, else 0, [trace]. */
function liveOf({ data, shape }: Grid<Float32Array | Float64Array>): Uint8Array {
  const [traces, nt] = shape as [number, number];
  return Uint8Array.from({ length: traces }, (_, x) => {
    const trace = data.subarray(x * nt, (x + 1) * nt);
    return trace.every((v) => Number.isFinite(v)) && trace.some((v) => v !== trace[0]) ? 1 : 0;
  });
}

/** The gather at another sampling: sample i of trace x of the window stands at begin[x] + i step.
 *  @param step Samples of the gather, > 1 is coarser (means), < 1 finer (linear). Edge samples are repeated. */
function resampled({ data, shape }: Grid, step: number, begin: Float64Array): Grid {
  const [traces, nt] = shape as [number, number];
  const out = new Float32Array(traces * networkWindow);
  const taps = Math.max(1, Math.round(step));
  const at = (x: number, i: number) => data[x * nt + Math.min(Math.max(i, 0), nt - 1)]!;
  for (let x = 0; x < traces; x++)
    for (let i = 0; i < networkWindow; i++) {
      let sum = 0;
      for (let k = 0; k < taps; k++) {
        const t = begin[x]! + i * step + (k - (taps - 1) / 2);
        const a = Math.floor(t);
        sum += t === a ? at(x, a) : at(x, a) + (t - a) * (at(x, a + 1) - at(x, a));
      }
      out[x * networkWindow + i] = sum / taps;
    }
  return { data: out, shape: [traces, networkWindow] };
}

/** Logits of "after the break" of a window [trace, 512], in tiles of 48 traces that are blended. */
function logitsOf(model: Model, window: Grid, clicks: readonly firstbreak.Click[]): Float32Array {
  const [traces, nt] = window.shape as [number, number];
  const sum = new Float32Array(traces * nt);
  const over = new Float32Array(traces);
  for (const { from: first, to, weights } of placesAlong(traces, tiling)) {
    const count = to - first;
    const wide = Math.max(16, 8 * Math.ceil(count / 8)); // mirrored traces fill it up
    const data = new Float32Array(wide * nt);
    for (let x = 0; x < wide; x++) {
      const k = x % (2 * count);
      const own = first + (k < count ? k : 2 * count - 1 - k);
      data.set(window.data.subarray(own * nt, (own + 1) * nt), x * nt);
    }
    const here = clicks
      .filter(({ trace }) => trace >= first && trace < to)
      .map(({ trace, sample }) => ({ trace: trace - first, sample }));
    const inputs = firstBreakInputs({ data, shape: [wide, nt] }, here);
    const x = from({ data: inputs.data, shape: [1, ...inputs.shape] });
    const y = predict(model, x);
    const logits = toGrid(y).data;
    x.dispose();
    y.dispose();
    for (let i = 0; i < count; i++) {
      over[first + i]! += weights[i]!;
      for (let t = 0; t < nt; t++) sum[(first + i) * nt + t]! += weights[i]! * logits[i * nt + t]!;
    }
  }
  for (let x = 0; x < traces; x++) for (let t = 0; t < nt; t++) sum[x * nt + t]! /= over[x]!;
  return sum;
}

export interface NetworkFirstBreakOptions {
  /** Analyst's picks in this gather. Default none. */
  readonly clicks?: readonly firstbreak.Click[];
  /** Samples of the gather that one of the network's stands for; default the finest of 1/2, 1, 2, 4, ... at which it is about as sure of itself as at
   *  its best. */
  readonly step?: number;
}

interface Answer extends FirstBreaks {
  readonly step: number;
  /** Mean confidence of live traces, 0 for picks at the window's end. */
  readonly sureness: number;
}

function answerAt(
  model: Model,
  gather: Grid,
  live: Uint8Array,
  step: number,
  clicks: readonly firstbreak.Click[],
): Answer {
  const traces = gather.shape[0]!;
  const window = resampled(gather, step, new Float64Array(traces));
  const scaled = clicks.map(({ trace, sample }) => ({ trace, sample: sample / step }));
  const logits = logitsOf(model, window, scaled);
  const places = Array.from({ length: traces }, (_, x) =>
    placesOf(logits.subarray(x * networkWindow, (x + 1) * networkWindow)),
  );
  const picks = Float64Array.from(places, (p) => pickOf(p).sample);
  const { shift } = krigeClicks(picks, scaled);
  const sample = new Float64Array(traces).fill(Number.NaN);
  const confidence = new Float64Array(traces).fill(Number.NaN);
  let sum = 0;
  let count = 0;
  for (let x = 0; x < traces; x++) {
    if (!live[x]) continue;
    count++;
    const at = picks[x]! + shift[x]!;
    if (at >= networkWindow - edge || at * step > gather.shape[1]! - 1) continue;
    sample[x] = Math.max(at, 0) * step;
    confidence[x] = massAround(places[x]!, at);
    sum += confidence[x]!;
  }
  return { sample, confidence, step, sureness: count === 0 ? 0 : sum / count };
}

/** Steps to try: from half a sample, where the record is short, to the one at which the whole record is in the window. */
function stepsFor(nt: number): number[] {
  const steps = nt <= networkWindow / 2 ? [0.5, 1] : [1];
  while (steps.at(-1)! * networkWindow < nt) steps.push(2 * steps.at(-1)!);
  return steps;
}

/** First breaks of a gather by `nn.firstBreakUnet`, led by clicks where there are some: they enter the network, and what it still misses at
 *  them is spread over the traces around by kriging.
 *
 *  @param model Stays.
 *  @param gather [trace, time], any size; unchanged. The network sees 48 traces at a time, overlapping, and 512 samples.
 *  @param options See NetworkFirstBreakOptions.
 *  @returns Samples of the gather and confidences; NaN where a trace is dead (all samples equal, or one not finite), or where the break lies behind
 *  the window; and the step that was used. */
export function networkFirstBreaks(
  model: Model,
  gather: Grid,
  { clicks = [], step }: NetworkFirstBreakOptions = {},
): FirstBreaks & { readonly step: number } {
  const live = liveOf(gather);
  const clean = gather.data.every(Number.isFinite)
    ? gather
    : { data: gather.data.map((v) => (Number.isFinite(v) ? v : 0)), shape: gather.shape };
  const answers = (step === undefined ? stepsFor(gather.shape[1]!) : [step]).map((s) =>
    answerAt(model, clean, live, s, clicks),
  );
  const best = Math.max(...answers.map(({ sureness }) => sureness));
  return answers.find(({ sureness }) => sureness >= 0.7 * best)!;
}
