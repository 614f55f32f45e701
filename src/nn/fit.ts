// Training: batches, steps, validation, checkpoints. Displays nothing.
import { type Report, rng } from "../core/index.js";
import { ready } from "../tensor/index.js";
import { type Batch, batchOf, isSampleSet, type SampleSet, type TrainingData, tensorOf } from "./batches.js";
import { Best } from "./best.js";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { Evaluator } from "./evaluate.js";
import { type Loss, mse } from "./losses.js";
import { adam, type Optimizer } from "./optimizers.js";
import { Trainer } from "./step.js";
import type { Model } from "./types.js";

export interface FitOptions {
  /** Default `mse`. */
  readonly loss?: Loss;
  /** Default `adam()`. */
  readonly optimizer?: Optimizer;
  /** Steps in all. */
  readonly steps: number;
  /** Samples a step, default 16, with a full-batch optimiser all; an iterable brings its own. */
  readonly batchSize?: number;
  /** Of the order, the augmentation and dropout, default 0. */
  readonly seed?: number;
  /** Its loss is taken at every report, in evaluation mode, each sample with the stream of its number. */
  readonly validation?: SampleSet;
  /** "best": the model ends with the weights of the report whose validation loss was lowest; default "last". */
  readonly keep?: "last" | "best";
  /** Steps between reports, validations and checkpoints; default a fiftieth of all. */
  readonly every?: number;
  /** File to go on from and to write; see `fit`. */
  readonly checkpoint?: string;
  /** Ends the fit after the step it is aborted in. */
  readonly signal?: AbortSignal;
  readonly onReport?: (report: Report) => unknown;
  /** Largest norm of the gradient; default no limit. A full-batch optimiser, which searches along its line, does not use it. */
  readonly clip?: number;
  /** Decay of a running mean of the weights, e.g. .999; the model ends with that mean. Default none. */
  readonly average?: number;
  /** Whether a step is recorded once and then run as one graph of TensorFlow, default true: faster by a tenth to a half. False where the
   *  loss or a layer of your own is to change on the way other than by its tensors. What cannot be recorded (dropout, a tensor
   *  read inside the step, WebAssembly, a card) runs operation by operation anyway; `History.eager` says why. */
  readonly capture?: boolean;
}

/** What happened. */
export interface History {
  /** One a report. */
  readonly reports: readonly Report[];
  /** Steps done, fewer than asked when aborted. */
  readonly steps: number;
  readonly aborted: boolean;
  /** Why the operations of a step ran one by one; undefined where each step was one graph. */
  readonly eager: string | undefined;
}

interface State {
  readonly step: number;
  readonly run: string;
  readonly reports: readonly Report[];
  readonly sum: number;
  readonly count: number;
}

/** Longest that the event loop waits, ms. */
const patience = 40;

/** Trains a model in place.
 *
 *  The same model, data, options and number of threads give the same bits, also when a run is killed and called again with the
 *  same `checkpoint`: that file is written atomically at every report and at the end, with a checksum and the one before it as
 *  FILE.previous. The caller keeps the model; all other tensors are freed.
 *
 *  @param model Its weights and running statistics change.
 *  @param data Samples by number, or batches.
 *  @returns The reports.
 *  @throws RangeError for options out of range; Error when the loss is not finite (names step, rate and largest gradient), or
 *  when the checkpoint belongs to another run. */
