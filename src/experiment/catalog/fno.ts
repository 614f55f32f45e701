// Waves through random media, PROTOCOLS 3a: rays, plain operators, operators on rays; and the committed operator on other media.
import { table } from "../../show/index.js";
import { ready } from "../../tensor/index.js";
import { intervalText, present, summarise } from "../groups.js";
import * as gradients from "../parts/wave-gradients.js";
import * as inversions from "../parts/wave-inversions.js";
import * as media from "../parts/wave-media.js";
import { hasOperator, scoreOf, waveRows } from "../parts/wave-rows.js";
import * as sizes from "../parts/wave-sizes.js";
import { protocolWaves, trainCount } from "../parts/wave-training.js";
import type { Entry, Experiment, Result, Size, Task } from "../types.js";

/** Optimiser steps of a trained row, 21 epochs of 400 samples. */
const steps = 840;
const times = ["t8", "t16", "t24", "t32"] as const;

function tasks({ profile, seeds }: Size): Task[] {
  return Object.entries(waveRows).flatMap(([row, { isTrained, isOwn }]) => {
    if (isOwn && !hasOperator()) return [];
    if (!isTrained) return [{ row, seed: 0 }];
    if (profile === "ci") return [{ row, seed: 0, steps: 20 }];
    return Array.from({ length: seeds }, (_, seed) => ({ row, seed, steps }));
  });
}

function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === undefined);
  const lines = present(entries, Object.keys(waveRows)).map((row) => [
    row,
    intervalText(summarise(entries, "error", { row }), 4),
    times.map((name) => intervalText(summarise(entries, name, { row }), 3).replace(/ .*/, "")).join(" / "),
    String(summarise(entries, "error", { row })?.n ?? 0),
  ]);
  return [
    table(
      ["400 samples, 840 steps of 10", "test rel. L2, mean [95 %]", ".8 / 1.6 / 2.4 / 3.2 s", "seeds"],
      lines,
      {
        caption: "Wave propagation: relative L2 on the 50 test samples",
      },
    ),
    ...media.tables(all),
    ...gradients.tables(all),
    ...inversions.tables(all),
    ...sizes.tables(all),
  ];
}

/** What takes seconds comes first, then one seed of the rows that matter most, so that a run that is cut short has them. */
function turn({ part, row, seed, isTrained }: Task): number {
  if (part === "sizes") return 1.2 + seed;
  if (part !== undefined) return isTrained ? 1.5 : 0;
  const known = waveRows[row]!;
  if (!known.isTrained) return 0;
  return 1 + seed + (known.isAblation ? 1.4 : 0);
}

/** All numbers of notebook 05 over waves. */
export const experiment: Experiment = {
  name: "fno",
  about:
    "waves through random media by straight rays, by operators, by operators on rays: the tables of notebook 05",
  seeds: 3,
  tasks: (size) =>
    [
      ...tasks(size),
      ...gradients.tasks(),
      ...media.tasks(),
      ...inversions.tasks(),
      ...sizes.tasks(size),
    ].sort((a, b) => turn(a) - turn(b)),
  prepare: ready,
  async run(task): Promise<Result> {
    if (task.part === "media") return media.run(task);
    if (task.part === "gradients") return gradients.run(task);
    if (task.part === "inversions") return inversions.run(task);
    if (task.part === "sizes") return sizes.run(task);
    const propagator = await waveRows[task.row]!.make(task.seed, (task.steps as number | undefined) ?? steps);
    try {
      const { error, snapshots } = scoreOf(propagator, protocolWaves(), trainCount);
      return { error, ...Object.fromEntries(times.map((name, i) => [name, snapshots[i]!])) };
    } finally {
      propagator.dispose();
    }
  },
  tables,
};
