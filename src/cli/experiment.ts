// geodl experiment: runs an experiment's tasks side by side and prints its tables with intervals.
import { copyFileSync, existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import {
  type Experiment,
  experimentModule,
  experimentNames,
  journalOf,
  loadExperiment,
  type Outcome,
  runExperiment,
} from "../experiment/index.js";
import { readJournal, writeJournal } from "../experiment/journal.js";
import { taskKey } from "../experiment/types.js";
import type { Profile } from "../notebook/index.js";
import { jupyterDisplay } from "../show/index.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { root } from "./paths.js";
import { durationText, statusLine } from "./status-line.js";
import { type Call, stringOption, UsageError, type Verb } from "./verb.js";

/** Largest journal that is committed, bytes. */
const largest = 300_000;

async function list(): Promise<void> {
  for (const name of experimentNames)
    console.log(`${name.padEnd(12)} ${(await loadExperiment(experimentModule(name))).about}`);
}

function whole(call: Call, name: string): number | undefined {
  const text = stringOption(call, name);
  if (text === undefined) return undefined;
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1)
    throw new UsageError(`--${name} must be a whole number >= 1, got ${text}`);
  return n;
}

/** Where the tasks in hand are kept; going on from nothing starts with the committed journal. */
function workingJournal(call: Call, name: string, resume: boolean): string {
  const file = resolve(stringOption(call, "journal") ?? join(root, ".cache", "experiments", `${name}.jsonl`));
  const committed = journalOf(name);
  if (resume && !existsSync(file) && existsSync(committed)) {
    mkdirSync(dirname(file), { recursive: true });
    copyFileSync(committed, file);
  }
  return file;
}

function show(experiment: Experiment, { entries, total, old }: Outcome, seconds: number): void {
  const done = entries.length === total ? `${total} tasks` : `${entries.length} of ${total} tasks`;
  for (const table of experiment.tables(entries)) console.log(`${textOf(table)}\n`);
  const cpu = entries.reduce((sum, entry) => sum + entry.seconds, 0);
  console.log(`${done}, ${durationText(cpu)} of CPU in all, this run took ${durationText(seconds)}`);
  if (old > 0)
    console.error(
      `geodl experiment: ${old} results were made by other code than today's; run without --resume to make all anew`,
    );
}

const textOf = (table: ReturnType<Experiment["tables"]>[number]): string =>
  table[jupyterDisplay]()["text/plain"];

function writeJson(
  file: string,
  experiment: Experiment,
  { entries, total }: Outcome,
  profile: Profile,
): void {
  const tables = experiment.tables(entries).map(({ caption, columns, rows }) => ({ caption, columns, rows }));
  const text = JSON.stringify({ experiment: experiment.name, profile, total, tables, entries });
  const partial = `${file}.part${process.pid}`;
  writeFileSync(partial, `${text}\n`);
  renameSync(partial, file);
}

async function run(call: Call): Promise<number> {
  const [name, ...more] = call.positionals;
  if (name === undefined) {
    await list();
    return 2;
  }
  if (more.length > 0 || !experimentNames.includes(name))
    throw new UsageError(
      `one experiment of ${experimentNames.join(", ")}, got ${call.positionals.join(" ")}`,
    );
  const profile = (stringOption(call, "profile") ?? (process.env.GEODL_PROFILE || "tutorial")) as Profile;
  if (!["ci", "tutorial", "paper"].includes(profile))
    throw new UsageError(`--profile must be ci, tutorial or paper, got ${profile}`);
  const seeds = whole(call, "seeds");
  const jobs = whole(call, "jobs");
  const resume = call.values.resume === true;
  const module = experimentModule(name);
  const experiment = await loadExperiment(module);
  const journal = workingJournal(call, name, resume);
  const start = performance.now();
  const line = statusLine();
  const outcome = await withInterrupt((signal) =>
    runExperiment(module, {
      profile,
      ...(seeds === undefined ? {} : { seeds }),
      ...(jobs === undefined ? {} : { jobs }),
      journal,
      resume,
      signal,
      onReport({ done, total, resumed, left }) {
        const rest = left === undefined || done === total ? "" : `, about ${durationText(left)} left`;
        const kept = resumed > 0 ? ` (${resumed} from the journal)` : "";
        line.update(done / total, `${name}: ${done} of ${total} tasks${kept}${rest}`);
      },
    }),
  ).finally(() => line.end());
  const isWhole = outcome.entries.length === outcome.total;
  show(experiment, outcome, (performance.now() - start) / 1000);
  const json = stringOption(call, "json");
  if (json !== undefined) writeJson(resolve(json), experiment, outcome, profile);
  if (!isWhole) {
    console.error(`geodl experiment: interrupted; go on with: geodl experiment ${name} --resume`);
    return interrupted;
  }
  if (call.values.keep) {
    const keys = outcome.entries.map(({ task }) => taskKey(task));
    const bytes = writeJournal(journalOf(name), readJournal(journal), keys);
    console.log(`kept in ${journalOf(name)}, ${bytes} bytes`);
    if (bytes > largest)
      throw new Error(`a committed journal must be at most ${largest} bytes, got ${bytes}`);
  }
  return 0;
}

export const verb: Verb = {
  usage: "[NAME] [--seeds N] [--resume] [--json F] [--profile P] [--jobs N] [--journal F] [--keep]",
  options: {
    seeds: { type: "string" },
    resume: { type: "boolean" },
    json: { type: "string" },
    profile: { type: "string" },
    jobs: { type: "string" },
    journal: { type: "string" },
    keep: { type: "boolean" },
  },
  help: [
    `NAME         ${experimentNames.join(", ")}; without it: what they are`,
    "--seeds N    seeds a row; default: the experiment's own number",
    "--resume     go on from the last run or, where there was none, from the committed journal; nothing that is done is run again",
    "--json F     write tables and results to F as well",
    "--profile P  ci, tutorial (default) or paper: how large the runs are",
    "--jobs N     processes side by side, one thread each; default: one a core",
    "--journal F  file in which tasks are kept as they are done; default: .cache/experiments/NAME.jsonl",
    "--keep       write the journal to data/experiments/NAME.jsonl, from which the notebooks print",
  ],
  example: "geodl experiment pocs --resume",
  run,
};
