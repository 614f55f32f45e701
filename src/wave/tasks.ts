// The kinds of work on a shot.
import { type BornJob, bornShot } from "./born-shot.js";
import { adjointShot, type GradientJob, recordShot } from "./gradient-shot.js";
import { forward, type Job } from "./job.js";
import type { Kernels } from "./kernels.js";

/** Kinds of work; each needs a job of its kind. */
export const kinds = ["forward", "record", "adjoint", "born"] as const;

/** One piece of work. */
export interface Task {
  readonly job: Job;
  /** Index in `kinds`. */
  readonly kind: number;
  readonly shot: number;
  /** Which of the stores it uses. */
  readonly slot: number;
  readonly thread: number;
}

/** Does one piece of work.
 *  @param poll Called every few steps; it throws to stop. */
export function runTask(kernels: Kernels, task: Task, poll: () => void): void {
  const { job, kind, shot, slot, thread } = task;
  const followed = job as GradientJob;
  const what = kinds[kind];
  if (what === "record") recordShot(kernels, followed, shot, slot, thread, poll);
  else if (what === "adjoint") adjointShot(kernels, followed, shot, slot, thread, poll);
  else if (what === "born") bornShot(kernels, job as BornJob, shot, thread, poll);
  else forward(kernels, job, shot, thread, poll);
}
