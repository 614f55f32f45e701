// The network of notebook 01 that takes ground roll off shot gathers; it has seen generated gathers only.
import { type Grid, rng } from "../../core/index.js";
import { synthetic } from "../../data/index.js";
import { adamW, cosine, denoiseUnet, relativeL2, type SampleSet } from "../../nn/index.js";
import type { Recipe } from "./recipe.js";

const length = 128;

/** Generated gathers of 96 traces with and without their ground roll, [96, 128, 1] each: 128 time samples out of 256, drawn polarity and direction.
 *  @param count Gathers. @param seed Of the gathers. */
export function groundRollSamples(count: number, seed: number): SampleSet {
  const root = rng(seed).fork("gathers");
  const pool: (synthetic.ShotGather | undefined)[] = new Array(count).fill(undefined);
  return {
    length: count,
    sample(i, rng) {
      pool[i] ??= synthetic.shotGather(root.fork(`${i}`));
      const { signal, groundRoll } = pool[i];
      const [traces, nt] = signal.shape as [number, number];
      const from = rng.integer(0, nt - length + 1);
      const turned = rng.uniform() < 0.5;
      const sign = rng.uniform() < 0.5 ? -1 : 1;
      const x = new Float32Array(traces * length);
      const y = new Float32Array(traces * length);
      for (let trace = 0; trace < traces; trace++)
        for (let t = 0; t < length; t++) {
          const at = (turned ? traces - 1 - trace : trace) * nt + from + t;
          y[trace * length + t] = sign * signal.data[at]!;
          x[trace * length + t] = sign * (signal.data[at]! + groundRoll.data[at]!);
        }
      const shape = [traces, length, 1];
      return { x: { data: x, shape }, y: { data: y, shape } satisfies Grid };
    },
  };
}

/** The recipe of data/weights/groundroll.safetensors: ground roll off shot gathers. */
export const groundroll: Recipe = {
  name: "groundroll",
  about: "takes ground roll off shot gathers; learns from generated gathers only",
  data: "2,000 generated shot gathers (geodl synthetic.shotGather, seed 3)",
  steps: 3000,
  fit: {
    loss: relativeL2,
    optimizer: adamW({ learningRate: cosine(1e-3, 3e-6, 150), beta2: 0.99, weightDecay: 1e-4 }),
    batchSize: 8,
    seed: 3,
    clip: 1,
    average: 0.999,
    every: 150,
  },
  model: () => denoiseUnet({ seed: 3 }),
  samples: () => groundRollSamples(2000, 3),
  validation: () => groundRollSamples(64, 1003),
};
