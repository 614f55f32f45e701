// Earthquake or noise: a table of features of 4 s windows, for the small dense network of notebook 03 and the class imbalance of notebook 04.
import { type Rng, rng } from "../../core/index.js";
import type { SampleSet } from "../../nn/index.js";
import { windowFeatures } from "../../signal/index.js";
import { type PickingRecord, pickingRecords } from "./picking.js";

/** Names of the columns. */
export const featureNames = ["staLta", "kurtosis", "crest", "centroid", "bandwidth"] as const;

/** A table of windows: as many of earthquakes as of noise. */
export interface FeatureTable {
  /** [row, feature], flat, each column with mean 0 and deviation 1 over the training table. */
  readonly x: Float32Array;
  /** 1 earthquake, 0 noise. */
  readonly y: Int32Array;
  readonly length: number;
}

const length = 400; // samples, 4 s

/** A window of channel Z: an earthquake's begins 3 s before P to 4 s after S, noise's anywhere before P. */
function draw(record: PickingRecord, isQuake: boolean, rng: Rng): Float32Array {
  const { data } = record.example.waveform;
  const [p, s] = record.example.arrivals.map(({ sample }) => sample) as [number, number];
  const from = isQuake ? rng.integer(p - 300, s + 400) : rng.integer(0, 2900 - length);
  return Float32Array.from({ length }, (_, i) => data[3 * (from + i) + 2]!);
}

/** Raw features of windows, alternating earthquake and noise, records drawn uniformly. */
function rows(
  records: readonly PickingRecord[],
  count: number,
  root: Rng,
): { x: Float64Array; y: Int32Array } {
  const quiet = records.filter(({ noise }) => noise !== undefined);
  const x = new Float64Array(count * featureNames.length);
  const y = Int32Array.from({ length: count }, (_, i) => (i + 1) % 2);
  for (let i = 0; i < count; i++) {
    const rng = root.fork(`${i}`);
    const from = y[i] === 1 ? records : quiet;
    const features = windowFeatures(draw(from[rng.integer(0, from.length)]!, y[i] === 1, rng), 0.01);
    featureNames.forEach((name, k) => {
      x[i * featureNames.length + k] = features[name];
    });
  }
  return { x, y };
}

export interface FeatureTables {
  readonly train: FeatureTable;
  readonly test: FeatureTable;
}

const known = new Map<string, FeatureTables>();

/** Tables of 3,750 windows to learn from and 1,250 to test on, the sizes of the thesis.
 *  @param split "stations" (default): the test's windows come from stations and events that were never seen. "windows": from the same records as the training's, as
 *    a table of rows shuffled and cut would have it.
 *  @throws Error with the cure where the data are missing. */
export function featureTables(split: "stations" | "windows" = "stations"): FeatureTables {
  const there = known.get(split);
  if (there) return there;
  const records = pickingRecords();
  const root = rng(9);
  const isTest = (record: PickingRecord) => record.split === "test";
  const train = rows(
    split === "windows" ? records : records.filter((r) => !isTest(r)),
    3750,
    root.fork("train"),
  );
  const test = rows(split === "windows" ? records : records.filter(isTest), 1250, root.fork("test"));
  const columns = featureNames.map((_, k) => {
    const values = train.x.filter((_, i) => i % featureNames.length === k);
    const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length;
    return { mean, deviation: Math.sqrt(variance) };
  });
  const scaled = ({ x, y }: { x: Float64Array; y: Int32Array }): FeatureTable => ({
    x: Float32Array.from(x, (v, i) => {
      const { mean, deviation } = columns[i % columns.length]!;
      return (v - mean) / deviation;
    }),
    y,
    length: y.length,
  });
  const made = { train: scaled(train), test: scaled(test) };
  known.set(split, made);
  return made;
}

/** Rows [from, to) as samples for `nn.fit` with `nn.crossEntropyHard`: x [5], y [].
 *  @param table As `featureTables` gives it. */
export function featureSamples({ x, y }: FeatureTable, from = 0, to = y.length): SampleSet {
  const n = featureNames.length;
  return {
    length: to - from,
    sample: (i) => ({
      x: { data: x.slice((from + i) * n, (from + i + 1) * n), shape: [n] },
      y: { data: Float32Array.of(y[from + i]!), shape: [] },
    }),
  };
}
