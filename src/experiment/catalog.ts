// The experiments by name: one file each in catalog/, a committed journal each in data/experiments/.
import { fileURLToPath } from "node:url";

const names = [
  "augment",
  "darcy",
  "denoise",
  "dense",
  "dictionary",
  "firstbreak",
  "fno",
  "fwi",
  "picks",
  "pocs",
] as const;

/** Names of the experiments. */
export const experimentNames: readonly string[] = names;

/** Module of an experiment.
 *  @param name One of `experimentNames`.
 *  @returns Its file: URL, for `loadExperiment` and `runExperiment`.
 *  @throws RangeError for another name. */
export function experimentModule(name: string): URL {
  if (!experimentNames.includes(name))
    throw new RangeError(`experiment: the name must be one of ${names.join(", ")}, got ${name}`);
  return new URL(`./catalog/${name}.js`, import.meta.url);
}

/** Path of the committed journal of an experiment, whether or not it is there. */
export function journalOf(name: string): string {
  return fileURLToPath(new URL(`../../data/experiments/${name}.jsonl`, import.meta.url));
}
