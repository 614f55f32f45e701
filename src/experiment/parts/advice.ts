// The review's advice to beginners [Yu & Ma 2021, 6.2], each piece tried: the runs behind section 3 of notebook 01.
import { rng } from "../../core/index.js";
import { type Table, table } from "../../show/index.js";
import { intervalText, summarise } from "../groups.js";
import type { Entry, Result, Size, Task } from "../types.js";
import { type SmallResult, type SmallRun, smallDenoiser } from "./small-denoiser.js";

const search = "random search";
const shortest = "mean over an epoch, not its end";

type Variation = Omit<SmallRun, "seed">;

/** Rows by the question that they answer. */
const questions: Readonly<Record<string, Readonly<Record<string, Variation>>>> = {
  "how large a network": {
    "2 layers of 2 channels": { depth: 2, channels: 2, isNoiseFixed: true },
    "5 layers of 16": { isNoiseFixed: true },
    "7 layers of 32, 3 sections": { depth: 7, channels: 32, sections: 3, isNoiseFixed: true, steps: 800 },
  },
  "why validation can lie below training": {
    "dropout in training only": { drop: 0.1 },
    "harder training data": { harder: 1.5 },
    [shortest]: { steps: 40, isNoiseFixed: true },
    "none of these": {},
  },
  "what validation costs": {
    "60 / 20 / 20 of 200 sections": { sections: 120, validation: 40, isNoiseFixed: true },
    "80 / 10 / 10": { sections: 160, validation: 20, isNoiseFixed: true },
    "20 / 40 / 40": { sections: 40, validation: 80, isNoiseFixed: true },
  },
  leakage: {
    "patches of the same sections": { sections: 6, patches: 24, isLeaky: true, channels: 32, steps: 800 },
    "sections apart": { sections: 6, patches: 24, isNoiseFixed: true, channels: 32, steps: 800 },
  },
  "learning rate and batch size": Object.fromEntries(
    [1e-4, 1e-3, 1e-2].flatMap((learningRate) =>
      [4, 16, 64].map((batchSize) => [
        `rate ${learningRate}, batch ${batchSize}`,
        { learningRate, batchSize, steps: 6400 / batchSize },
      ]),
    ),
  ),
};

/** A small random search: rate, batch and size drawn, 12 trials of equal numbers of patches. */
const trials: Readonly<Record<string, Variation>> = Object.fromEntries(
  Array.from({ length: 12 }, (_, k) => {
    const draw = rng(7).fork(`trial ${k}`);
    const learningRate = Number(Math.exp(draw.uniform(-3.7, -1.7) * Math.LN10).toPrecision(2));
    const batchSize = [4, 8, 16, 32][draw.integer(0, 4)]!;
    const [depth, channels] = [draw.integer(3, 8), [8, 12, 16, 24][draw.integer(0, 4)]!];
    const row = `rate ${learningRate}, batch ${batchSize}, ${depth} layers of ${channels}`;
    return [row, { learningRate, batchSize, depth, channels, steps: 6400 / batchSize }];
  }),
);

/** Questions that one seed answers well enough: trends over many rows. */
const oneSeed = ["learning rate and batch size", search];

/** Tasks of this part; the ci profile runs the shortest only. */
export function tasks({ profile, seeds }: Size): Task[] {
  const task = (question: string, row: string, seed: number): Task => ({
    part: "advice",
    question,
    row,
    seed,
  });
  if (profile === "ci") return [task("why validation can lie below training", shortest, 0)];
  return Object.entries({ ...questions, [search]: trials }).flatMap(([question, rows]) =>
    Object.keys(rows).flatMap((row) =>
      Array.from({ length: oneSeed.includes(question) ? 1 : Math.min(seeds, 3) }, (_, seed) =>
        task(question, row, seed),
      ),
    ),
  );
}

/** Answers a task of this part. */
export async function run({ question, row, seed }: Task): Promise<Result> {
  const rows = question === search ? trials : questions[question as string];
  const variation = rows?.[row];
  if (!variation) throw new RangeError(`advice: the task must be known, got ${question}: ${row}`);
  return { ...(await smallDenoiser({ ...variation, seed })) };
}

const last = (values: readonly number[]): number => values.at(-1)!;

/** One table a question. Losses over the noise power. */
export function tables(entries: readonly Entry[]): Table[] {
  const mine = entries.filter(({ task }) => task.part === "advice");
  return [...new Set(mine.map(({ task }) => task.question as string))].map((question) => {
    const here = mine.filter(({ task }) => task.question === question).map(flat);
    const names = [...new Set(here.map(({ task }) => task.row))];
    const value = (row: string, field: string) => intervalText(summarise(here, field, { row }), 3);
    return table(
      [
        "run",
        "training, as it goes",
        "training, again",
        "validation",
        "test",
        "test of the best by validation",
      ],
      names.map((row) => [
        row,
        ...["last", "trainingAgain", "lastValidation", "test", "testOfBest"].map((field) =>
          value(row, field),
        ),
      ]),
      { caption: `${question}: mean squared error over the noise's, mean [95 %] over seeds` },
    );
  });
}

function flat(entry: Entry): Entry {
  const { training, validation } = entry.result as unknown as SmallResult;
  return { ...entry, result: { ...entry.result, last: last(training), lastValidation: last(validation) } };
}
