// Velocities from snapshots at all cells: through operators by automatic differentiation, through straight rays, by the solver's adjoint.
import {
  loadOperator,
  solveGradient,
  solveSnapshots,
  type WaveCase,
  waveInputs,
  waveInputsAdjoint,
  waveScale,
} from "../../apply/index.js";
import { snapshotCount } from "../../apply/ray-field.js";
import { type Grid, rng } from "../../core/index.js";
import { adamState, adamStep } from "../../inverse/adam.js";
import { table } from "../../show/index.js";
import { present, valuesOf } from "../groups.js";
import type { Entry, Result, Task } from "../types.js";
import { hasOperator } from "./wave-rows.js";
import { trainWaves } from "./wave-training.js";
import { side, waveCases } from "./waves.js";

/** Half the sum of squares between a propagator's snapshots and the observed ones, and its gradient in the velocities. */
export type WaveGradient = (
  wave: WaveCase,
  observed: Grid,
) => { readonly misfit: number; readonly gradient: Grid };

/** The gradient through straight rays: their field is an input of the operators, so its adjoint is known. */
export const rayGradient: WaveGradient = (wave, observed) => {
  const { data, shape } = waveInputs(wave, "field");
  const channels = shape[2]!;
  const cells = wave.model.data.length;
  const pull = new Float32Array(data.length);
  let misfit = 0;
  for (let i = 0; i < cells; i++)
    for (let k = 0; k < snapshotCount; k++) {
      const at = i * channels + channels - snapshotCount + k;
      const residual = data[at]! * waveScale - observed.data[k * cells + i]!;
      misfit += 0.5 * residual * residual;
      pull[at] = residual * waveScale;
    }
  return { misfit, gradient: waveInputsAdjoint(wave, "field", { data: pull, shape }) };
};

/** A model that an inversion looks for, with what is observed of it: snapshots of 20 sources at all cells, by the solver, without noise. */
export interface WaveTarget {
  /** m/s, [64, 64]. */
  readonly model: Grid;
  readonly sources: readonly WaveCase["source"][];
  /** A source, [16, 64, 64] each. */
  readonly observed: readonly Grid[];
}

/** Targets: "random" is a medium as the operators know it; "sharp" a checkerboard of 1.28 km squares, 5 % faster and slower than 3 km/s.
 *  @param seed Of medium and sources; 4000 + seed is nobody's training data. */
export function waveTarget(kind: "random" | "sharp", seed = 0): WaveTarget {
  const cases = waveCases(20, { seed: 4000 + seed });
  const board = Float32Array.from({ length: side * side }, (_, i) =>
    ((i >> 9) + ((i & 63) >> 3)) % 2 === 0 ? 3150 : 2850,
  );
  const model = kind === "random" ? cases[0]!.model : { data: board, shape: [side, side] };
  const sources = cases.map(({ source }) => source);
  return { model, sources, observed: sources.map((source) => solveSnapshots({ model, source })) };
}

/** |model - truth| / |truth|. */
export function modelError(model: Grid, truth: Grid): number {
  let [error, norm] = [0, 0];
  truth.data.forEach((v, i) => {
    error += (model.data[i]! - v) ** 2;
    norm += v * v;
  });
  return Math.sqrt(error / norm);
}

/** Inverts a target from a uniform 3 km/s by Adam: each step takes four of the sources, in turn; 20 m/s falling to 2 along half a cosine.
 *
 *  @param steps Steps; each costs four gradients.
 *  @param onStep After each: model (changed on) and the error.
 *  @returns The model, m/s, and its errors, the start's first. */
export async function invertWaves(
  target: WaveTarget,
  gradientOf: WaveGradient,
  steps: number,
  onStep?: (step: number, error: number) => unknown,
): Promise<{ readonly model: Grid; readonly errors: readonly number[] }> {
  const { model: truth, sources, observed } = target;
  const x = new Float64Array(truth.data.length).fill(3);
  const state = adamState(x.length);
  const model = (): Grid => ({ data: Float32Array.from(x, (v) => 1000 * v), shape: truth.shape });
  const scale = observed.reduce((sum, { data }) => sum + data.reduce((s, u) => s + u * u, 0), 0);
  const errors = [modelError(model(), truth)];
  const order = rng(0).permutation(sources.length);
  for (let step = 0; step < steps; step++) {
    const now = model();
    const sum = new Float64Array(x.length);
    for (let k = 0; k < 4; k++) {
      const i = order[(4 * step + k) % order.length]!;
      const { gradient } = gradientOf({ model: now, source: sources[i]! }, observed[i]!);
      gradient.data.forEach((g, j) => {
        sum[j]! += (1e3 * 5 * g) / scale;
      });
    }
    const rate = 0.002 + 0.009 * (1 + Math.cos((Math.PI * step) / steps));
    adamStep(x, sum, state, rate, 0.999);
    errors.push(modelError(model(), truth));
    await onStep?.(step + 1, errors.at(-1)!);
    await new Promise((done) => setImmediate(done));
  }
  return { model: model(), errors };
}

const plain = "plain FNO, flips and transposes, 840 steps";
const rows = ["solver, adjoint", "own operator (data/weights/fno)", plain, "straight rays"];
const steps = 40;
const kept = [0, 5, 10, 20, 30, 40];

async function gradientOf(row: string): Promise<{ readonly of: WaveGradient; dispose(): void }> {
  if (row === rows[0]) return { of: solveGradient, dispose() {} };
  if (row === rows[3]) return { of: rayGradient, dispose() {} };
  const { gradient, dispose } =
    row === plain ? await trainWaves({ kind: "plain", symmetries: true }, 0, 840) : await loadOperator();
  return { of: gradient, dispose };
}

export function tasks(): Task[] {
  if (!hasOperator()) return [];
  return rows.map((row) => ({ part: "inversions", row, seed: 0, steps, isTrained: row === plain }));
}

export async function run({ row, seed, steps }: Task): Promise<Result> {
  const { of, dispose } = await gradientOf(row);
  const result: Record<string, number> = {};
  try {
    for (const kind of ["random", "sharp"] as const) {
      const { errors } = await invertWaves(waveTarget(kind, seed), of, steps as number);
      for (const step of kept)
        if (errors[step] !== undefined) result[`${kind}${step}`] = Number(errors[step].toFixed(5));
    }
  } finally {
    dispose();
  }
  return result;
}

export function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === "inversions");
  if (entries.length === 0) return [];
  return (["random", "sharp"] as const).map((kind) =>
    table(
      ["gradient by", ...kept.map((step) => (step === 0 ? "start" : `${step} steps`))],
      present(entries, rows).map((row) => [
        row,
        ...kept.map((step) => valuesOf(entries, `${kind}${step}`, { row })[0]?.toFixed(4) ?? "–"),
      ]),
      {
        caption: `Inversion of the ${kind} model, relative L2 of the velocities; four gradients a step`,
      },
    ),
  );
}
