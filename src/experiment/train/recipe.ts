// What a training run is made of, and the run: checkpointed, logged, its weights written with everything that makes them again.
import { rmSync } from "node:fs";
import type { Report } from "../../core/index.js";
import { countWeights, type FitOptions, fit, type Model, type SampleSet, save } from "../../nn/index.js";
import { ready } from "../../tensor/index.js";

/** How a set of committed weights is made. */
export interface Recipe {
  readonly name: string;
  /** One line: what it learns, from what. */
  readonly about: string;
  /** Data that it saw, for the file's metadata. */
  readonly data: string;
  readonly steps: number;
  readonly fit: Omit<FitOptions, "steps" | "checkpoint" | "signal" | "onReport" | "validation">;
  /** A new model; TensorFlow is loaded. */
  model(): Model;
  samples(): SampleSet;
  /** What the reported validation loss is measured on. */
  validation(): SampleSet;
  /** More for the metadata of the file, e.g. how a picker wants its windows. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Scores for the metadata, by name; nothing is chosen by them. */
  score?(model: Model): Promise<Readonly<Record<string, number>>>;
}

export interface TrainOptions {
  /** File of the weights; its checkpoint lies beside it as OUT.checkpoint until the end. */
  readonly out: string;
  /** Default the recipe's. */
  readonly steps?: number;
  readonly signal?: AbortSignal;
  readonly onReport?: (report: Report, model: Model) => unknown;
}

/** Runs a recipe to its end and writes the weights as float16 safetensors; goes on from OUT.checkpoint where there is one.
 *  The metadata hold the model, its options, data, command, seed, steps, licence, and as scores the last validation loss and the recipe's own.
 *  @returns True when all steps are done; false when the signal stopped it, the checkpoint then stays. */
export async function train(recipe: Recipe, options: TrainOptions): Promise<boolean> {
  await ready();
  const { out, steps = recipe.steps, signal, onReport } = options;
  const checkpoint = `${out}.checkpoint`;
  const model = recipe.model();
  try {
    const history = await fit(model, recipe.samples(), {
      ...recipe.fit,
      validation: recipe.validation(),
      steps,
      checkpoint,
      ...(signal ? { signal } : {}),
      onReport: (report) => onReport?.(report, model),
    });
    if (history.aborted) return false;
    const validationLoss = history.reports.at(-1)?.validationLoss;
    const scores = {
      ...(validationLoss === undefined ? {} : { validationLoss: Number(validationLoss.toPrecision(5)) }),
      ...(await recipe.score?.(model)),
    };
    await save(out, model, {
      floats: "F16",
      metadata: {
        ...recipe.metadata,
        weights: String(countWeights(model)),
        data: recipe.data,
        command: `geodl train ${recipe.name}${steps === recipe.steps ? "" : ` --steps ${steps}`}`,
        seed: String(recipe.fit.seed ?? 0),
        steps: String(steps),
        scores: JSON.stringify(scores),
        licence: "MIT",
      },
    });
    for (const file of [checkpoint, `${checkpoint}.previous`]) rmSync(file, { force: true });
    return true;
  } finally {
    model.dispose();
  }
}
