// Runs a program for a step: its output is kept for the error, and it ends when set-up does.
import { spawn } from "node:child_process";
import { Stopped } from "./problem.mjs";

const longest = 200_000; // characters of output kept

/** A program that failed, with what it printed. */
export class ChildError extends Error {
  constructor(program, code, output) {
    super(`${program} ended with ${code}`);
    this.code = code;
    this.output = output;
  }

  /** The lines that matter: those that say "error", else the last. */
  get gist() {
    const lines = this.output
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter(Boolean);
    const errors = lines.filter(
      (line) => /error|fatal/i.test(line) && !/A complete log|npm error (code|errno|syscall)/.test(line),
    );
    return ((errors.length > 0 ? errors.slice(0, 2) : lines.slice(-1)).join(" ") || this.message).slice(
      0,
      400,
    );
  }
}

function endGroup(child, signal) {
  try {
    if (process.platform === "win32") child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // It is gone already.
  }
}

/** Starts a program and waits for it.
 *  @param {{ env: object, root: string, signal: AbortSignal, child: (pid?: number) => void }} work The step's surroundings.
 *  @param {string} program What to run.
 *  @param {readonly string[]} args Its arguments, never read by a shell.
 *  @param {{ env?: object, cwd?: string }} options More variables; another folder than the project's.
 *  @returns {Promise<string>} What it printed, the last 200,000 characters.
 *  @throws ChildError where it failed, Stopped where the user stopped the set-up. */
export async function run(work, program, args, options = {}) {
  if (work.signal.aborted) throw new Stopped();
  const child = spawn(program, args, {
    cwd: options.cwd ?? work.root,
    env: { ...work.env, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  let all = "";
  const keep = (text) => {
    all = (all + text).slice(-longest);
  };
  child.stdout.setEncoding("utf8").on("data", keep);
  child.stderr.setEncoding("utf8").on("data", keep);
  const stop = () => {
    endGroup(child, "SIGTERM");
    setTimeout(() => endGroup(child, "SIGKILL"), 2000).unref();
  };
  work.signal.addEventListener("abort", stop);
  if (child.pid) work.child(child.pid);
  try {
    await new Promise((resolve, reject) => {
      child.once("error", (error) => reject(new ChildError(program, error.code, String(error.message))));
      child.once("close", (code, signal) =>
        code === 0 ? resolve() : reject(new ChildError(program, code ?? signal, all)),
      );
    });
  } catch (error) {
    throw work.signal.aborted ? new Stopped() : error;
  } finally {
    work.signal.removeEventListener("abort", stop);
    work.child();
  }
  return all;
}
