// The own denoiser of notebook 01: a bias-free U-Net that has seen generated sections only.
import { adamW, cosine, denoiseUnet, rootMse, type SampleSet } from "../../nn/index.js";
import type { Recipe } from "./recipe.js";
import { drawCrop, sectionPool } from "./sections.js";

const size = 64;

/** Noisy crop and clean crop in units of the noise's standard deviation, [64, 64, 1] each.
 *  @param count Sections. @param seed Of the sections. */
export function denoisingSamples(count: number, seed: number): SampleSet {
  const section = sectionPool(count, seed);
  return {
    length: count,
    sample(i, rng) {
      const clean = drawCrop(section(i), size, rng, true);
      const noisy = rng.fill(new Float32Array(clean.length), "normal");
      for (let k = 0; k < clean.length; k++) noisy[k]! += clean[k]!;
      return { x: { data: noisy, shape: [size, size, 1] }, y: { data: clean, shape: [size, size, 1] } };
    },
  };
}

const steps = 9000;

/** The recipe of data/weights/denoiser.safetensors: white noise off sections. */
export const denoiser: Recipe = {
  name: "denoiser",
  about: "removes white noise of a known level from sections; learns from generated sections only",
  data: "4,000 generated sections (geodl synthetic.section, seed 1), white noise",
  steps,
  fit: {
    loss: rootMse(0.003),
    optimizer: adamW({ learningRate: cosine(1e-3, 3e-6, 200), beta2: 0.99, weightDecay: 1e-4 }),
    batchSize: 16,
    seed: 1,
    clip: 1,
    average: 0.999,
    every: 250,
  },
  model: () => denoiseUnet({ seed: 1 }),
  samples: () => denoisingSamples(4000, 1),
  validation: () => denoisingSamples(128, 1001),
};
