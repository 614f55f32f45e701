// Child processes side by side, one TensorFlow thread each, that take tasks from a queue.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Entry, Result, Task } from "./types.js";
import type { Answer } from "./worker.js";

const script = fileURLToPath(new URL("./worker.js", import.meta.url));

/** Ends with the first error of any process, or once all tasks are done, or when the signal is aborted; no process is left behind.
 *
 *  @param module file: URL of the experiment's module.
 *  @param tasks In the order in which they are begun.
 *  @param jobs Processes, >= 1; no more than tasks are started.
 *  @param onDone Called with each result as it comes.
 *  @param signal Ends the processes at once.
 *  @throws Error of a task, naming it, or of a process that ended by itself. */
export async function runTasks(
  module: string,
  tasks: readonly Task[],
  jobs: number,
  onDone: (entry: Entry) => void,
  signal?: AbortSignal,
): Promise<void> {
  const env = {
    ...process.env,
    TF_NUM_INTRAOP_THREADS: "1",
    TF_NUM_INTEROP_THREADS: "1",
    OMP_NUM_THREADS: "1",
  };
  let next = 0;
  const children = new Set<ChildProcess>();
  const one = () =>
    new Promise<void>((resolve, reject) => {
      // what a task prints must not come between the lines of the table
      const child = fork(script, [module], { env, stdio: ["ignore", 2, 2, "ipc"], execArgv: [] });
      children.add(child);
      let task: Task | undefined;
      child.on("error", reject);
      child.on("exit", (status, name) => {
        children.delete(child);
        if (status === 0 || signal?.aborted) return resolve();
        const during = task ? `during ${JSON.stringify(task)}` : "before its first task";
        reject(
          new Error(
            `experiment: a process must not end by itself, got ${name ?? `status ${status}`} ${during}`,
          ),
        );
      });
      child.on("message", ({ result, seconds, error }: Answer) => {
        try {
          if (error !== undefined) throw new Error(task ? `${error} (task ${JSON.stringify(task)})` : error);
          if (result && task) onDone({ task, result: result as Result, seconds: seconds ?? 0 });
          task = tasks[next++];
          if (task) child.send({ task });
          else child.disconnect();
        } catch (fault) {
          reject(fault as Error);
        }
      });
    });
  const end = () => {
    for (const child of children) child.kill("SIGKILL");
  };
  signal?.addEventListener("abort", end, { once: true });
  try {
    if (signal?.aborted) return;
    await Promise.all(Array.from({ length: Math.min(jobs, tasks.length) }, one));
  } finally {
    signal?.removeEventListener("abort", end);
    end();
  }
}
