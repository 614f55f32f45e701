// How an operator's error falls with the number of samples it learns from.
import { table } from "../../show/index.js";
import { intervalText, present, summarise } from "../groups.js";
import type { Entry, Result, Size, Task } from "../types.js";
import { scoreOf } from "./wave-rows.js";
import { protocolWaves, trainCount, trainWaves, type WaveTraining } from "./wave-training.js";

/** Optimiser steps, the same for each size: 6 epochs of 400 samples, 48 of 50. */
const steps = 240;
const sizes = [50, 100, 200, 400] as const;

const networks: Readonly<Record<string, WaveTraining>> = {
  "small plain FNO": { kind: "plain", symmetries: false, isSmall: true },
  "small FNO on rays, flips and transposes": { kind: "rays", symmetries: true, isSmall: true },
};

/** Rows: a network and a number of samples. */
const rows = Object.fromEntries(
  Object.entries(networks).flatMap(([name, how]) =>
    sizes.map((count) => [`${name}, ${count} samples`, { ...how, count }] as const),
  ),
);

/** One task a network, size and seed. */
export function tasks({ profile, seeds }: Size): Task[] {
  if (profile === "ci") return [];
  return Object.keys(rows).flatMap((row) =>
    Array.from({ length: seeds }, (_, seed) => ({ part: "sizes", row, seed, steps })),
  );
}

export async function run({ row, seed, steps }: Task): Promise<Result> {
  const propagator = await trainWaves(rows[row]!, seed, steps as number);
  try {
    const { error, snapshots } = scoreOf(propagator, protocolWaves(), trainCount);
    return {
      error,
      t8: snapshots[0]!,
      t32: snapshots[3]!,
      train: scoreOf(propagator, protocolWaves(), 0, sizes[0]).error,
    };
  } finally {
    propagator.dispose();
  }
}

export function tables(all: readonly Entry[]) {
  const entries = all.filter(({ task }) => task.part === "sizes");
  if (entries.length === 0) return [];
  const lines = present(entries, Object.keys(rows)).map((row) => [
    row,
    ...["error", "train", "t8", "t32"].map((field) => intervalText(summarise(entries, field, { row }), 3)),
    String(summarise(entries, "error", { row })?.n ?? 0),
  ]);
  return [
    table(
      [
        "learned from",
        "test rel. L2, mean [95 %]",
        "50 of its own samples",
        "test at .8 s",
        "test at 3.2 s",
        "seeds",
      ],
      lines,
      {
        caption: `Sample size: networks of 16 channels and 8 modes of each sign, ${steps} steps of 10 for each, tested on the same 50`,
      },
    ),
  ];
}
