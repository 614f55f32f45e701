// Runs set-up as a user does: the real bin/setup.mjs on a stand-in project.
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StandIns } from "./standins.js";

export const entry = fileURLToPath(new URL("../../bin/setup.mjs", import.meta.url));

/** What a run said and how it ended. */
export interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly seconds: number;
}

/** How set-up is called. */
export interface Call {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Which Python is on PATH: "quick" (default) a stand-in, "real" the machine's, "none". */
  readonly python?: "quick" | "real" | "none";
  readonly compiler?: boolean;
  /** Called with all that was printed so far. */
  readonly onOutput?: (text: string, child: ChildProcess) => void;
}

/** The environment of a run: nothing of the caller's but what is named here. */
export function environment(all: StandIns, root: string, call: Call): Record<string, string> {
  const { basic, compiler, python, quick } = all.tools;
  const pythons = { quick: [quick, python], real: [python], none: [] }[call.python ?? "quick"];
  const path = [...pythons, basic, ...(call.compiler === false ? [] : [compiler])];
  return {
    PATH: path.join(":"),
    HOME: join(all.base, "no-such-home"),
    GEODL_SETUP_ROOT: root,
    PIP_CONFIG_FILE: "/dev/null",
    PIP_NO_INDEX: "1",
    PIP_FIND_LINKS: all.wheels,
    npm_config_registry: "http://127.0.0.1:9",
    npm_config_fetch_retries: "0",
    ...call.env,
  };
}

/** Starts set-up and waits until it ends. */
export function setup(all: StandIns, root: string, call: Call = {}): Promise<Outcome> {
  const began = performance.now();
  const child = spawn(process.execPath, [entry, ...(call.args ?? [])], {
    cwd: all.base,
    env: environment(all, root, call),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    call.onOutput?.(out, child);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    // Not "close": what a killed set-up leaves running may hold the pipes.
    child.once("exit", (code) =>
      setTimeout(() => resolve({ code, out, err, seconds: (performance.now() - began) / 1000 }), 20),
    );
  });
}
