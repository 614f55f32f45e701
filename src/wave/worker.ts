// One thread of the engine: takes shots of a job.
import { type EngineData, readJob, stopped } from "./engine.js";
import { wasmKernels } from "./kernels-wasm.js";
import { runTask, type Task } from "./tasks.js";

/** Starts a thread: it answers [job's number, its text's first byte and length, kind, shot, slot]. */
export function start(data: EngineData): (task: Float64Array) => void {
  const { module, memory, ids } = data;
  const { kernels } = wasmKernels(module, memory);
  const thread = Atomics.add(ids, 0, 1);
  let known = -1;
  let job: Task["job"] | undefined;
  return (task) => {
    const [id, from, length, kind, shot, slot] = task as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (id !== known || !job) {
      memory.grow(0); // makes memory.buffer as long as the memory has become
      job = readJob<Task["job"]>(
        new TextDecoder().decode(new Uint8Array(memory.buffer, from, length).slice()),
        memory,
      );
      known = id;
    }
    const { stop } = job;
    runTask(kernels, { job, kind, shot, slot, thread }, () => {
      if (Atomics.load(stop, 0) !== 0) throw new Error(stopped);
    });
  };
}
