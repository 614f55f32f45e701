// The promptable network: masks on gathers from points, boxes and earlier masks; its automatic mode picks first breaks.
import { firstbreak as data } from "../../data/index.js";
import { adamW, cosine, promptLoss, promptUnet } from "../../nn/index.js";
import { promptSamples } from "../parts/prompt-samples.js";
import type { Recipe } from "./recipe.js";

export const prompts: Recipe = {
  name: "prompts",
  about: "masks on shot gathers from points, boxes, earlier masks; learns from 15 gathers of 48 traces",
  data: "15 gathers of geo-stack/first_break_picking (MIT), augmented; test-5 (shots 13, 108, 109, 256, 257) is left out: the validation loss and the row of `geodl experiment firstbreak` are theirs",
  steps: 480,
  fit: {
    loss: promptLoss(),
    optimizer: adamW({ learningRate: cosine(2e-3, 0, 50) }),
    batchSize: 8,
    seed: 1,
    every: 40,
  },
  model: () => promptUnet({ seed: 1 }),
  samples: () => promptSamples(data.labelled().filter(({ fold }) => fold !== 1)),
  validation: () => promptSamples(data.labelled().filter(({ fold }) => fold === 1)),
};
