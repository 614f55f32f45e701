// Darcy flow, PROTOCOLS 3b: an operator trained on 16 x 16 points, on 32 x 32 with the same weights, beside plain upsampling of its own output.
import type { Grid } from "../../core/index.js";
import { relativeErrors } from "../../metrics/index.js";
import { table } from "../../show/index.js";
import { ready } from "../../tensor/index.js";
import { intervalText, present, summarise } from "../groups.js";
import { darcySet, trainDarcy } from "../parts/darcy.js";
import { upsampled } from "../parts/upsample.js";
import type { Entry, Experiment, Result } from "../types.js";

/** Trained rows: optimiser steps of 64 of 1,000 samples, whether transposed ones are shown as well. */
const trained: Readonly<Record<string, { readonly steps: number; readonly transposes: boolean }>> = {
  "FNO, 5 epochs": { steps: 78, transposes: false },
  "FNO, 22 epochs (PROTOCOLS 3b)": { steps: 344, transposes: false },
  "FNO, 44 epochs, transposes": { steps: 688, transposes: true },
};
const labels = "no network: the true 16 x 16";
const rows = [...Object.keys(trained), labels];

/** Mean relative L2 over samples, to four digits. */
function error(out: Grid, true_: Grid): number {
  const [count, n, m] = true_.shape as [number, number, number];
  const one = ({ data }: Grid, i: number): Grid => ({
    data: data.subarray(i * n * m, (i + 1) * n * m),
    shape: [1, n, m],
  });
  let sum = 0;
  for (let i = 0; i < count; i++) sum += relativeErrors(one(out, i), one(true_, i)).whole;
  return Number((sum / count).toFixed(4));
}

/** PROTOCOLS 3b. */
export const experiment: Experiment = {
  name: "darcy",
  about: "Darcy flow at 16 x 16, at 32 x 32 with the same weights, beside upsampling: a table of notebook 05",
  seeds: 3,
  tasks({ profile, seeds }) {
    darcySet("test_16");
    const tasks = Object.entries(trained).flatMap(([row, how]) =>
      profile === "ci"
        ? [{ row, seed: 0, ...how, steps: 40 }]
        : Array.from({ length: seeds }, (_, seed) => ({ row, seed, ...how })),
    );
    return [...tasks, { row: labels, seed: 0 }];
  },
  prepare: ready,
  async run({ row, seed, steps, transposes }): Promise<Result> {
    const [coarse, fine] = [darcySet("test_16"), darcySet("test_32")];
    const beside = (own: Grid) => ({
      linear: error(upsampled(own, "linear"), fine.y),
      cubic: error(upsampled(own, "cubic"), fine.y),
    });
    if (row === labels) return beside(coarse.y);
    const operator = await trainDarcy(seed, steps as number, transposes as boolean);
    try {
      const own = operator.run(coarse.x);
      return { test16: error(own, coarse.y), test32: error(operator.run(fine.x), fine.y), ...beside(own) };
    } finally {
      operator.dispose();
    }
  },
  tables(entries: readonly Entry[]) {
    const cell = (field: string, row: string) => intervalText(summarise(entries, field, { row }), 4);
    const lines = present(entries, rows).map((row) => {
      const n = summarise(entries, "linear", { row })?.n ?? 0;
      return [
        row.replace(" (PROTOCOLS 3b)", ""),
        ...["test16", "test32", "linear", "cubic"].map((field) => cell(field, row)),
        String(n),
      ];
    });
    return [
      table(
        [
          "method",
          "16 x 16",
          "32 x 32, same weights",
          "16 x 16 doubled, linear",
          "16 x 16 doubled, cubic",
          "seeds",
        ],
        lines,
        {
          caption:
            "Darcy flow, relative L2 on 50 test samples, mean [95 %]; doubled: its own 16 x 16 output on the fine grid",
        },
      ),
    ];
  },
};
