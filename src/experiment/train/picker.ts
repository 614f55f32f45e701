// The own picker of notebook 03: PhaseNet from scratch on 78 records of the Northern California network.
import { pickerSettings } from "../../apply/index.js";
import { adam, cosine, phasenet, probabilityCrossEntropy } from "../../nn/index.js";
import { pickingRecords, pickingSamples, validationWindows } from "../parts/picking.js";
import type { Recipe } from "./recipe.js";

export const picker: Recipe = {
  name: "picker",
  about: "P and S picks of local earthquakes; learns from 78 records of 90 s",
  data: "78 training records of AI4EPS/PhaseNet (NCEDC, doi:10.7932/NCEDC), augmented; no station or event of the other 32",
  steps: 9000,
  fit: {
    loss: probabilityCrossEntropy(),
    optimizer: adam({ learningRate: cosine(1e-2, 1e-6, 100) }),
    batchSize: 20,
    seed: 6,
    average: 0.998,
    every: 500,
  },
  metadata: { picker: JSON.stringify(pickerSettings) },
  model: () => phasenet({ seed: 6, padding: "tensorflow" }),
  samples: () => pickingSamples(pickingRecords().filter(({ split }) => split === "train")),
  validation: () => validationWindows(pickingRecords().filter(({ split }) => split === "val")),
};
