// Failures that no one caught: they end the cell that made them, or are printed under it when it is over.

import { errorFields } from "./errors.js";
import type { Executor } from "./executor.js";
import type { Link } from "./link.js";
import { type Origin, origins } from "./origin.js";
import { slot, unwindKey } from "./protocol.js";

const unwinding = new Error("about to be terminated");

/** Lets the server thread empty Node's stack of async ids before it terminates what runs: Node 20 and 22 check that it is
 *  empty and abort the process otherwise. An uncaught exception is the one way to have it emptied. */
export function allowTermination(link: Link): void {
  const target = process as NodeJS.Process & { _fatalException?(e: Error): boolean };
  const unwind = (): void => {
    target._fatalException?.(unwinding);
    const end = performance.now() + 100;
    // Nothing of the user's may run between this and the termination.
    while (Atomics.load(link.shared, slot.aimed) === 0 && performance.now() < end);
  };
  Object.defineProperty(globalThis, Symbol.for(unwindKey), { value: unwind });
}

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
  from.post({ t: "text", seq: from.seq, name: "stderr", text });
}
