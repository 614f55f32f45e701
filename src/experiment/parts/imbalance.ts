// Class imbalance on the feature table of notebook 03: earthquakes made rare, and what is done about it.
import { rng } from "../../core/index.js";
import { augment } from "../../data/index.js";
import { meanInterval } from "../../metrics/index.js";
import { adam, crossEntropy, fit, type Model, mlp, predict, type SampleSet } from "../../nn/index.js";
import { type Table, table } from "../../show/index.js";
import { engine, from } from "../../tensor/index.js";
import type { Entry, Result, Size, Task } from "../types.js";
import { featureNames, featureTables } from "./detection.js";

const features = featureNames.length;
const learned = 3375; // of 3,750 rows; the rest is for choices
const { smote, adasyn, oversample, undersample } = augment;

/** What is done to the table to learn from. "weights": nothing, but a class's loss counts by its rarity. */
export const remedies = ["none", "weights", "over-sampling", "under-sampling", "SMOTE", "ADASYN"] as const;
/** One of `remedies`. */
export type Remedy = (typeof remedies)[number];

/** So many windows of noise for one earthquake. */
export const ratios = [10, 50] as const;

const changes: Partial<Record<Remedy, (table: augment.ClassTable, seed: number) => augment.ClassTable>> = {
  "over-sampling": (t, seed) => oversample(t, rng(seed)),
  "under-sampling": (t, seed) => undersample(t, rng(seed)),
  SMOTE: (t, seed) => smote(t, rng(seed)),
  ADASYN: (t, seed) => adasyn(t, rng(seed)),
};

/** Rows [begin, end) of a table with all noise and every so-many-th earthquake, drawn by the seed. */
export function rareTable(
  { x, y }: augment.ClassTable,
  [begin, end]: readonly [number, number],
  ratio: number,
  seed: number,
): augment.ClassTable {
  const draw = rng(seed).fork("rare");
  const quakes: number[] = [];
  const noise: number[] = [];
  for (let i = begin; i < end; i++) (y[i] === 1 ? quakes : noise).push(i);
  const few = Math.max(2, Math.round(noise.length / ratio));
  const kept = Array.from(draw.permutation(quakes.length).subarray(0, few), (i) => quakes[i]!);
  const order = [...noise, ...kept].sort((a, b) => a - b);
  return {
    x: Float32Array.from({ length: order.length * features }, (_, i) => {
      return x[order[Math.floor(i / features)]! * features + (i % features)]!;
    }),
    y: Int32Array.from(order, (i) => y[i]!),
  };
}

/** Rows for `nn.fit` with soft labels; with weights a class's label is as large as it is rare, mean 1. */
function samples({ x, y }: augment.ClassTable, isWeighted: boolean): SampleSet {
  const quakes = y.reduce((sum, v) => sum + v, 0);
  const share = [1 - quakes / y.length, quakes / y.length];
  const weight = share.map((s) => (isWeighted ? 0.5 / s : 1));
  return {
    length: y.length,
    sample: (i) => ({
      x: { data: x.slice(i * features, (i + 1) * features), shape: [features] },
      y: { data: Float32Array.from([0, 1], (c) => (y[i] === c ? weight[c]! : 0)), shape: [2] },
    }),
  };
}

function scoresOf(model: Model, { x, y }: augment.ClassTable): Float32Array {
  const { tf } = engine();
  const grid = { data: x.slice(), shape: [y.length, features] };
  return tf.tidy(() =>
    tf
      .softmax(predict(model, from(grid)))
      .slice([0, 1], [-1, 1])
      .dataSync(),
  ) as Float32Array;
}

/** Scores of a detector at every threshold, as if there were `ratio` windows of noise for an earthquake, whatever the table holds. */
export interface RareCurve {
  readonly threshold: readonly number[];
  /** Share of earthquakes found. */
  readonly recall: readonly number[];
  /** Share of noise that gives an alarm. */
  readonly falseAlarms: readonly number[];
  readonly precision: readonly number[];
  readonly accuracy: readonly number[];
  readonly f1: readonly number[];
  /** Area under recall against false alarms; 1/2 is chance. */
  readonly rocArea: number;
  readonly averagePrecision: number;
}

/** Curves of a detector.
 *  @param scores Higher is more like an earthquake. @param y 1 earthquake, 0 noise. @param ratio Noise for one earthquake. */
