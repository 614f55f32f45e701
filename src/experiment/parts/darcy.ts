// Darcy flow of PROTOCOLS 3b: neuraloperator's files, and an operator trained on 16 x 16 points.
import { readFileSync } from "node:fs";
import type { Grid } from "../../core/index.js";
import { find } from "../../data/index.js";
import { readPytorch } from "../../formats/index.js";
import { adamW, cosine, fit, fno2d, type Loss, type Model, predict, relativeL2 } from "../../nn/index.js";
import { engine, from, toGrid } from "../../tensor/index.js";

/** Permeabilities and pressures, [sample, n, n]. */
export interface DarcySet {
  readonly x: Grid;
  readonly y: Grid;
}

/** A file of the data.
 *  @param name "train_16", "test_16" or "test_32".
 *  @throws Error where the data are missing, with the cure. */
export function darcySet(name: "train_16" | "test_16" | "test_32"): DarcySet {
  const { tensors } = readPytorch(readFileSync(find(`operator/darcy_${name}.pt`)));
  const of = (key: string): Grid => {
    const { data, shape } = tensors.get(key)!;
    return { data: Float32Array.from(data as ArrayLike<number>), shape };
  };
  return { x: of("x"), y: of("y") };
}

/** Mean and (unbiased) standard deviation. */
function statistics({ data }: Grid): { readonly mean: number; readonly deviation: number } {
  const mean = data.reduce((sum, v) => sum + v, 0) / data.length;
  const variance = data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (data.length - 1);
  return { mean, deviation: Math.sqrt(variance) };
}

/** An operator between permeability and pressure. */
export interface DarcyOperator {
  /** Pressures, [sample, n, n], for permeabilities of any n >= 16. */
  run(x: Grid): Grid;
  dispose(): void;
}

/** A field [n, n] with rows and columns changed. */
const transposed = (field: Float32Array, n: number): Float32Array =>
  field.map((_, i) => field[(i % n) * n + Math.floor(i / n)]!);

/** Trains the operator of the protocol on 16 x 16 points: 4 layers, 8 modes of each sign, 32 channels; AdamW 5e-3, 64 samples a step, half a cosine.
 *
 *  @param seed Of the weights and the order. @param steps Default 344, 22 epochs.
 *  @param transposes Whether every second draw changes rows and columns: the equation does not tell them apart. Mirrors do not keep
 *  the points in place, for the first row lies on the boundary and the last one does not. Default false. */
export async function trainDarcy(seed: number, steps = 344, transposes = false): Promise<DarcyOperator> {
  const train = darcySet("train_16");
  const [input, output] = [statistics(train.x), statistics(train.y)];
  const model: Model = fno2d({ hidden: 32, modes: [16, 16], projection: 2, seed });
  const scaled = ({ data, shape }: Grid): Grid => ({
    data: data.map((v) => (v - input.mean) / input.deviation),
    shape: [...shape, 1],
  });
  const size = 256;
  const loss: Loss = (out, target, x) => {
    const { tf } = engine();
    return relativeL2(tf.add(tf.mul(out, output.deviation), output.mean), target, x);
  };
  const x = scaled(train.x).data;
  await fit(
    model,
    {
      length: train.x.shape[0]!,
      sample(i, rng) {
        const isTurned = transposes && rng.integer(0, 2) === 1;
        const of = (all: Float32Array): Grid => {
          const field = all.subarray(i * size, (i + 1) * size);
          return { data: isTurned ? transposed(field, 16) : field, shape: [16, 16, 1] };
        };
        return { x: of(x), y: of(train.y.data as Float32Array) };
      },
    },
    {
      loss,
      optimizer: adamW({ learningRate: cosine(5e-3), weightDecay: 1e-4 }),
      batchSize: 64,
      steps,
      seed,
      every: steps,
    },
  );
  return {
    run(fields) {
      const { tf } = engine();
      const t = tf.tidy(() => predict(model, from(scaled(fields))));
      try {
        return {
          data: toGrid(t).data.map((v) => v * output.deviation + output.mean),
          shape: fields.shape,
        };
      } finally {
        t.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}
