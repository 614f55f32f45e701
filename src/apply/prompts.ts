// Masks from prompts on a gather: points, a box, an earlier mask; automatic masks by a grid of points; first breaks from the largest mask.
import type { Grid } from "../core/index.js";
import { type Model, predict } from "../nn/index.js";
import { from, toGrid } from "../tensor/index.js";
import { firstBreakInputs } from "./first-break-inputs.js";

/** A point that lies inside or outside of what is wanted. */
export interface PromptPoint {
  readonly trace: number;
  readonly sample: number;
  /** Default true. */
  readonly isInside?: boolean;
}

/** What a reader points at. */
export interface Prompt {
  readonly points?: readonly PromptPoint[];
  /** First and last trace and sample of a box around it. */
  readonly box?: { readonly traces: readonly [number, number]; readonly samples: readonly [number, number] };
  /** Logits of an earlier answer, [trace, time]. */
  readonly mask?: Grid;
}

/** A mask with what the network thinks of it. */
export interface Mask {
  /** Logits, [trace, time]; above 0 is inside. */
  readonly logits: Grid;
  /** Expected intersection over union, 0 .. 1. */
  readonly quality: number;
}

/** Channels of a prompt, four: points inside, points outside, each exp(-(dx / 2)^2 / 2 - (dt / 6)^2 / 2), the larger where they meet; 1 in the box; tanh of
 *  the earlier mask's logits.
 *
 *  @param prompt Of this gather.
 *  @param shape Traces and samples.
 *  @returns [trace, time, 4]. */
export function promptChannels(
  { points = [], box, mask }: Prompt,
  [traces, nt]: readonly [number, number],
): Grid {
  const data = new Float32Array(traces * nt * 4);
  for (const { trace, sample, isInside = true } of points)
    for (let x = Math.max(trace - 8, 0); x <= Math.min(trace + 8, traces - 1); x++)
      for (
        let t = Math.max(Math.round(sample) - 24, 0);
        t <= Math.min(Math.round(sample) + 24, nt - 1);
        t++
      ) {
        const at = (x * nt + t) * 4 + (isInside ? 0 : 1);
        data[at] = Math.max(data[at]!, Math.exp(-0.5 * (((x - trace) / 2) ** 2 + ((t - sample) / 6) ** 2)));
      }
  for (let x = 0; x < traces; x++)
    for (let t = 0; t < nt; t++) {
      const at = (x * nt + t) * 4;
      if (box && x >= box.traces[0] && x <= box.traces[1] && t >= box.samples[0] && t <= box.samples[1])
        data[at + 2] = 1;
      if (mask) data[at + 3] = Math.tanh(mask.data[x * nt + t]!);
    }
  return { data, shape: [traces, nt, 4] };
}

/** Image and prompt of `nn.promptUnet`: the first two channels of `firstBreakInputs`, then `promptChannels`.
 *  @param gather [trace, time].
 *  @returns [trace, time, 6]. */
export function promptInputs(gather: Grid, prompt: Prompt): Grid {
  const [traces, nt] = gather.shape as [number, number];
  const image = firstBreakInputs(gather).data;
  const channels = promptChannels(prompt, [traces, nt]).data;
  const data = new Float32Array(traces * nt * 6);
  for (let i = 0; i < traces * nt; i++) {
    data.set(image.subarray(5 * i, 5 * i + 2), 6 * i);
    data.set(channels.subarray(4 * i, 4 * i + 4), 6 * i + 2);
  }
  return { data, shape: [traces, nt, 6] };
}

/** Masks for a prompt, the best first.
 *
 *  @param model `nn.promptUnet`; stays.
 *  @param gather [trace, time]; traces of 8, samples of 32.
 *  @param prompt Points, box, earlier mask.
 *  @returns As many as the network has. */
export function promptedMasks(model: Model, gather: Grid, prompt: Prompt): Mask[] {
  const inputs = promptInputs(gather, prompt);
  const x = from({ data: inputs.data, shape: [1, ...inputs.shape] });
  const y = predict(model, x);
  const { data, shape } = toGrid(y);
  x.dispose();
  y.dispose();
  const both = shape[3]!;
  const count = both / 2;
  const n = data.length / both;
  return Array.from({ length: count }, (_, m) => ({
    logits: { data: Float32Array.from({ length: n }, (_, i) => data[i * both + m]!), shape: gather.shape },
    quality: 1 / (1 + Math.exp(-data[count + m]!)),
  })).sort((a, b) => b.quality - a.quality);
}

