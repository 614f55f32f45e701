// The committed results of an experiment: what a notebook prints without running anything.
import { existsSync } from "node:fs";
import type { Table } from "../show/index.js";
import { experimentModule, journalOf } from "./catalog.js";
import { codeHash } from "./code-hash.js";
import { readJournal, resultsOf } from "./journal.js";
import { loadExperiment } from "./run.js";
import type { Entry, Experiment } from "./types.js";

/** Results as they lie in data/experiments. */
export interface Committed {
  readonly experiment: Experiment;
  readonly entries: readonly Entry[];
  readonly tables: readonly Table[];
  /** A line for below the tables: how many tasks, when, on what, at which profile, by which command, and whether the code is still the same. */
  readonly about: string;
}

/** Reads the committed journal of an experiment; `experiment.run(entries[i].task)` computes one of its results anew.
 *
 *  @param name One of `experimentNames`.
 *  @returns The experiment, its results, its tables.
 *  @throws RangeError for another name; Error where no journal is committed, with the cure. */
export async function committed(name: string): Promise<Committed> {
  const module = experimentModule(name);
  const file = journalOf(name);
  if (!existsSync(file))
    throw new Error(
      `committed: a journal must lie at ${file}, got none; run: geodl experiment ${name} --keep`,
    );
  const experiment = await loadExperiment(module);
  const chapters = readJournal(file);
  const entries = [...resultsOf(chapters).values()];
  const today = codeHash(module);
  const minutes = entries.reduce((sum, { seconds }) => sum + seconds, 0) / 60;
  const { day, machine, profile, versions } = chapters.at(-1)!.session;
  const isSame = chapters.every(({ session }) => session.code === today);
  return {
    experiment,
    entries,
    tables: experiment.tables(entries),
    about:
      `${entries.length} tasks, ${minutes.toFixed(1)} min of CPU, ${day}, profile ${profile}, ${machine}, Node ${versions.node}; ` +
      `geodl experiment ${name} makes them again; the code ${isSame ? "is the same" : "around it was edited since: a test runs two tasks again and wants the same numbers"}`,
  };
}
