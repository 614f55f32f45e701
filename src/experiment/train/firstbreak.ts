// The own picker of first breaks: a U-Net on 20 labelled gathers, led by clicks where there are some.
import { firstbreak as data } from "../../data/index.js";
import { adamW, cosine, firstBreakLoss, firstBreakUnet } from "../../nn/index.js";
import { firstBreakSamples, firstBreakWindows } from "../parts/first-breaks.js";
import type { Recipe } from "./recipe.js";

/** Clicks in two of five samples. */
export const firstBreakMix = { clicks: 0.4 } as const;

/** The recipe of data/weights/firstbreak.safetensors: first breaks of shot gathers. */
export const firstbreak: Recipe = {
  name: "firstbreak",
  about: "first breaks of shot gathers, with or without clicks; learns from 20 gathers of 48 traces",
  data: "20 gathers of geo-stack/first_break_picking (MIT), augmented; the validation loss is of the same gathers as they are, for there are no others",
  steps: 480,
  fit: {
    loss: firstBreakLoss(),
    optimizer: adamW({ learningRate: cosine(2e-3, 0, 50) }),
    batchSize: 8,
    seed: 1,
    every: 60,
  },
  model: () => firstBreakUnet({ seed: 1 }),
  samples: () => firstBreakSamples(data.labelled(), firstBreakMix),
  validation: () => firstBreakWindows(data.labelled()),
};
