// A run of the augmentation ablation: a network trained by a row, with the records of one fold left out, and scored on these.
import {
  adam,
  cosine,
  type FitOptions,
  fit,
  type History,
  type Model,
  phasenet,
  probabilityCrossEntropy,
} from "../../nn/index.js";
import { ready } from "../../tensor/index.js";
import type { Result } from "../types.js";
import { ablationData, ablationRows } from "./ablation-rows.js";
import {
  chosenThreshold,
  meanAtP,
  noiseCounts,
  packedCounts,
  probabilities,
  type Thresholds,
} from "./ablation-score.js";
import {
  type Condition,
  changed,
  conditions,
  hasHorizontals,
  noiseWindows,
  slides,
  slideWindows,
  type TestWindow,
  testWindows,
} from "./ablation-windows.js";
import type { PickingRecord } from "./picking.js";

/** One training of the ablation. */
export interface AblationRun {
  /** Name of `ablationRows`. */
  readonly row: string;
  readonly seed: number;
  /** Its records are tested on, 1 to 5. */
  readonly fold: number;
  readonly steps: number;
}

/** A trained network with what its thresholds were chosen on. */
export interface AblationModel {
  /** PhaseNet for 1,501 samples at 50 Hz; the caller disposes it. */
  readonly model: Model;
  readonly history: History;
  /** Windows kept for choices, and what the network says of them. */
  readonly held: readonly TestWindow[];
  readonly found: readonly Float32Array[];
  readonly threshold: Thresholds;
  /** Records of the fold. */
  readonly test: readonly PickingRecord[];
}

const digits = (v: number) => Number(v.toFixed(3));

/** Trains PhaseNet by a row: Adam, 20 windows a step, the rate from .01 down a cosine; then chooses the thresholds.
 *  @param all Records at 50 Hz, of all folds.
 *  @param options Reports and an abort signal, for `nn.fit`.
 *  @throws RangeError for an unknown row. */
export async function trainAblation(
  all: readonly PickingRecord[],
  { row, seed, fold, steps }: AblationRun,
  options: Pick<FitOptions, "onReport" | "signal"> = {},
): Promise<AblationModel> {
  await ready();
  const recipe = ablationRows[row];
  if (!recipe) throw new RangeError(`trainAblation: the row must be known, got ${row}`);
  const pool = all.filter((record) => record.fold !== fold);
  const { learned, held: examples } = ablationData(recipe, pool, seed);
  const model = phasenet({ seed, padding: "tensorflow" });
  try {
    const history = await fit(model, learned, {
      loss: probabilityCrossEntropy(),
      optimizer: adam({ learningRate: cosine(0.01, 1e-4, 20) }),
      steps,
      batchSize: 20,
      seed,
      ...options,
    });
    const held = examples.map((example, record) => ({ record, example }));
    const found = probabilities(model, held);
    const of = (phase: "P" | "S") => digits(chosenThreshold(held, found, phase));
    const test = all.filter((record) => record.fold === fold);
    return { model, history, held, found, threshold: { P: of("P"), S: of("S") }, test };
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** A run's result, as the journal keeps it: counts by record under each condition, picks in noise, probabilities of the slid records. */
export async function ablationResult(all: readonly PickingRecord[], run: AblationRun): Promise<Result> {
  const { model, held, found, threshold, test } = await trainAblation(all, run);
  try {
    const counted = (windows: readonly TestWindow[], records: number) =>
      packedCounts(windows, probabilities(model, windows), records, threshold);
    const result: Record<string, Result[string]> = {
      horizontals: hasHorizontals(test),
      thresholds: [threshold.P, threshold.S],
    };
    for (const name of [...conditions, ...changed] as Condition[]) {
      const { P, S } = counted(testWindows(test, name), test.length);
      // what is asked for stays the same where only the samples change
      result[name] = (changed as readonly string[]).includes(name)
        ? [...P.slice(1), ...S.slice(1)]
        : [...P, ...S];
    }
    const quiet = noiseWindows(test);
    result.noise = noiseCounts(quiet, probabilities(model, quiet), threshold).map(digits);
    result.slide = slides.map((place) => {
      const there = slideWindows(test, place);
      return digits(meanAtP(there, probabilities(model, there)));
    });
    if (ablationRows[run.row]!.isLeaky) {
      const { P, S } = packedCounts(held, found, held.length, threshold);
      result.held = [...P, ...S];
    }
    return result;
  } finally {
    model.dispose();
  }
}
