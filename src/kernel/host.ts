// The kernel's half of the bridge that geodl/notebook calls (core/host.ts names its shape).
import type { Host } from "../core/host.js";
import type { Comms } from "./comms.js";
import type { Executor } from "./executor.js";
import { type Origin, origins } from "./origin.js";
import type { ToServer } from "./protocol.js";
import { bundleJson } from "./values.js";

/** Questions to the reader that wait for an answer. */
export class Questions {
  readonly #waiting: ((answer: string) => void)[] = [];

  /** @returns Resolves to the next answer. */
  next(): Promise<string> {
    return new Promise((f) => this.#waiting.push(f));
  }
  /** The front end answered. */
  answer(value: string): void {
    this.#waiting.shift()?.(value);
  }
  /** The cell that asked is over. */
  forget(): void {
    this.#waiting.length = 0;
  }
}

/** Puts the host where `host()` of core finds it. */
export function installHost(executor: Executor, comms: Comms, questions: Questions): void {
  const here = (): Origin => {
    const origin = origins.getStore() ?? executor.latest?.origin;
    if (!origin) throw new Error("display: a cell must have run, got none");
    return origin;
  };
  const cellHere = () => {
    const { current, latest } = executor;
    return current && origins.getStore() === current.origin ? current : latest;
  };

  const host: Host = {
    display(bundle, options = {}) {
      const origin = here();
      const type = options.update ? "update_display_data" : "display_data";
      const transient = options.displayId === undefined ? {} : { display_id: options.displayId };
      const rest = { metadata: options.metadata ?? {}, transient };
      const message = (content: string): ToServer => ({ t: "iopub", seq: origin.seq, type, content });
      if (!(bundle instanceof Promise)) return origin.post(message(bundleJson(bundle, rest)));
      const send = origin.reserve();
      bundle.then(
        (b) => send(message(bundleJson(b, rest))),
        (e: unknown) => {
          send(undefined);
          const cell = executor.current;
          if (cell?.origin === origin) cell.stop(e);
          else throw e;
        },
      );
    },
    clearOutput(wait) {
      const origin = here();
      origin.post({ t: "iopub", seq: origin.seq, type: "clear_output", content: JSON.stringify({ wait }) });
    },
    input(prompt, password) {
      const cell = executor.current;
      if (!cell) return Promise.reject(new Error("input: only a running cell can ask, got none"));
      if (!cell.request.allowStdin)
        return Promise.reject(
          new Error("input: the front end must answer questions, got allow_stdin = false"),
        );
      cell.origin.post({ t: "input", seq: cell.request.seq, prompt, password });
      return cell.wait(questions.next());
    },
    openComm: (target, data, options) => comms.open(target, data, options),
    registerComm: (target, onOpen) => comms.register(target, onOpen),
    abortSignal() {
      const cell = cellHere();
      if (!cell) throw new Error("abortSignal: a cell must have run, got none");
      return cell.signal;
    },
    cell: () => cellHere()?.request.count ?? 0,
  };
  Object.defineProperty(globalThis, Symbol.for("geodl.host"), { value: host, configurable: true });
}
