// Rows of the table of PROTOCOLS 3a: what propagates the 50 test samples, and how well.
import { existsSync } from "node:fs";
import {
  loadOperator,
  ownWeights,
  type Propagator,
  rayPropagator,
  type WaveCase,
  waveScale,
} from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { relativeErrors } from "../../metrics/index.js";
import { trainStepper } from "./wave-steps.js";
import { halfTable, type WaveStore } from "./wave-store.js";
import { trainWaves, type WaveTraining } from "./wave-training.js";
import { side } from "./waves.js";

/** A stored sample as a case and its snapshots, [16, 64, 64]. */
export function solvedCase(
  store: WaveStore,
  i: number,
): { readonly wave: WaveCase; readonly snapshots: Grid } {
  const { source, model, wave } = store.read(i);
  const halves = halfTable();
  const cells = side * side;
  const data = new Float32Array(16 * cells);
  for (let k = 0; k < 16; k++)
    for (let c = 0; c < cells; c++) data[k * cells + c] = halves[wave[c * 16 + k]!]! * waveScale;
  return {
    wave: { model: { data: model, shape: [side, side] }, source },
    snapshots: { data, shape: [16, side, side] },
  };
}

/** Errors over samples: mean relative L2, and of the snapshots near .8, 1.6, 2.4 and 3.2 s. */
export interface WaveScore {
  readonly error: number;
  readonly snapshots: readonly number[];
}

/** Scores answers against the solver's.
 *  @param out In the order of the truth. @param truth Snapshots, each [16, N, N]. */
export function waveScore(out: readonly Grid[], truth: readonly Grid[]): WaveScore {
  const errors = out.map((wave, i) => relativeErrors(wave, truth[i]!));
  const mean = (values: readonly number[]) =>
    Number((values.reduce((a, b) => a + b, 0) / values.length).toFixed(4));
  return {
    error: mean(errors.map(({ whole }) => whole)),
    snapshots: [3, 7, 11, 15].map((k) => mean(errors.map(({ snapshots }) => snapshots[k]!))),
  };
}

/** Scores a propagator on samples of a store, from one on. @param count How many, default all that follow. */
export function scoreOf(
  propagator: Propagator,
  store: WaveStore,
  from: number,
  count = store.length - from,
): WaveScore {
  const samples = Array.from({ length: count }, (_, i) => solvedCase(store, from + i));
  return waveScore(
    propagator.run(samples.map(({ wave }) => wave)),
    samples.map(({ snapshots }) => snapshots),
  );
}

/** Straight rays through 3 km/s. */
const uniform: Propagator = {
  name: "homogeneous",
  run: (waves) =>
    rayPropagator.run(
      waves.map(({ model, source }) => ({
        model: { data: new Float32Array(model.data.length).fill(3000), shape: model.shape },
        source,
      })),
    ),
  dispose() {},
};

/** Whether the committed operator is there. */
export const hasOperator = (): boolean => existsSync(ownWeights("fno"));

/** A row: what it is made of, whether seeds change it. */
export interface WaveRow {
  readonly isTrained?: boolean;
  readonly isOwn?: boolean;
  /** Whether it only shows what a part of another row gives. */
  readonly isAblation?: boolean;
  make(seed: number, steps: number): Promise<Propagator> | Propagator;
}

const trainedRow = (how: WaveTraining, isAblation = false): WaveRow => ({
  isTrained: true,
  isAblation,
  make: (seed, steps) => trainWaves(how, seed, steps),
});

/** The rows, by name, in the table's order. */
export const waveRows: Readonly<Record<string, WaveRow>> = {
  "homogeneous 3 km/s wavefield, no network": { make: () => uniform },
  "straight rays, no network": { make: () => rayPropagator },
  "plain FNO": trainedRow({ kind: "plain", symmetries: false }),
  "plain FNO, flips and transposes": trainedRow({ kind: "plain", symmetries: true }),
  "FNO from snapshot to snapshot, flips and transposes": {
    isTrained: true,
    isAblation: true,
    make: trainStepper,
  },
  "FNO on the ray field, flips and transposes": trainedRow({ kind: "field", symmetries: true }, true),
  "FNO on rays (field and born term)": trainedRow({ kind: "rays", symmetries: false }, true),
  "FNO on rays, flips and transposes": trainedRow({ kind: "rays", symmetries: true }),
  "FNO on rays, 6,000 own samples, 10,000 steps (data/weights/fno)": {
    isOwn: true,
    make: () => loadOperator(),
  },
  "the same, mean over the eight symmetries": {
    isOwn: true,
    make: () => loadOperator("own", { symmetries: true }),
  },
};
