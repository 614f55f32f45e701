// Gradients of a misfit in the velocities: through the committed operator beside the solver's adjoint.
import { loadOperator, solveGradient, solveSnapshots, type WaveCase } from "../../apply/index.js";
import type { Grid } from "../../core/index.js";
import { table } from "../../show/index.js";
import { valuesOf } from "../groups.js";
import type { Entry, Result, Task } from "../types.js";
import { hasOperator } from "./wave-rows.js";
import { waveCases } from "./waves.js";

const row = "gradient through the own operator";

/** Number of media. */
const count = 5;

/** Cells around the source that a mask leaves out: there the gradient is the largest, and inversions mute it. */
const near = 2;

/** The start of an inversion: a uniform model of 3 km/s, and the snapshots of the same source in a medium.
 *  @returns The uniform case, and the snapshots, [16, 64, 64]. */
export function gradientCase(seed: number): { readonly wave: WaveCase; readonly observed: Grid } {
  const [{ model, source }] = waveCases(1, { seed: 3000 + seed }) as [WaveCase];
  const uniform = { data: new Float32Array(model.data.length).fill(3000), shape: model.shape };
  return { wave: { model: uniform, source }, observed: solveSnapshots({ model, source }) };
}

/** A field with zeros within two cells of the source. @returns New, [N, N]. */
export function withoutSource({ data, shape }: Grid, [iz, ix]: WaveCase["source"]): Grid {
  const n = shape[1]!;
  const isNear = (i: number) => Math.hypot(Math.floor(i / n) - iz, (i % n) - ix) < near;
  return { data: data.map((v, i) => (isNear(i) ? 0 : v)), shape };
}

/** (a, b) / |a| |b|. */
export function cosineOf(a: Grid, b: Grid): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.data.forEach((x, i) => {
    const y = b.data[i]!;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  });
  return ab / Math.sqrt(aa * bb);
}

export function tasks(): Task[] {
  if (!hasOperator()) return [];
  return Array.from({ length: count }, (_, seed) => ({ part: "gradients", row, seed }));
}

export async function run({ seed }: Task): Promise<Result> {
  const { wave, observed } = gradientCase(seed);
  const want = solveGradient(wave, observed).gradient;
  const result: Record<string, number> = {};
  for (const symmetries of [false, true]) {
    const own = await loadOperator("own", { symmetries });
    try {
      const { gradient } = own.gradient(wave, observed);
      const name = symmetries ? "mean" : "once";
      const away = cosineOf(withoutSource(gradient, wave.source), withoutSource(want, wave.source));
      result[name] = Number(cosineOf(gradient, want).toFixed(4));
      result[`${name}Away`] = Number(away.toFixed(4));
    } finally {
      own.dispose();
    }
  }
  return result;
}

export function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === "gradients");
  if (entries.length === 0) return [];
  const list = (name: string) =>
    valuesOf(entries, name)
      .map((value) => value.toFixed(4))
      .join(" ");
  return [
    table(
      ["operator", "cosine with the solver's gradient, a medium"],
      [
        ["one run", list("once")],
        ["mean over eight symmetries", list("mean")],
      ],
      {
        caption: "Gradient in the velocities of half the squared difference from another medium's snapshots",
      },
    ),
  ];
}
