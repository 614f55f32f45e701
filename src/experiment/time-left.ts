// How long the rest of an experiment will take.
import { type Entry, type Task, taskKey } from "./types.js";

const groupOf = (task: Task): string => taskKey({ ...task, seed: 0 });

/** Seconds until the remaining tasks are done: each as long as those like it (equal but for the seed) took, else as its row's, else as
 *  all tasks' mean, over the number of processes; never less than the longest of them.
 *
 *  @param done Finished tasks.
 *  @param remaining Tasks still to be run.
 *  @param jobs Processes side by side, >= 1.
 *  @returns Seconds; undefined as long as none is finished. */
export function timeLeft(
  done: readonly Entry[],
  remaining: readonly Task[],
  jobs: number,
): number | undefined {
  if (remaining.length === 0) return 0;
  if (done.length === 0) return undefined;
  const means = new Map<string, { sum: number; n: number }>();
  const note = (key: string, seconds: number) => {
    const { sum, n } = means.get(key) ?? { sum: 0, n: 0 };
    means.set(key, { sum: sum + seconds, n: n + 1 });
  };
  for (const { task, seconds } of done)
    for (const key of [groupOf(task), `row ${task.row}`, "all"]) note(key, seconds);
  const each = remaining.map((task) => {
    const { sum, n } = (means.get(groupOf(task)) ?? means.get(`row ${task.row}`) ?? means.get("all"))!;
    return sum / n;
  });
  return Math.max(...each, each.reduce((sum, s) => sum + s, 0) / jobs);
}
