// Results of tasks that differ in their seed only, put together: mean, interval, n.
import { type Interval, type IntervalOptions, meanInterval } from "../metrics/index.js";
import type { Entry } from "./types.js";

/** Numbers of one field over the entries that a condition picks.
 *
 *  @param entries Of a run or a journal.
 *  @param field Of the results.
 *  @param where Fields of the task and their values.
 *  @returns One number an entry, in their order. */
export function valuesOf(
  entries: readonly Entry[],
  field: string,
  where: Readonly<Record<string, unknown>> = {},
): number[] {
  return entries.flatMap(({ task, result }) => {
    const fits = Object.entries(where).every(([name, value]) => task[name] === value);
    const value = result[field];
    return fits && typeof value === "number" ? [value] : [];
  });
}

/** Names that have an entry, in the order of the list: tables keep their order however the tasks were run.
 *  @param entries Of a run or a journal.
 *  @param names Rows of the experiment. */
export function present(entries: readonly Entry[], names: Iterable<string>): string[] {
  const there = new Set(entries.map(({ task }) => task.row));
  return [...names].filter((name) => there.has(name));
}

/** Mean and interval over the entries that a condition picks; undefined where it picks none. */
export function summarise(
  entries: readonly Entry[],
  field: string,
  where: Readonly<Record<string, unknown>> = {},
  options: IntervalOptions = {},
): Interval | undefined {
  const values = valuesOf(entries, field, where);
  return values.length === 0 ? undefined : meanInterval(values, options);
}

/** An interval as a cell: "11.71 [11.52, 11.90]", the mean alone for one value.
 *
 *  @param interval Or undefined, which gives a dash.
 *  @param digits After the point. Default 2. */
export function intervalText(interval: Interval | undefined, digits = 2): string {
  if (!interval) return "–";
  const { mean, low, high, n } = interval;
  return n === 1
    ? mean.toFixed(digits)
    : `${mean.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
}
