// Rows of the table of PROTOCOLS 3a: what propagates the 50 test samples, and how well.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  loadOperator,
  type Operator,
  operator,
  ownWeights,
  type Propagator,
  rayPropagator,
  type WaveCase,
  type WaveInputKind,
  waveScale,
} from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { relativeErrors } from "../../metrics/index.js";
import { adamW, cosine, fit } from "../../nn/index.js";
import { waveNet } from "../train/fno.js";
import { waveLoss, waveSamples } from "./wave-samples.js";
import { halfTable, type WaveStore, waveStore } from "./wave-store.js";
import { side } from "./waves.js";

/** The 450 samples of the protocol; the last 50 are the test. */
export const protocolWaves = (): WaveStore => waveStore("protocol", [{ count: 450 }]);

/** Number of training samples of the protocol. */
export const trainCount = 400;

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

/** How an operator learns from the protocol's samples. */
export interface WaveTraining {
  readonly kind: WaveInputKind;
  /** Whether samples are turned and mirrored. */
  readonly symmetries: boolean;
  /** Training samples, the first of the 400. */
  readonly count?: number;
  /** Half the channels, 8 modes of each sign: learns in a tenth of the time. */
  readonly isSmall?: boolean;
}

/** Where a training of minutes keeps its state, so that a run that is stopped loses nothing. */
const checkpointOf = (name: string): string =>
  join(fileURLToPath(new URL("../../..", import.meta.url)), ".cache", "experiments", `${name}.checkpoint`);

/** An operator trained on the protocol's samples: batches of 10, AdamW with 5 % warm-up to 5e-3 and half a cosine. Stopped and called again, it goes on from
 *  its checkpoint in .cache/experiments, to the same bits. */
export async function trainWaves(
  { kind, symmetries, count = trainCount, isSmall = false }: WaveTraining,
  seed: number,
  steps: number,
): Promise<Operator> {
  const model = waveNet(kind, seed, isSmall ? { hidden: 16, modes: [16, 16] } : undefined);
  const checkpoint = checkpointOf(
    `fno-${kind}-${symmetries}-${count}-${seed}-${steps}${isSmall ? "-small" : ""}`,
  );
  mkdirSync(dirname(checkpoint), { recursive: true });
  await fit(model, waveSamples(protocolWaves(), kind, { symmetries, count }), {
    loss: waveLoss,
    optimizer: adamW({ learningRate: cosine(5e-3, 0, 0.05), weightDecay: 1e-4 }),
    batchSize: 10,
    steps,
    seed,
    every: Math.min(steps, 60),
    checkpoint,
  });
  for (const file of [checkpoint, `${checkpoint}.previous`]) rmSync(file, { force: true });
  return operator(kind, model);
}

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
