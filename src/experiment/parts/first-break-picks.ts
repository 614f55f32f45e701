// How networks of several kinds are asked for first breaks: logits by trace, masks by prompts.
import { firstBreakInputs } from "../../apply/first-break-inputs.js";
import { pickOf, placesOf } from "../../apply/first-break-posterior.js";
import { automaticMasks, promptedMasks, upperEdge } from "../../apply/index.js";
import type { firstbreak } from "../../data/index.js";
import { type Model, predict } from "../../nn/index.js";
import { from, toGrid } from "../../tensor/index.js";
import { firstBreakWindow, firstSamples } from "./first-breaks.js";

type LabelledGather = firstbreak.LabelledGather;
const nt = firstBreakWindow;

/** Logits of the first 512 samples, [trace, time, class]. */
function logitsOf(model: Model, { gather }: LabelledGather): Float32Array {
  const inputs = firstBreakInputs(firstSamples(gather, nt));
  const x = from({ data: inputs.data, shape: [1, ...inputs.shape] });
  const y = predict(model, x);
  const { data } = toGrid(y);
  x.dispose();
  y.dispose();
  return Float32Array.from(data);
}

/** Picks trace by trace from a model's logits.
 *  @param channels Of the logits. @param pick Of one trace: logits [time, channel] to a sample. */
export const picked =
  (model: Model, channels: number, pick: (z: Float32Array) => number) => (gather: LabelledGather) => {
    const z = logitsOf(model, gather);
    const size = nt * channels;
    return { sample: Float64Array.from(gather.labels, (_, x) => pick(z.subarray(x * size, (x + 1) * size))) };
  };

/** The likeliest order of three classes: before up to k - band, at the break up to k + band, then after. */
export function classPick(z: Float32Array, band = 3): number {
  const n = z.length / 3;
  const sums = [0, 1, 2].map(() => new Float64Array(n + 1));
  for (let t = 0; t < n; t++) {
    const [a, b, c] = [z[3 * t]!, z[3 * t + 1]!, z[3 * t + 2]!];
    const most = Math.max(a, b, c);
    const total = most + Math.log(Math.exp(a - most) + Math.exp(b - most) + Math.exp(c - most));
    [a, b, c].forEach((v, i) => {
      sums[i]![t + 1] = sums[i]![t]! + v - total;
    });
  }
  let [best, most] = [0, Number.NEGATIVE_INFINITY];
  for (let k = 0; k < n; k++) {
    const [from, to] = [Math.max(k - band, 0), Math.min(k + band + 1, n)];
    const value = sums[0]![from]! + sums[1]![to]! - sums[1]![from]! + sums[2]![n]! - sums[2]![to]!;
    if (value > most) [best, most] = [k, value];
  }
  return best;
}

/** Of the logits of a step. */
export const stepPick = (z: Float32Array) => pickOf(placesOf(z)).sample;
/** Of the logits of a spike. */
export const largest = (z: Float32Array) => z.indexOf(z.reduce((a, b) => Math.max(a, b)));

/** The automatic mode: the largest mask of a grid of points; where there is none, the best mask of a point low in the middle. @returns Samples, [trace]. */
export function promptPicks(model: Model, { gather }: Pick<LabelledGather, "gather">): Float64Array {
  const window = firstSamples(gather, nt);
  const [mask] = automaticMasks(model, window, { points: [4, 6] });
  const asked = () =>
    promptedMasks(model, window, { points: [{ trace: window.shape[0]! >> 1, sample: nt - 60 }] })[0]!;
  return upperEdge((mask ?? asked()).logits);
}

/** Clicks as prompts: after each click the wavefield, before it none. */
export function promptClickPicks(
  model: Model,
  { gather }: Pick<LabelledGather, "gather">,
  clicks: readonly firstbreak.Click[],
): Float64Array {
  const window = firstSamples(gather, nt);
  const points = clicks.flatMap(({ trace, sample }) => [
    { trace, sample: Math.min(sample + 10, nt - 1) },
    { trace, sample: Math.max(sample - 10, 0), isInside: false },
  ]);
  const all = promptedMasks(model, window, { points });
  const size = ({ logits }: (typeof all)[number]) => logits.data.reduce((n, v) => n + (v > 0 ? 1 : 0), 0);
  return upperEdge(all.sort((a, b) => size(b) - size(a))[0]!.logits);
}
