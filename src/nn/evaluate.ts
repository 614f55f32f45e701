// The mean loss over samples in evaluation mode.
import { rng } from "../core/index.js";
import { engine, type Traced } from "../tensor/index.js";
import { type SampleSet, stack, tensorOf } from "./batches.js";
import { Graphs } from "./graphs.js";
import type { Loss } from "./losses.js";
import type { Model } from "./types.js";

/** Takes the mean loss of one model again and again while its weights change; each shape of batches is one graph where it can be. */
export class Evaluator {
  private readonly graphs: Graphs;

  /** @param capture As in `FitOptions`. */
  constructor(
    private readonly model: Model,
    private readonly loss: Loss,
    capture = true,
  ) {
    this.graphs = new Graphs(capture ? undefined : "capture: false asks for it", [
      ...model.parameters.values(),
      ...model.buffers.values(),
    ]);
  }

  /** See `evaluate`. */
  mean(data: SampleSet, batchSize: number, seed: number): number {
    const { tf } = engine();
    const root = rng(seed).fork("validation");
    const f: Traced = ([x, y]) => [this.loss(this.model.apply(x!, { training: false }), y!, x!)];
    let sum = 0;
    for (let i = 0; i < data.length; i += batchSize) {
      const n = Math.min(batchSize, data.length - i);
      const samples = Array.from({ length: n }, (_, j) => data.sample(i + j, root.fork(`${i + j}`)));
      tf.tidy(() => {
        const inputs = [tensorOf(stack(samples.map((s) => s.x))), tensorOf(stack(samples.map((s) => s.y)))];
        const add = ([loss]: ReturnType<Traced>) => {
          sum += n * loss!.dataSync()[0]!;
        };
        if (!this.graphs.run(f, inputs, add)) add(f(inputs));
      });
    }
    return sum / Math.max(data.length, 1);
  }

  /** Frees the graphs. */
  dispose(): void {
    this.graphs.dispose();
  }
}

/** Mean loss over samples in evaluation mode, without a gradient.
 *
 *  @param model Stays as it is.
 *  @param data Each sample is drawn with the stream of its number, so always the same.
 *  @param loss As in training.
 *  @param batchSize Samples at a time, default 16.
 *  @param seed Default 0.
 *  @returns The mean over samples. */
export function evaluate(model: Model, data: SampleSet, loss: Loss, batchSize = 16, seed = 0): number {
  return new Evaluator(model, loss, false).mean(data, batchSize, seed);
}