export function rareCurve(scores: ArrayLike<number>, y: Int32Array, ratio: number): RareCurve {
  const order = Array.from(y, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const quakes = y.reduce((sum, v) => sum + v, 0);
  const [threshold, recall, falseAlarms, precision, accuracy, f1]: number[][] = [[], [], [], [], [], []];
  let [hits, alarms, rocArea, averagePrecision] = [0, 0, 0, 0];
  order.forEach((i, k) => {
    if (y[i] === 1) hits++;
    else alarms++;
    if (k + 1 < order.length && scores[order[k + 1]!] === scores[i]) return; // equal scores fall together
    const [found, wrong] = [hits / quakes, alarms / (y.length - quakes)];
    const right = found / (found + ratio * wrong);
    rocArea += ((wrong - (falseAlarms!.at(-1) ?? 0)) * (found + (recall!.at(-1) ?? 0))) / 2;
    averagePrecision += (found - (recall!.at(-1) ?? 0)) * right;
    threshold!.push(scores[i]!);
    recall!.push(found);
    falseAlarms!.push(wrong);
    precision!.push(right);
    accuracy!.push((found + ratio * (1 - wrong)) / (1 + ratio));
    f1!.push((2 * found) / (1 + found + ratio * wrong));
  });
  return {
    threshold: threshold!,
    recall: recall!,
    falseAlarms: falseAlarms!,
    precision: precision!,
    accuracy: accuracy!,
    f1: f1!,
    rocArea,
    averagePrecision,
  };
}

/** Index of the least threshold at or above a value; the highest where there is none. */
function placeOf({ threshold }: RareCurve, value: number): number {
  let place = 0;
  threshold.forEach((t, i) => {
    if (t >= value) place = i;
  });
  return place;
}

/** A detector on a table in which earthquakes are rare. */
export interface RareDetector {
  /** On the test stations, balanced table, weighted to the ratio. */
  readonly curve: RareCurve;
  /** Threshold of the best F1 on the validation rows. */
  readonly chosen: number;
  /** Rows learned from. */
  readonly rows: number;
}

/** Learns from 3,375 rows made rare, changed by the remedy; the threshold comes from the other 375 rows, which no remedy touches.
 *  @param steps Of 32 rows. */
export async function rareDetector(
  remedy: Remedy,
  ratio: number,
  seed: number,
  steps: number,
): Promise<RareDetector> {
  const { train, test } = featureTables("stations");
  const rare = rareTable(train, [0, learned], ratio, seed);
  const taught = changes[remedy]?.(rare, seed) ?? rare;
  const model = mlp({ dropout: 0, seed });
  try {
    await fit(model, samples(taught, remedy === "weights"), {
      loss: crossEntropy,
      optimizer: adam(),
      steps,
      batchSize: 32,
      seed,
    });
    const choice = { x: train.x.slice(learned * features), y: train.y.slice(learned) };
    const validation = rareCurve(scoresOf(model, choice), choice.y, ratio);
    const best = validation.f1.indexOf(Math.max(...validation.f1));
    return {
      curve: rareCurve(scoresOf(model, test), test.y, ratio),
      chosen: validation.threshold[best]!,
      rows: taught.y.length,
    };
  } finally {
    model.dispose();
  }
}

const digits = (v: number) => Number(v.toFixed(4));

/** Tasks of this part. */
export function tasks({ profile, seeds }: Size): Task[] {
  const steps = { ci: 60, tutorial: 600, paper: 3000 }[profile];
  const count = profile === "ci" ? Math.min(seeds, 2) : seeds;
  return (profile === "ci" ? ratios.slice(0, 1) : ratios).flatMap((ratio) =>
    remedies.flatMap((row) =>
      Array.from({ length: count }, (_, seed) => ({ part: "imbalance", row, ratio, seed, steps })),
    ),
  );
}

/** Answers a task of this part. */
export async function run({ row, ratio, seed, steps }: Task): Promise<Result> {
  const { curve, chosen } = await rareDetector(row as Remedy, ratio as number, seed, steps as number);
  const [half, best] = [placeOf(curve, 0.5), placeOf(curve, chosen)];
  return {
    rocArea: digits(curve.rocArea),
    averagePrecision: digits(curve.averagePrecision),
    accuracyHalf: digits(curve.accuracy[half]!),
    recallHalf: digits(curve.recall[half]!),
    f1Half: digits(curve.f1[half]!),
    f1Chosen: digits(curve.f1[best]!),
  };
}

/** The table of this part. */
export function tables(entries: readonly Entry[]): Table[] {
  const mine = entries.filter(({ task }) => task.part === "imbalance");
  const fields = ["rocArea", "averagePrecision", "accuracyHalf", "recallHalf", "f1Half", "f1Chosen"];
  return ratios.flatMap((ratio) => {
    const lines = remedies.flatMap((row) => {
      const here = mine.filter(({ task }) => task.row === row && task.ratio === ratio);
      if (here.length === 0) return [];
      const cells = fields.map((field) => {
        const { mean, low, high } = meanInterval(here.map(({ result }) => result[field] as number));
        return `${mean.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
      });
      return [[row, here.length, ...cells]];
    });
    if (lines.length === 0) return [];
    const always = (ratio / (1 + ratio)).toFixed(3);
    return [
      table(
        [
          "remedy",
          "seeds",
          "ROC area",
          "average precision",
          "accuracy at .5",
          "recall at .5",
          "F1 at .5",
          "F1, threshold from validation",
        ],
        lines,
        {
          caption: `One earthquake for ${ratio} windows of noise, stations never seen: mean over seeds [95 %]; to say "noise" always has accuracy ${always}`,
        },
      ),
    ];
  });
}
