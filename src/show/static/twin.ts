// The static twin of a figure: a PNG drawn by one child process, which starts with the first figure and stays for the next.
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

/** What the child draws. */
export interface Drawing {
  readonly data: readonly object[];
  readonly layout: object;
}

/** What the child answers, once a figure. */
export type Answer =
  | { readonly id: number; readonly png: Uint8Array }
  | { readonly id: number; readonly error: string };

/** Draws figures in a child process. */
export interface Twin {
  /** @returns The PNG's bytes. @throws Error with the child's reason; a crash or time limit is tried once more. */
  draw(drawing: Drawing): Promise<Uint8Array>;
  /** Ends the child, if there is one; the next figure starts another. */
  stop(): void;
  /** Process id of the child, for tests. */
  readonly pid: number | undefined;
}

interface Waiting {
  resolve(png: Uint8Array): void;
  reject(reason: Error): void;
}

/** @param options.script The child's program. @param options.limit Milliseconds a figure may take. */
export function createTwin(options: { readonly script?: string; readonly limit?: number } = {}): Twin {
  const script = options.script ?? fileURLToPath(new URL("./child.js", import.meta.url));
  const limit = options.limit ?? 30_000;
  let child: ChildProcess | undefined;
  let lastId = 0;
  const waiting = new Map<number, Waiting>();

  function start(): ChildProcess {
    const { NODE_OPTIONS: _, ...env } = process.env;
    const started = fork(script, [], {
      execArgv: [],
      env,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    const lost = (reason: string) => {
      if (child === started) child = undefined;
      for (const [id, w] of waiting) {
        waiting.delete(id);
        w.reject(new Lost(reason));
      }
    };
    started.on("message", (answer: Answer) => {
      const w = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("png" in answer) w?.resolve(answer.png);
      else w?.reject(new Error(answer.error));
      hold(started, waiting.size > 0);
    });
    started.on("error", (e) => lost(e.message));
    started.on("exit", (code, signal) => lost(`the drawing process ended (${signal ?? code})`));
    return started;
  }

  async function once(drawing: Drawing): Promise<Uint8Array> {
    child ??= start();
    const here = child;
    hold(here, true);
    const id = ++lastId;
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Uint8Array>((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        timer = setTimeout(() => here.kill("SIGKILL"), limit);
        here.send({ id, drawing }, (e) => e && reject(new Lost(e.message)));
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(id);
    }
  }

  return {
    async draw(drawing) {
      try {
        return await once(drawing);
      } catch (e) {
        if (!(e instanceof Lost)) throw e;
        return once(drawing);
      }
    },
    stop() {
      child?.kill();
      child = undefined;
    },
    get pid() {
      return child?.pid;
    },
  };
}

/** The child was lost, as opposed to a figure that it could not draw. */
class Lost extends Error {}

/** Keeps the parent alive while a figure is being drawn, and only then. */
function hold(child: ChildProcess, isBusy: boolean): void {
  child[isBusy ? "ref" : "unref"]();
  child.channel?.[isBusy ? "ref" : "unref"]();
}

let shared: Twin | undefined;
let isWarned = false;

/** The PNG of a figure, or undefined where it cannot be drawn: one warning line a process says why.
 *  @param drawing Plotly's data and layout, plain JSON.
 *  @param twin Who draws. Default: the process's own twin. */
export async function drawStatic(drawing: Drawing, twin?: Twin): Promise<Uint8Array | undefined> {
  shared ??= createTwin();
  try {
    return await (twin ?? shared).draw(drawing);
  } catch (e) {
    const reason = e instanceof Error ? e.message : String(e);
    if (!isWarned) process.stderr.write(`show: figures are shown without PNG: ${reason.split("\n")[0]}\n`);
    isWarned = true;
    return undefined;
  }
}
