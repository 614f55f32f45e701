// The shell's order: one cell at a time, an error aborts the cells that wait, small requests pass while a cell awaits.

/** A shell request as far as order is concerned. */
export interface Queued {
  readonly isExecute: boolean;
  /** May be answered beside a running cell: completion, inspection, history, messages of a comm. */
  readonly isExpress: boolean;
  /** Set when an earlier cell failed. */
  isAborted: boolean;
}

/** First in, first out; `run` starts a request and `done` must follow once for each. */
export class Queue<R extends Queued> {
  readonly #run: (request: R) => void;
  #waiting: R[] = [];
  #current: R | undefined;

  /** @param run Starts one request. It may call `done` before it returns. */
  constructor(run: (request: R) => void) {
    this.#run = run;
  }

  /** The request whose turn it is. */
  get current(): R | undefined {
    return this.#current;
  }

  /** Adds a request at the end, or starts it where nothing stands in its way. */
  push(request: R): void {
    if (request.isExpress && this.#current?.isExecute && this.#waiting.length === 0) {
      this.#run(request);
      return;
    }
    this.#waiting.push(request);
    this.#next();
  }

  /** The request is answered; the next one starts. Harmless for one that ran beside a cell. */
  done(request: R): void {
    if (this.#current !== request) return;
    this.#current = undefined;
    this.#next();
  }

  /** After an error: every cell that has arrived and waits is to be answered `aborted`. */
  abortWaiting(): void {
    for (const r of this.#waiting) if (r.isExecute) r.isAborted = true;
  }

  #next(): void {
    while (!this.#current) {
      const request = this.#waiting.shift();
      if (!request) return;
      this.#current = request;
      this.#run(request);
    }
  }
}
