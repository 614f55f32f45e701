// Runs an experiment: what its journal holds is not run again, what is new is journaled as it comes.
import { existsSync, readFileSync, renameSync } from "node:fs";
import { arch, availableParallelism, cpus, platform } from "node:os";
import { pathToFileURL } from "node:url";
import type { Profile } from "../notebook/index.js";
import { codeHash } from "./code-hash.js";
import { type Chapter, openJournal, readJournal, resultsOf, type Session } from "./journal.js";
import { timeLeft } from "./time-left.js";
import { type Entry, type Experiment, type Task, taskKey } from "./types.js";
import { runTasks } from "./workers.js";

export interface RunOptions {
  /** Size of the tasks. Default "tutorial". */
  readonly profile?: Profile;
  /** Seeds a row. Default: the experiment's own number. */
  readonly seeds?: number;
  /** Processes side by side. Default: as many as there are cores. */
  readonly jobs?: number;
  /** Path of the journal; without one nothing is kept. */
  readonly journal?: string;
  /** Go on from the journal. Default false: it becomes JOURNAL.previous, and all tasks are run. */
  readonly resume?: boolean;
  /** Ends the run; what is done stays in the journal. */
  readonly signal?: AbortSignal;
  /** Called at the start and after each task. */
  readonly onReport?: (report: RunReport) => void;
}

/** How far a run is. */
export interface RunReport {
  readonly done: number;
  readonly total: number;
  /** Of `done`, those that the journal held. */
  readonly resumed: number;
  /** Seconds; undefined before the first result. */
  readonly left: number | undefined;
}

/** What a run ends with. */
export interface Outcome {
  /** In the order of the experiment's tasks; fewer than `total` when the run was aborted. */
  readonly entries: readonly Entry[];
  readonly total: number;
  readonly resumed: number;
  /** Of `resumed`, those that other code than today's has made. */
  readonly old: number;
}

/** Path of an experiment's module as its processes import it. */
const urlOf = (module: string | URL): string =>
  String(module).startsWith("file:") ? String(module) : pathToFileURL(String(module)).href;

/** Loads an experiment.
 *  @param module Path or file: URL of a module that exports `experiment`. */
export async function loadExperiment(module: string | URL): Promise<Experiment> {
  return ((await import(urlOf(module))) as { readonly experiment: Experiment }).experiment;
}

function sessionOf(name: string, module: string | URL, profile: Profile): Session {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  return {
    experiment: name,
    code: codeHash(module),
    profile,
    machine: `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} cores, ${platform()} ${arch()}`,
    versions: { geodl: version, node: process.versions.node },
    day: new Date().toISOString().slice(0, 10),
  };
}

/** Runs the tasks of an experiment that its journal does not hold yet, in child processes with one TensorFlow thread each. Killed at
 *  any moment and run again with `resume`, it repeats none that was done; results are the same bits for any number of processes.
 *
 *  @param module Path or file: URL of a module that exports `experiment`.
 *  @param options Size, processes, journal.
 *  @returns Tasks and results.
 *  @throws RangeError for options out of range; Error of the first task that fails, or where another run has the journal. */
export async function runExperiment(module: string | URL, options: RunOptions = {}): Promise<Outcome> {
  const { profile = "tutorial", jobs = availableParallelism(), journal: file, signal, onReport } = options;
  const experiment = await loadExperiment(module);
  const seeds = options.seeds ?? experiment.seeds;
  for (const [name, n] of Object.entries({ seeds, jobs }))
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`runExperiment: ${name} must be a whole number >= 1, got ${n}`);
  const tasks = await experiment.tasks({ profile, seeds });
  const keys = tasks.map((task) => taskKey(task));
  if (new Set(keys).size !== keys.length)
    throw new Error(`runExperiment: each task of ${experiment.name} must be there once, got one twice`);
  if (file && !options.resume && existsSync(file)) renameSync(file, `${file}.previous`);
  const session = sessionOf(experiment.name, module, profile);
  const before = file ? readJournal(file) : [];
  const found = resultsOf(before);
  const held = keys.filter((key) => found.has(key)).length;
  const todo = tasks.filter((_, i) => !found.has(keys[i]!));
  const report = () => {
    const done = [...keys.flatMap((key) => found.get(key) ?? [])];
    const remaining: readonly Task[] = todo.filter((task) => !found.has(taskKey(task)));
    onReport?.({
      done: done.length,
      total: keys.length,
      resumed: held,
      left: timeLeft(done, remaining, Math.min(jobs, Math.max(remaining.length, 1))),
    });
  };
  report();
  if (todo.length > 0) {
    const journal = file ? openJournal(file, session) : undefined;
    try {
      const keep = (entry: Entry) => {
        journal?.add(entry);
        found.set(taskKey(entry.task), entry);
        report();
      };
      await runTasks(urlOf(module), todo, jobs, keep, signal);
    } finally {
      journal?.close();
    }
  }
  return {
    entries: keys.flatMap((key) => found.get(key) ?? []),
    total: keys.length,
    resumed: held,
    old: oldOf(before, keys, session.code),
  };
}

/** Number of tasks whose result in the journal comes from other code. */
function oldOf(chapters: readonly Chapter[], keys: readonly string[], code: string): number {
  const made = new Map(
    chapters.flatMap(({ session, entries }) => entries.map((e) => [taskKey(e.task), session.code] as const)),
  );
  return keys.filter((key) => made.has(key) && made.get(key) !== code).length;
}
