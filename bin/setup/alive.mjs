// Whether a process that was written down is still the same one: its number may have gone to another since.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** When a process started, as the system tells it; "" where it does not tell or there is no such process. */
export function startOf(pid) {
  try {
    if (process.platform === "linux") {
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[0] === "Z" ? "" : fields[19];
    }
    if (process.platform === "win32") return "";
    return spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).stdout.trim();
  } catch {
    return "";
  }
}

/** A process as a lock remembers it. */
export const remember = (pid) => ({ pid, start: startOf(pid) });

/** Whether a remembered process still runs. */
export function isAlive({ pid, start }) {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code !== "EPERM") return false;
  }
  return process.platform === "win32" ? true : start !== "" && startOf(pid) === start;
}

/** Ends a remembered process and its group, where it is still the same one, and waits until it is gone. */
export async function end(remembered) {
  if (!remembered || !isAlive(remembered)) return;
  try {
    process.kill(process.platform === "win32" ? remembered.pid : -remembered.pid, "SIGKILL");
  } catch {
    return;
  }
  for (let i = 0; i < 100 && isAlive(remembered); i++)
    await new Promise((resolve) => setTimeout(resolve, 20));
}