/** Intersection over union of two masks `a` and `b` of one shape, each cut at 0; 0 where both are empty. */
export function overlapOf(a: Grid, b: Grid): number {
  let [both, any] = [0, 0];
  for (let i = 0; i < a.data.length; i++) {
    const [p, q] = [a.data[i]! > 0, b.data[i]! > 0];
    if (p && q) both++;
    if (p || q) any++;
  }
  return any === 0 ? 0 : both / any;
}

/** Share of a mask that stays the same whether it is cut at logit -1 or 1. */
export function stabilityOf({ data }: Grid): number {
  let [inner, outer] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    if (data[i]! > 1) inner++;
    if (data[i]! > -1) outer++;
  }
  return outer === 0 ? 0 : inner / outer;
}

export interface AutomaticOptions {
  /** Points across traces and samples. Default [4, 8]. */
  readonly points?: readonly [number, number];
  /** Masks of less quality are left out. Default .7. */
  readonly quality?: number;
  /** Masks that change more with the cut are left out. Default .8. */
  readonly stability?: number;
  /** Of two masks that overlap by more, the worse is left out. Default .7. */
  readonly overlap?: number;
}

/** Of masks that overlap only the best: non-maximum suppression by quality.
 *  @param masks Any order. @param overlap Largest intersection over union that two may have.
 *  @returns Best first. */
export function suppressed(masks: readonly Mask[], overlap: number): Mask[] {
  const kept: Mask[] = [];
  for (const mask of [...masks].sort((a, b) => b.quality - a.quality))
    if (kept.every(({ logits }) => overlapOf(logits, mask.logits) <= overlap)) kept.push(mask);
  return kept;
}

/** Points of a grid over a gather, in the middle of its cells. */
export function gridPoints(
  shape: readonly number[],
  { points: [across, down] = [4, 8] }: AutomaticOptions = {},
): PromptPoint[] {
  const [traces, nt] = shape as [number, number];
  return Array.from({ length: across * down }, (_, k) => ({
    trace: Math.floor(((Math.floor(k / down) + 0.5) * traces) / across),
    sample: Math.floor((((k % down) + 0.5) * nt) / down),
  }));
}

/** Of masks that a grid of points gave, the good and stable ones, overlapping ones but once.
 *  @returns The largest first; may be empty. */
export function chosenMasks(found: readonly Mask[], options: AutomaticOptions = {}): Mask[] {
  const { quality = 0.7, stability = 0.8, overlap = 0.7 } = options;
  const good = found.filter((mask) => mask.quality >= quality && stabilityOf(mask.logits) >= stability);
  const size = ({ data }: Grid) => data.reduce((n, v) => n + (v > 0 ? 1 : 0), 0);
  return suppressed(good, overlap).sort((a, b) => size(b.logits) - size(a.logits));
}

/** All masks of a gather: one prompt a point of a grid, what is good and stable, overlapping ones but once.
 *
 *  @param model `nn.promptUnet`.
 *  @param gather [trace, time]; traces of 8, samples of 32.
 *  @param options See AutomaticOptions.
 *  @returns The largest first; may be empty.
 *  @see Kirillov et al. (2023), appendix B. */
export function automaticMasks(model: Model, gather: Grid, options: AutomaticOptions = {}): Mask[] {
  const found = gridPoints(gather.shape, options).flatMap((point) =>
    promptedMasks(model, gather, { points: [point] }),
  );
  return chosenMasks(found, options);
}

/** The upper edge of a mask: where each trace is cut into before and after at the least cost, sum of logits before the cut less the one after it.
 *
 *  @param mask Logits of the wavefield after the first arrival, [trace, time].
 *  @returns Samples, shape [trace]; NaN where the mask has no sample inside. */
export function upperEdge({ data, shape }: Grid): Float64Array {
  const [traces, nt] = shape as [number, number];
  return Float64Array.from({ length: traces }, (_, x) => {
    let [sum, least, best, inside] = [0, 0, 0, false];
    for (let t = 0; t < nt; t++) {
      const z = data[x * nt + t]!;
      if (z > 0) inside = true;
      sum += z;
      if (sum < least) [least, best] = [sum, t + 1];
    }
    return inside ? best : Number.NaN;
  });
}
