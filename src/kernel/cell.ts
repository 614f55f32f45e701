// One running cell: its result, its AbortSignal, and the ways in which it ends before its time.
import type { Link } from "./link.js";
import { Origin } from "./origin.js";
import { slot, type ToMain } from "./protocol.js";

/** A request to run a cell. */
export type ExecuteRequest = Extract<ToMain, { t: "execute" }>;

/** State of a cell while it runs. */
export class Cell {
  readonly request: ExecuteRequest;
  readonly origin: Origin;
  readonly label: string;
  /** Value of the last expression. */
  result: unknown;
  /** The reply is out: what comes now is late. */
  isDone = false;
  /** Line of the top-level await whose promise was rejected. */
  rejectedLine: number | undefined;
  readonly #link: Link;
  readonly #waiting = new Set<(reason: unknown) => void>();
  #stopped: { readonly reason: unknown } | undefined;
  #controller: AbortController | undefined;

  constructor(request: ExecuteRequest, link: Link) {
    this.request = request;
    this.#link = link;
    this.origin = new Origin(request.seq, link);
    this.label = `In[${request.count}]`;
  }

  /** Why the cell must end, once something failed beside it or its reader stopped it. */
  get stopped(): { readonly reason: unknown } | undefined {
    return this.#stopped;
  }

  /** Ends the cell: every top-level await is rejected, the AbortSignal aborts. The first reason counts. */
  stop(reason: unknown): void {
    if (this.#stopped || this.isDone) return;
    this.#stopped = { reason };
    this.#controller?.abort(reason);
    for (const reject of [...this.#waiting]) reject(reason);
  }

  /** A top-level await: ends when the promise does or the cell is stopped.
   *  @param value What is awaited.
   *  @param line Line of the await, for the traceback. */
  wait<T>(value: T | PromiseLike<T>, line?: number): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const stop = (reason: unknown): void => {
        this.#waiting.delete(stop);
        reject(reason);
      };
      this.#waiting.add(stop);
      Promise.resolve(value).then(
        (v) => {
          this.#waiting.delete(stop);
          resolve(v);
        },
        (reason: unknown) => {
          if (line !== undefined) this.rejectedLine = line;
          stop(reason);
        },
      );
      if (this.#stopped) stop(this.#stopped.reason);
    });
  }

  /** The cell was interrupted, though the message may still wait behind a computation. */
  get isInterrupted(): boolean {
    return Atomics.load(this.#link.shared, slot.interrupted) === this.request.seq;
  }

  /** The cell's AbortSignal. Its `aborted` also looks at what the server thread wrote, so that code which never
   *  returns to the event loop can poll it. */
  get signal(): AbortSignal {
    Atomics.store(this.#link.shared, slot.patient, this.request.seq);
    if (this.#controller) return this.#controller.signal;
    this.#controller = new AbortController();
    if (this.#stopped) this.#controller.abort(this.#stopped.reason);
    const { signal } = this.#controller;
    const aborted = Object.getOwnPropertyDescriptor(AbortSignal.prototype, "aborted")?.get;
    Object.defineProperty(signal, "aborted", {
      get: () => this.isInterrupted || aborted?.call(signal) === true,
    });
    const throwIfAborted = (): void => {
      if (signal.aborted) throw signal.reason ?? new DOMException("This operation was aborted", "AbortError");
    };
    Object.defineProperty(signal, "throwIfAborted", { value: throwIfAborted });
    return signal;
  }
}
