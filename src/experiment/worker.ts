// A child process that answers tasks: node worker.js MODULE; tasks come and results go as messages.
import type { Experiment, Task } from "./types.js";

/** What the parent sends. */
export interface Order {
  readonly task: Task;
}

/** What comes back: the first message, without a result, says that the process is ready. */
export interface Answer {
  readonly result?: Record<string, never>;
  readonly seconds?: number;
  readonly error?: string;
}

const send = (answer: Answer) =>
  new Promise<void>((done) => process.send?.(answer, undefined, undefined, () => done()));

process.on("SIGINT", () => {}); // Ctrl-C reaches all processes of a terminal; the parent decides
process.on("disconnect", () => process.exit(0)); // the parent is gone
process.on("message", async ({ task }: Order) => {
  try {
    const before = process.cpuUsage();
    const result = await experiment.run(task);
    const { user, system } = process.cpuUsage(before);
    const text = JSON.stringify(result, (key, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value))
        throw new RangeError(`a result must be plain JSON, got ${value} in "${key}"`);
      return value;
    });
    const plain = JSON.parse(text) as Record<string, never>;
    await send({ result: plain, seconds: Number(((user + system) / 1e6).toPrecision(3)) });
  } catch (error) {
    await send({ error: error instanceof Error ? error.message : String(error) });
  }
});
const { experiment } = (await import(process.argv[2]!)) as { readonly experiment: Experiment };
try {
  await experiment.prepare?.();
  await send({});
} catch (error) {
  await send({ error: error instanceof Error ? error.message : String(error) });
}
