// How the process ends: with its children, and when the process that started it is gone.
import { readFileSync } from "node:fs";

/** Kills the process at once, and its children where it leads its own process group (Jupyter starts kernels so). */
export function killGroup(): void {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const group = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
    if (group === process.pid) process.kill(-group, "SIGKILL");
  } catch {
    // No /proc: only this process ends.
  }
  process.kill(process.pid, "SIGKILL");
}

/** Ends the kernel when its parent has died, so that nothing is left behind.
 *  @param every Time between two looks, ms. */
export function followParent(every = 1000): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) killGroup();
  }, every).unref();
}
