// Augmentations one by one, as Zhu, Mousavi and Beroza (2020) judge them: PhaseNet on 78 records, five folds, test windows on which each effect must show.
import { ready } from "../../tensor/index.js";
import { ablationRecords } from "../parts/ablation-records.js";
import { ablationRows } from "../parts/ablation-rows.js";
import { type AblationRun, ablationResult } from "../parts/ablation-run.js";
import { ablationTables } from "../parts/ablation-tables.js";
import * as imbalance from "../parts/imbalance.js";
import type { Experiment, Size, Task } from "../types.js";

const ciRows = ["none (P at 10 s)", "shift"];

/** Rows by seeds, and the imbalanced tables of `parts/imbalance`. */
export const experiment: Experiment = {
  name: "augment",
  about:
    "augmentations of records one by one: PhaseNet in five folds, windows on which each effect must show",
  seeds: 5,
  tasks({ profile, seeds }: Size): Task[] {
    ablationRecords(); // says at once where data are missing
    const steps = { ci: 40, tutorial: 400, paper: 2500 }[profile];
    const rows = Object.keys(ablationRows).filter((row) =>
      profile === "ci" ? ciRows.includes(row) : profile === "paper" || !ablationRows[row]!.isPaper,
    );
    // seed after seed, so that a run that is cut short has all rows
    const runs = Array.from({ length: profile === "ci" ? Math.min(seeds, 2) : seeds }, (_, seed) =>
      rows.map((row) => ({ row, seed, fold: 1 + (seed % 5), steps })),
    ).flat();
    return [...imbalance.tasks({ profile, seeds }), ...runs];
  },
  prepare: async () => {
    await ready();
    ablationRecords();
  },
  run: (task) =>
    task.part === "imbalance"
      ? imbalance.run(task)
      : ablationResult(ablationRecords(), task as unknown as AblationRun),
  tables: (entries) => [...ablationTables(entries), ...imbalance.tables(entries)],
};
