// The own operator of notebook 05: a Fourier neural operator that corrects the wave of straight rays.
import { waveChannels } from "../../apply/index.js";
import { adamW, cosine, fno2d, type Model } from "../../nn/index.js";
import { engine } from "../../tensor/index.js";
import { waveLoss, waveSamples } from "../parts/wave-samples.js";
import { type WavePart, waveStore } from "../parts/wave-store.js";
import type { Recipe } from "./recipe.js";

/** An operator whose last layer starts at a tenth, so that one on rays begins near them.
 *  @param kind Inputs. @param seed Of the weights. @param size Channels and modes, default 32 and 12 of each sign. */
export function waveNet(
  kind: keyof typeof waveChannels,
  seed: number,
  size: { readonly hidden: number; readonly modes: readonly [number, number] } = {
    hidden: 32,
    modes: [24, 24],
  },
): Model {
  const model = fno2d({ inChannels: waveChannels[kind], outChannels: 16, ...size, seed });
  if (kind === "plain") return model;
  engine().tf.tidy(() => {
    for (const name of ["projection.fcs.1.weight", "projection.fcs.1.bias"]) {
      const variable = model.parameters.get(name)!;
      variable.assign(engine().tf.mul(variable, 0.1));
    }
  });
  return model;
}

/** Five in six are the protocol's media (some with a source nearer to an edge); the others are rougher, smoother, stronger, or have their source near an edge. */
const media: readonly WavePart[] = [
  { count: 4500, seed: 1001 },
  { count: 500, seed: 1002, margin: 3 },
  { count: 400, seed: 1003, correlation: 800, margin: 4 },
  { count: 400, seed: 1004, deviation: 300, margin: 4 },
  { count: 100, seed: 1005, correlation: 3200, deviation: 75 },
  { count: 100, seed: 1006, kind: "gaussian" },
];

const told = (done: number, total: number) => console.error(`waves: ${done} of ${total} samples solved`);

export const fno: Recipe = {
  name: "fno",
  about: "propagates waves through random media, starting from straight rays; learns from our own solver",
  data: "6,000 models of random media solved by geodl (rng.numpy seeds 1001 to 1006), 83 % as in PROTOCOLS 3a; no sample of seed 0",
  steps: 10_000,
  fit: {
    loss: waveLoss,
    optimizer: adamW({ learningRate: cosine(5e-3, 0, 0.03), weightDecay: 1e-4 }),
    batchSize: 10,
    seed: 5,
    every: 250,
  },
  model: () => waveNet("rays", 5),
  samples: () => waveSamples(waveStore("fno-train", media, told), "rays", { symmetries: true }),
  validation: () => waveSamples(waveStore("fno-validation", [{ count: 50, seed: 1010 }], told), "rays"),
};
