// Batches out of data sets: the same batch for the same seed and step, whatever ran before.
import { type Grid, type Rng, rng } from "../core/index.js";
import { from, type Tensor } from "../tensor/index.js";

/** One sample: input and target, each without the batch's axis. */
export interface Sample {
  readonly x: Grid;
  readonly y: Grid;
}

/** Samples by number; `rng` is the sample's own stream, for augmentation. */
export interface SampleSet {
  readonly length: number;
  sample(i: number, rng: Rng): Sample;
}

/** A batch: input and target with the batch's axis first. */
export interface Batch {
  readonly x: Grid | Tensor;
  readonly y: Grid | Tensor;
}

/** What `fit` trains on. An iterable is read in its own order; on a resume its first batches are skipped. */
export type TrainingData = SampleSet | AsyncIterable<Batch> | Iterable<Batch>;

/** Puts samples of one shape behind each other.
 *  @param grids At least one.
 *  @returns Shape [count, ...shape]. */
export function stack(grids: readonly Grid[]): Grid {
  const { shape, data } = grids[0]!;
  const out = new Float32Array(grids.length * data.length);
  grids.forEach((grid, i) => {
    if (grid.shape.length !== shape.length || grid.shape.some((n, k) => n !== shape[k]))
      throw new RangeError(`fit: samples of a batch must have one shape [${shape}], got [${grid.shape}]`);
    out.set(grid.data, i * data.length);
  });
  return { data: out, shape: [grids.length, ...shape] };
}

/** The samples of one step: each epoch is a new permutation, each sample has its own stream.
 *  @param step From 0.
 *  @returns x and y, [batchSize, ...]. */
export function batchOf(
  data: SampleSet,
  seed: number,
  batchSize: number,
): (step: number) => { x: Grid; y: Grid } {
  const root = rng(seed).fork("fit");
  let epoch = -1;
  let order = new Int32Array(0);
  return (step) => {
    const samples = Array.from({ length: batchSize }, (_, j) => {
      const k = step * batchSize + j;
      const e = Math.floor(k / data.length);
      if (e !== epoch) {
        epoch = e;
        order = root.fork(`epoch ${e}`).permutation(data.length);
      }
      return data.sample(order[k % data.length]!, root.fork(`sample ${k}`));
    });
    return { x: stack(samples.map(({ x }) => x)), y: stack(samples.map(({ y }) => y)) };
  };
}

/** A grid as a new tensor, a tensor as it is. */
export const tensorOf = (x: Grid | Tensor): Tensor => ("dataId" in x ? x : from(x));

/** True for samples by number. */
export const isSampleSet = (data: TrainingData): data is SampleSet => "sample" in data;
