// The kinds of work on a shot.
import { forward, type Job } from "./job.js";
import type { Kernels } from "./kernels.js";

/** Kinds of work. */
export const kinds = { forward: 0 } as const;

/** One piece of work. */
export interface Task {
  readonly job: Job;
  readonly kind: number;
  readonly shot: number;
  /** Which of the stores it may use. */
  readonly slot: number;
  readonly thread: number;
}

/** Does one piece of work.
 *  @param poll Called every few steps; it throws to stop. */
export function runTask(kernels: Kernels, task: Task, poll: () => void): void {
  const { job, shot, thread } = task;
  forward(kernels, job, shot, job.works[thread]!, poll);
}
