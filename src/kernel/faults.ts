// Failures that no one caught: they end the cell that made them, or are printed under it when it is over.

import { errorFields } from "./errors.js";
import type { Executor } from "./executor.js";
import type { Link } from "./link.js";
import { type Origin, origins } from "./origin.js";
import { unwinding } from "./unwind.js";

/** Watches for uncaught errors and unhandled rejections; the kernel lives on. */
export function watchFaults(link: Link, executor: Executor): void {
  const report = (word: string, thrown: unknown): void => {
    const { current, latest } = executor;
    const from: Origin | undefined = origins.getStore() ?? latest?.origin;
    if (current && (!from || from === current.origin)) current.stop(thrown);
    else if (from) print(from, word, thrown);
  };
  process.on("uncaughtException", (e) => {
    if (e !== unwinding) link.kernel(() => report("Uncaught", e));
  });
  process.on("unhandledRejection", (e) => link.kernel(() => report("Unhandled rejection", e)));
}

function print(from: Origin, word: string, thrown: unknown): void {
  const { ename, evalue, traceback } = errorFields(thrown);
  const rest = traceback.slice(evalue.split("\n").length);
  const text = [`${word}: ${ename}: ${evalue}`, ...rest, ""].join("\n");
  from.text.write("stderr", text);
}
