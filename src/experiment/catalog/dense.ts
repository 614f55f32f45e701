// The small dense network of notebook 03: ten starts, on stations never seen and on windows of records that were.
import {
  adam,
  crossEntropyHard,
  evaluate,
  fit,
  type Model,
  mlp,
  predict,
  type SampleSet,
} from "../../nn/index.js";
import { table } from "../../show/index.js";
import { engine, from, ready } from "../../tensor/index.js";
import { intervalText, present, summarise } from "../groups.js";
import { type FeatureTable, featureNames, featureSamples, featureTables } from "../parts/detection.js";
import type { Entry, Experiment, Size, Task } from "../types.js";

const rows = {
  "754 weights": { hidden: [32, 16], dropout: 0.3 },
  "12 weights, no hidden layer": { hidden: [], dropout: 0 },
} as const;
const splits = ["stations", "windows"] as const;
const batchSize = 32;
const learned = 3375; // of 3,750; the other 375 are validation

/** Share of the rows that are named rightly. */
function accuracy(model: Model, set: FeatureTable, begin: number, end: number): number {
  const n = featureNames.length;
  const { tf } = engine();
  const x = { data: set.x.slice(begin * n, end * n), shape: [end - begin, n] };
  const classes = tf.tidy(() => tf.argMax(predict(model, from(x)), -1).dataSync());
  let right = 0;
  for (let i = 0; i < classes.length; i++) if (classes[i] === set.y[begin + i]) right++;
  return right / classes.length;
}

const digits = (v: number) => Number(v.toFixed(5));

export const experiment: Experiment = {
  name: "dense",
  about: "a dense network of 754 weights that tells earthquakes from noise by five features, ten starts",
  seeds: 10,
  tasks: ({ profile, seeds }: Size): Task[] =>
    Object.keys(rows).flatMap((row) =>
      splits.flatMap((split) =>
        Array.from({ length: seeds }, (_, seed) => ({
          row,
          split,
          seed,
          epochs: profile === "ci" ? 3 : 100,
        })),
      ),
    ),
  prepare: async () => {
    await ready();
    for (const split of splits) featureTables(split);
  },
  async run({ row, split, seed, epochs }) {
    const { train, test } = featureTables(split as (typeof splits)[number]);
    const model = mlp({ ...rows[row as keyof typeof rows], seed: seed as number });
    const [fitting, validation] = [featureSamples(train, 0, learned), featureSamples(train, learned)];
    try {
      await fit(model, fitting, {
        loss: crossEntropyHard,
        optimizer: adam(),
        steps: Math.ceil(learned / batchSize) * (epochs as number),
        batchSize,
        seed: seed as number,
      });
      const loss = (set: SampleSet) => digits(evaluate(model, set, crossEntropyHard, 250));
      return {
        trainLoss: loss(fitting),
        validationLoss: loss(validation),
        testLoss: loss(featureSamples(test)),
        train: digits(accuracy(model, train, 0, learned)),
        validation: digits(accuracy(model, train, learned, train.length)),
        test: digits(accuracy(model, test, 0, test.length)),
      };
    } finally {
      model.dispose();
    }
  },
  tables(entries: readonly Entry[]) {
    const cell = (field: string, row: string, split: string) =>
      intervalText(summarise(entries, field, { row, split }), 3);
    const lines = present(entries, Object.keys(rows)).flatMap((row) =>
      splits.map((split) => [
        row,
        split === "stations" ? "other stations" : "other windows of the same records",
        ...["train", "validation", "test", "testLoss"].map((field) => cell(field, row, split)),
      ]),
    );
    return [
      table(["network", "tested on", "accuracy, training", "validation", "test", "loss, test"], lines, {
        caption: "Earthquake or noise by five features: mean over starts [95 % interval]",
      }),
    ];
  },
};
