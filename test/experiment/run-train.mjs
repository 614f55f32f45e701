// Runs a small recipe in a process that a test may kill: node run-train.mjs OUT
import { experiment, nn } from "../../dist/index.js";

const set = (count) => ({
  length: count,
  sample(_i, rng) {
    const clean = rng.fill(new Float32Array(64), "normal");
    const noisy = clean.map((v) => v + rng.normal());
    return { x: { data: noisy, shape: [8, 8, 1] }, y: { data: clean, shape: [8, 8, 1] } };
  },
});

const recipe = {
  name: "small",
  about: "for a test",
  data: "random numbers",
  steps: 400,
  fit: { batchSize: 4, seed: 5, every: 20, average: 0.9, capture: false },
  model: () => nn.dncnn({ depth: 3, channels: 4, norm: "none", seed: 1 }),
  samples: () => set(64),
  validation: () => set(8),
  score: async () => ({ answer: 42 }),
};
const isDone = await experiment.train(recipe, {
  out: process.argv[2],
  onReport: ({ step }) => console.log(`step ${step}`),
});
console.log(`done ${isDone}`);
