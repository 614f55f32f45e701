// Media that judge the committed operator: rougher, smoother, stronger, other kinds, sources near an edge, finer grids.
import { loadOperator, rayPropagator, type WaveCase } from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { table } from "../../show/index.js";
import { present, valuesOf } from "../groups.js";
import type { Entry, Result, Task } from "../types.js";
import { upsampled } from "./upsample.js";
import { hasOperator, waveScore } from "./wave-rows.js";
import { solvedWaves, type WaveSet, waveCases } from "./waves.js";

/** Samples a set. */
const count = 25;

const sets: Readonly<Record<string, WaveSet>> = {
  "as trained on (a 1.6 km, 5 %)": {},
  "a .8 km": { correlation: 800 },
  "a 3.2 km": { correlation: 3200 },
  "2.5 %": { deviation: 75 },
  "10 %": { deviation: 300 },
  "Gaussian correlation": { kind: "gaussian" },
  "source 4 cells from an edge": { margin: 4 },
  "96 x 96": { cells: 96 },
  "128 x 128": { cells: 128 },
};
const disc = "disc of 2 km, 5 % faster, in 3 km/s";
const names = [...Object.keys(sets), disc];

/** The cases of a set; seeds 2000 and on are nobody's training data. */
function casesOf(name: string, seed: number): WaveCase[] {
  const cases = waveCases(count, { ...sets[name], seed: 2000 + seed });
  if (name === "source 4 cells from an edge")
    return cases.map(({ model, source: [iz, ix] }, i) => {
      const near = i % 2 === 0 ? 4 : 59;
      return { model, source: i % 4 < 2 ? [near, ix] : [iz, near] };
    });
  if (name !== disc) return cases;
  return cases.map(({ source }, i) => {
    const centre = [16 + ((7 * i) % 32), 16 + ((11 * i) % 32)] as const;
    const data = Float32Array.from({ length: 4096 }, (_, k) =>
      Math.hypot((k >> 6) - centre[0], (k & 63) - centre[1]) < 6.25 ? 3150 : 3000,
    );
    return { model: { data, shape: [64, 64] }, source };
  });
}

/** Every second cell both ways: the same model and source on half the grid. */
function halved({ model, source: [iz, ix] }: WaveCase): WaveCase {
  const n = model.shape[0]!;
  const m = n / 2;
  const data = Float32Array.from(
    { length: m * m },
    (_, i) => model.data[2 * Math.floor(i / m) * n + 2 * (i % m)]!,
  );
  return { model: { data, shape: [m, m] }, source: [iz / 2, ix / 2] };
}

export function tasks(): Task[] {
  if (!hasOperator()) return [];
  return names.map((row) => ({ part: "media", row, seed: 0 }));
}

export async function run({ row, seed }: Task): Promise<Result> {
  const name = row;
  let cases = casesOf(name, seed);
  const isDoubled = name === "128 x 128";
  // sources on even cells, so that the coarse grid has them too
  if (isDoubled) cases = cases.map(({ model, source: [iz, ix] }) => ({ model, source: [iz & ~1, ix & ~1] }));
  const truth: Grid[] = [...solvedWaves(cases)];
  const [single, own] = [await loadOperator(), await loadOperator("own", { symmetries: true })];
  try {
    const score = waveScore(own.run(cases), truth);
    const once = waveScore(single.run(cases), truth).error;
    const rays = waveScore(rayPropagator.run(cases), truth).error;
    if (!isDoubled) return { own: score.error, once, rays };
    const coarse = waveScore(
      own.run(cases.map(halved)).map((wave) => upsampled(wave)),
      truth,
    );
    return { own: score.error, once, rays, doubled: coarse.error };
  } finally {
    single.dispose();
    own.dispose();
  }
}

export function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === "media");
  if (entries.length === 0) return [];
  const cell = (field: string, row: string) => valuesOf(entries, field, { row })[0]?.toFixed(4) ?? "–";
  const lines = present(entries, names).map((row) => [
    row,
    cell("rays", row),
    cell("once", row),
    cell("own", row),
    cell("doubled", row),
  ]);
  return [
    table(
      [
        "media",
        "straight rays",
        "own operator, one run",
        "mean over eight symmetries",
        "its 64 x 64 output doubled",
      ],
      lines,
      {
        caption: `Media the committed operator did not see, relative L2, mean of ${count} samples`,
      },
    ),
  ];
}
