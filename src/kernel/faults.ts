// Failures that no one caught: they end the cell that made them, or are printed under it when it is over.
import { errorFields } from "./errors.js";
import type { Executor } from "./executor.js";
import type { Link } from "./link.js";
import { type Origin, origins } from "./origin.js";

/** Watches for uncaught errors and unhandled rejections; the kernel lives on. */
export function watchFaults(link: Link, executor: Executor): void {
  const report = (word: string, thrown: unknown): void => {
    const { current, latest } = executor;
    const from: Origin | undefined = origins.getStore() ?? latest?.origin;
    if (current && !current.isDone && (!from || from === current.origin)) return current.stop(thrown);
    if (!from) return;
    const { ename, evalue, traceback } = errorFields(thrown);
    const text = `${word}: ${ename}: ${evalue}\n${traceback.slice(evalue.split("\n").length).join("\n")}\n`;
    from.post({ t: "text", seq: from.seq, name: "stderr", text: text.replace(/\n\n$/, "\n") });
  };
  process.on("uncaughtException", (e) => link.kernel(() => report("Uncaught", e)));
  process.on("unhandledRejection", (e) => link.kernel(() => report("Unhandled rejection", e)));
}
