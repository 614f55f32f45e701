// Where output comes from: each cell and each comm message carries its own, also into timers and promises.
import { AsyncLocalStorage } from "node:async_hooks";
import { Flood } from "./flood.js";
import type { Link } from "./link.js";
import type { ToServer } from "./protocol.js";

interface Entry {
  message: ToServer | undefined;
  isReady: boolean;
}

/** Messages of one request in the order in which they were made; one that is not ready yet holds back those behind it. */
export class Origin {
  readonly seq: number;
  readonly #link: Link;
  readonly #held: Entry[] = [];
  #onEmpty: (() => void)[] = [];
  /** What is printed. */
  readonly text: Flood;

  constructor(seq: number, link: Link) {
    this.seq = seq;
    this.#link = link;
    this.text = new Flood((name, text) => this.post({ t: "text", seq, name, text }));
  }

  /** Sends a message, or lets it wait for those before it. */
  post(message: ToServer): void {
    if (this.#held.length === 0) this.#link.post(message);
    else this.#held.push({ message, isReady: true });
  }

  /** Keeps a place.
   *  @returns Call it once with the message, or with undefined when there is none after all. */
  reserve(): (message: ToServer | undefined) => void {
    const entry: Entry = { message: undefined, isReady: false };
    this.#held.push(entry);
    return (message) => {
      entry.message = message;
      entry.isReady = true;
      this.#release();
    };
  }

  /** Resolves once nothing is held back. */
  drained(): Promise<void> {
    return this.#held.length === 0 ? Promise.resolve() : new Promise((f) => this.#onEmpty.push(f));
  }

  /** Gives up on messages that never became ready. */
  abandon(): void {
    for (const e of this.#held) e.isReady = true;
    this.#release();
  }

  #release(): void {
    while (this.#held[0]?.isReady) {
      const { message } = this.#held.shift()!;
      if (message) this.#link.post(message);
    }
    if (this.#held.length > 0) return;
    const waiting = this.#onEmpty;
    this.#onEmpty = [];
    for (const f of waiting) f();
  }
}

/** The origin of the code that is running. */
export const origins = new AsyncLocalStorage<Origin>();
