// What an experiment is: tasks, a pure function that answers one, tables of the answers.
import type { Json } from "../nn/index.js";
import type { Profile } from "../notebook/index.js";
import type { Table } from "../show/index.js";

/** One run, as plain JSON: all that its result depends on. */
export interface Task {
  /** The row of the table that it belongs to. */
  readonly row: string;
  readonly seed: number;
  readonly [key: string]: Json;
}

/** What a run found, as plain JSON. Times do not belong here: they differ from run to run. */
export type Result = { readonly [key: string]: Json };

/** A task with its result. */
export interface Entry {
  readonly task: Task;
  readonly result: Result;
  /** CPU seconds that it took, on one thread. */
  readonly seconds: number;
}

/** How much of an experiment is asked for. */
export interface Size {
  readonly profile: Profile;
  /** Seeds a row, >= 1. */
  readonly seeds: number;
}

/** An experiment. Its module exports it as `experiment`, so that a child process finds it by the module's name. */
export interface Experiment {
  readonly name: string;
  /** One line for the list. */
  readonly about: string;
  /** Seeds a row where the caller names none. */
  readonly seeds: number;
  /** Tasks in the table's order, each once.
   *  @throws Error with the cure where data are missing. */
  tasks(size: Size): readonly Task[] | Promise<readonly Task[]>;
  /** Loads what tasks share; once a process, not timed. */
  prepare?(): Promise<unknown>;
  /** Answers a task: the same JSON for the same task, whatever ran before, in whichever process. */
  run(task: Task): Result | Promise<Result>;
  /** Tables of what is there; entries may be missing when a run was cut short. */
  tables(entries: readonly Entry[]): readonly Table[];
}

/** A task's identity: its JSON with the keys in order.
 *  @param task Plain JSON.
 *  @returns Text, equal for equal tasks. */
export function taskKey(task: Json): string {
  if (Array.isArray(task)) return `[${task.map((item: Json) => taskKey(item)).join(",")}]`;
  if (typeof task !== "object" || task === null) return JSON.stringify(task);
  const fields = Object.entries(task as Result).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${taskKey(value)}`).join(",")}}`;
}