export async function fit(model: Model, data: TrainingData, options: FitOptions): Promise<History> {
  await ready();
  const { loss = mse, optimizer = adam(), steps, seed = 0, signal, onReport } = options;
  const all = optimizer.isFullBatch && isSampleSet(data) ? data.length : undefined;
  const batchSize = options.batchSize ?? all ?? 16;
  for (const [name, n] of Object.entries({ steps, batchSize, every: options.every ?? 1 }))
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`fit: ${name} must be a whole number >= 1, got ${n}`);
  if (isSampleSet(data) && data.length < 1)
    throw new RangeError(`fit: the data must hold a sample, got ${data.length}`);
  if (all !== undefined && batchSize !== all)
    throw new RangeError(
      `fit: ${optimizer.name} needs all ${all} samples in a batch, got batchSize ${batchSize}`,
    );
  if (options.keep === "best" && !options.validation)
    throw new RangeError('fit: keep "best" needs validation samples, got none');
  const every = options.every ?? Math.max(Math.ceil(steps / 50), 1);
  const { clip, average, capture } = options;
  const trainer = new Trainer(model, {
    loss,
    optimizer,
    ...(clip === undefined ? {} : { clip }),
    ...(average === undefined ? {} : { average }),
    ...(capture === undefined ? {} : { capture }),
  });
  const run = JSON.stringify([
    model.name,
    model.options,
    optimizer.name,
    steps,
    batchSize,
    seed,
    every,
    options.clip ?? null,
    options.average ?? null,
    isSampleSet(data) ? data.length : null,
    ...(options.capture === false ? ["eager"] : []),
    ...(options.keep === "best" ? ["best"] : []),
  ]);
  let state: State = { step: 0, run, reports: [], sum: 0, count: 0 };
  const save = () => {
    if (options.checkpoint)
      writeCheckpoint(options.checkpoint, { vectors: new Map([...trainer.save(), ...best.save()]), state });
  };
  const evaluator = new Evaluator(model, loss, capture);
  const { validation } = options;
  let best = new Best(model);
  const validate =
    validation &&
    (() => {
      const value = evaluator.mean(validation, batchSize, seed);
      if (options.keep === "best") best.offer(value);
      return value;
    });
  try {
    const found = options.checkpoint
      ? readCheckpoint(options.checkpoint, (line) => process.stderr.write(`${line}\n`))
      : undefined;
    if (found) {
      const old = found.state as State;
      if (old.run !== run)
        throw new Error(`fit: the checkpoint must come from the same run, got ${old.run} instead of ${run}`);
      trainer.load(found.vectors);
      state = old;
      best = new Best(
        model,
        old.reports.flatMap(({ validationLoss }) => validationLoss ?? []),
      );
      best.load(found.vectors);
    }
    const next = await batches(data, seed, batchSize, state.step);
    const dropout = rng(seed).fork("dropout");
    let rested = performance.now();
    while (state.step < steps && !signal?.aborted) {
      const { step } = state;
      const batch = await next(step);
      if (!batch) break;
      const [x, y] = [tensorOf(batch.x), tensorOf(batch.y)];
      let value: number;
      try {
        value = trainer.step(x, y, optimizer.rate(step, steps), dropout.fork(`${step}`));
      } finally {
        for (const t of [x, y]) t.dispose();
      }
      state = { ...state, step: step + 1, sum: state.sum + value, count: state.count + 1 };
      if (state.step % every === 0 || state.step === steps) {
        const validationLoss = validate && trainer.withAverage(validate);
        const report: Report = {
          step: state.step,
          steps,
          loss: state.sum / state.count,
          ...(validationLoss === undefined ? {} : { validationLoss }),
        };
        state = { ...state, reports: [...state.reports, report], sum: 0, count: 0 };
        save();
        await onReport?.(report);
      }
      if (performance.now() - rested > patience) {
        await new Promise((resolve) => setImmediate(resolve));
        rested = performance.now();
      }
    }
    if (state.step < steps) save();
    if (!best.restore()) trainer.finish();
    return { reports: state.reports, steps: state.step, aborted: state.step < steps, eager: trainer.eager };
  } finally {
    best.dispose();
    evaluator.dispose();
    trainer.dispose();
  }
}

/** Reads batches from `from` on. */
async function batches(
  data: TrainingData,
  seed: number,
  batchSize: number,
  from: number,
): Promise<(step: number) => Batch | undefined | Promise<Batch | undefined>> {
  if (isSampleSet(data)) return batchOf(data, seed, batchSize);
  const source = Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
  for (let i = 0; i < from; i++) await source.next();
  return async () => {
    const { done, value } = await source.next();
    return done ? undefined : value;
  };
}
