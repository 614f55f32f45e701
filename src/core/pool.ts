// Worker threads that share memory with a caller who waits for them, so that synchronous code can use every core.
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

/** Places in the control array: round, next task, threads that found no more, tasks in all, numbers a task, failures. */
export const control = { round: 0, next: 1, idle: 2, count: 3, length: 4, failed: 5, size: 6 } as const;

/** Longest error message that comes back, bytes. */
export const messageBytes = 1024;

/** What a worker is started with. */
export interface PoolMemory {
  /** file: URL of the module with the work. */
  readonly module: string;
  readonly data: unknown;
  readonly control: Int32Array;
  readonly tasks: Float64Array;
  readonly message: Uint8Array;
}

/** What the module of a pool exports as `start`: it takes what all tasks share (SharedArrayBuffers are shared, the rest is copied) and
 *  gives the function that answers a task by writing into shared memory. */
export type StartWork = (data: never) => (task: Float64Array) => void;

/** Threads that answer lists of tasks. */
export interface Pool {
  readonly threads: number;
  /** Answers all tasks and returns when the last one is done; the caller's thread waits meanwhile. Tasks are taken in order by whichever thread is free,
   *  so a task must not depend on another, nor on the thread.
   *  @param tasks Lists of numbers of one length.
   *  @param meanwhile Called about ten times a second on the caller's thread, e.g. to pass on that it has been stopped.
   *  @throws Error with the message of the first task that failed; RangeError where tasks differ in length or are too many. */
  run(tasks: readonly (readonly number[])[], meanwhile?: () => void): void;
  /** Ends the threads; idempotent. */
  close(): Promise<void>;
}

export interface PoolOptions {
  /** Whole number >= 1. */
  readonly threads: number;
  /** Most numbers of a list of tasks together. Default 65,536. */
  readonly room?: number;
}

/** Opens a pool.
 *
 *  @param module file: URL of a module that exports `start` (see StartWork).
 *  @param data Given to `start` on each thread.
 *  @param options Threads.
 *  @returns The pool; it does not keep the process alive.
 *  @throws RangeError unless threads is a whole number >= 1. */
export function openPool(module: URL, data: unknown, options: PoolOptions): Pool {
  const { threads, room = 65_536 } = options;
  if (!Number.isInteger(threads) || threads < 1)
    throw new RangeError(`openPool: threads must be a whole number >= 1, got ${threads}`);
  const memory: PoolMemory = {
    module: module.href,
    data,
    control: new Int32Array(new SharedArrayBuffer(4 * control.size)),
    tasks: new Float64Array(new SharedArrayBuffer(8 * room)),
    message: new Uint8Array(new SharedArrayBuffer(messageBytes)),
  };
  const script = fileURLToPath(new URL("./pool-worker.js", import.meta.url));
  const workers = Array.from({ length: threads }, () => {
    const worker = new Worker(script, { workerData: memory, execArgv: [] });
    worker.unref();
    return worker;
  });
  let closing: Promise<void> | undefined;
  return {
    threads,
    run(tasks, meanwhile) {
      if (closing) throw new Error("pool: a closed pool runs nothing, got a list of tasks");
      const length = tasks[0]?.length ?? 0;
      if (tasks.some((task) => task.length !== length))
        throw new RangeError("pool: tasks must have one length, got several");
      if (tasks.length * length > room)
        throw new RangeError(`pool: tasks must hold ${room} numbers at most, got ${tasks.length * length}`);
      if (tasks.length === 0) return;
      tasks.forEach((task, i) => {
        memory.tasks.set(task, i * length);
      });
      const c = memory.control;
      c[control.count] = tasks.length;
      c[control.length] = length;
      c[control.failed] = 0;
      c[control.next] = 0;
      Atomics.store(c, control.idle, 0);
      Atomics.add(c, control.round, 1);
      Atomics.notify(c, control.round);
      // all threads, not all tasks: none may still be taking tasks when the next list is written
      for (let idle = 0; idle < threads; idle = Atomics.load(c, control.idle)) {
        Atomics.wait(c, control.idle, idle, meanwhile ? 100 : Number.POSITIVE_INFINITY);
        meanwhile?.();
      }
      if (Atomics.load(c, control.failed) > 0) {
        const end = memory.message.indexOf(0);
        throw new Error(new TextDecoder().decode(memory.message.slice(0, end < 0 ? messageBytes : end)));
      }
    },
    close() {
      closing ??= Promise.all(workers.map((worker) => worker.terminate())).then(() => undefined);
      return closing;
    },
  };
}
