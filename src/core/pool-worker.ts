// One thread of a pool: waits for a round, takes tasks until none is left, waits again.
import { workerData } from "node:worker_threads";
import { control, messageBytes, type PoolMemory, type StartWork } from "./pool.js";

const { module, data, control: c, tasks, message } = workerData as PoolMemory;

/** The first failure's message, for the caller. */
function fail(error: unknown): void {
  if (Atomics.add(c, control.failed, 1) > 0) return;
  const text = new TextEncoder().encode(error instanceof Error ? error.message : String(error));
  message.fill(0);
  message.set(text.subarray(0, messageBytes - 1));
}

let work: (task: Float64Array) => void;
try {
  const { start } = (await import(module)) as { readonly start: StartWork };
  work = start(data as never);
} catch (error) {
  work = () => {
    throw error;
  };
}
for (let round = 0; ; round++) {
  Atomics.wait(c, control.round, round);
  const [count, length] = [c[control.count]!, c[control.length]!];
  for (let i = Atomics.add(c, control.next, 1); i < count; i = Atomics.add(c, control.next, 1)) {
    try {
      work(tasks.slice(i * length, (i + 1) * length));
    } catch (error) {
      fail(error);
    }
  }
  Atomics.add(c, control.idle, 1);
  Atomics.notify(c, control.idle);
}
