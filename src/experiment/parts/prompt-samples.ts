// What the promptable network learns from: gathers with a region of them to be found, and the points, box or earlier mask that ask for it.
import { promptInputs } from "../../apply/index.js";
import type { Grid, Rng } from "../../core/index.js";
import type { SampleSet } from "../../nn/index.js";
import { changeGather, type FirstBreakExample } from "./first-breaks.js";

/** Samples behind a break that belong to the first arrival itself. */
const band = 16;

/** First and last sample of a region, for each trace. */
interface Region {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** A region that a click may mean: all after the break (three of five), all before it, or the first arrival alone. */
function drawRegion(labels: Float64Array, nt: number, rng: Rng): Region {
  const which = rng.uniform();
  const all = (v: number) => new Float64Array(labels.length).fill(v);
  if (which < 0.6) return { from: labels, to: all(nt) };
  if (which < 0.8) return { from: all(0), to: labels };
  return { from: labels, to: labels.map((t) => t + band) };
}

const isIn = ({ from, to }: Region, trace: number, sample: number): boolean =>
  sample >= from[trace]! && sample < to[trace]!;

/** A place inside the region, or outside; undefined where 50 draws find none. */
function drawPoint(region: Region, nt: number, isInside: boolean, rng: Rng) {
  for (let k = 0; k < 50; k++) {
    const trace = rng.integer(0, region.from.length);
    const sample = rng.integer(0, nt);
    if (isIn(region, trace, sample) === isInside) return { trace, sample, isInside };
  }
  return undefined;
}

/** An earlier answer: the region with edges that are off by a few samples, as logits. */
function roughly(region: Region, nt: number, rng: Rng): Grid {
  const traces = region.from.length;
  const [size, long, phase] = [rng.uniform(2, 20), rng.uniform(8, 40), rng.uniform(0, 2 * Math.PI)];
  const data = new Float32Array(traces * nt).fill(-3);
  for (let x = 0; x < traces; x++) {
    const off = size * Math.sin((2 * Math.PI * x) / long + phase);
    for (let t = 0; t < nt; t++) if (isIn(region, x, t - off)) data[x * nt + t] = 3;
  }
  return { data, shape: [traces, nt] };
}

/** Training samples for `nn.promptUnet`: x [trace, 512, 6], y [trace, 512, 1], the region that the prompt asks for. One point in two of five, else
 *  1 to 4 points of which some lie outside; a box in one of five, an earlier mask in three of ten.
 *
 *  @param examples Gathers of the training set, nothing else. */
export function promptSamples(examples: readonly FirstBreakExample[]): SampleSet {
  return {
    length: examples.length,
    sample(i, rng) {
      const { gather, labels } = changeGather(examples[i]!, examples, rng.fork("gather"));
      const [traces, nt] = gather.shape as [number, number];
      const region = drawRegion(labels, nt, rng);
      const random = rng.fork("prompt");
      const count = random.uniform() < 0.4 ? 1 : random.integer(1, 5);
      const points = Array.from({ length: count }, (_, k) =>
        drawPoint(region, nt, k === 0 || random.uniform() < 0.5, random),
      ).filter((p) => p !== undefined);
      const inside = (f: (a: number, b: number) => number, side: Float64Array) =>
        Math.min(Math.max(side.reduce(f), 0), nt - 1);
      const box =
        random.uniform() < 0.2
          ? {
              traces: [0, traces - 1] as const,
              samples: [
                inside((a, b) => Math.min(a, b), region.from),
                inside((a, b) => Math.max(a, b), region.to),
              ] as const,
            }
          : undefined;
      const mask = random.uniform() < 0.3 ? roughly(region, nt, random) : undefined;
      const y = new Float32Array(traces * nt);
      for (let x = 0; x < traces; x++)
        for (let t = 0; t < nt; t++) y[x * nt + t] = isIn(region, x, t) ? 1 : 0;
      return {
        x: promptInputs(gather, { points, ...(box ? { box } : {}), ...(mask ? { mask } : {}) }),
        y: { data: y, shape: [traces, nt, 1] },
      };
    },
  };
}
