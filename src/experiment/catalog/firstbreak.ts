// First breaks, PROTOCOLS 2: classical pickers, the network in five folds and with a spread left out, with clicks and without.
import { firstbreak } from "../../data/index.js";
import { ready } from "../../tensor/index.js";
import { type Answers, answersOf } from "../parts/first-break-answers.js";
import {
  classicalRows,
  correctedAnswer,
  krigedRows,
  lineAnswer,
  lines,
  networkAnswer,
  trainFirstBreaks,
} from "../parts/first-break-runs.js";
import { firstBreakTables } from "../parts/first-break-tables.js";
import { variants } from "../parts/first-break-variants.js";
import type { Experiment, Result, Task } from "../types.js";

const clickCounts = [1, 2, 3, 5] as const;

function tasks(seeds: number, isSmall: boolean): Task[] {
  const list: Task[] = Object.keys(classicalRows).map((row) => ({ row, seed: 0 }));
  for (const row of [lines, ...Object.keys(krigedRows)])
    for (const clicks of clickCounts) list.push({ row, clicks, seed: 0 });
  if (isSmall) return list;
  const leave = (left: readonly string[], seed: number) => {
    for (const part of left) list.push({ row: "network", left: part, seed });
  };
  for (let seed = 1; seed <= seeds; seed++) {
    leave(
      [1, 2, 3, 4, 5].map((fold) => `fold ${fold}`),
      seed,
    );
    leave(["spread A", "spread B", "spread C"], seed);
  }
  for (const row of Object.keys(variants))
    list.push({ row, left: row === "synthetic only" ? "all" : "fold 1", seed: 1 });
  return list;
}

async function run({ row, left, seed, clicks }: Task): Promise<Result> {
  const gathers = firstbreak.labelled();
  if (row === lines) return { lines: answersOf(gathers, lineAnswer(Number(clicks))) };
  const kriged = krigedRows[row];
  if (kriged) return { lines: answersOf(gathers, kriged(Number(clicks))) };
  const classical = classicalRows[row];
  if (classical) return { automatic: answersOf(gathers, classical) };
  const isOut = ({ fold, spread }: firstbreak.LabelledGather) =>
    left === "all" || left === `fold ${fold}` || left === `spread ${spread}`;
  const test = gathers.filter(isOut);
  const known = gathers.filter((g) => !isOut(g));
  const variant = variants[row];
  if (variant) return variant(known, test, seed);
  const model = await trainFirstBreaks(known, seed);
  try {
    const result: Record<string, Answers> = { automatic: answersOf(test, networkAnswer(model, 0)) };
    for (const count of String(left).startsWith("fold") ? clickCounts : []) {
      result[`${count} clicks`] = answersOf(test, networkAnswer(model, count), count === 3);
      result[`${count} clicks, kriging alone`] = answersOf(test, correctedAnswer(model, count), false);
    }
    return result;
  } finally {
    model.dispose();
  }
}

/** PROTOCOLS 2. */
export const experiment: Experiment = {
  name: "firstbreak",
  about: "first breaks of shot gathers: classical pickers, the own network in five folds, clicks",
  seeds: 3,
  tasks({ profile, seeds }) {
    firstbreak.labelled(); // says at once where data are missing
    return tasks(seeds, profile === "ci");
  },
  prepare: ready,
  run,
  tables: firstBreakTables,
};
