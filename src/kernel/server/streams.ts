// Joins prints into stream messages of at most 50 ms, in order.

/** Sends one joined piece of text. */
export type SendText = (seq: number, name: "stdout" | "stderr", text: string) => void;

/** Collects text; the first print after a pause goes out at once, those that follow wait up to `window` ms. */
export class Streams {
  readonly #send: SendText;
  readonly #window: number;
  #seq = -1;
  #name: "stdout" | "stderr" = "stdout";
  #parts: string[] = [];
  #size = 0;
  #last = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /** @param send Called with each joined piece.
   *  @param window Longest time that text waits, ms. Default 50. */
  constructor(send: SendText, window = 50) {
    this.#send = send;
    this.#window = window;
  }

  /** Adds text of one request; a change of request or stream sends what was there before. */
  write(seq: number, name: "stdout" | "stderr", text: string): void {
    if (seq !== this.#seq || name !== this.#name) this.flush();
    this.#seq = seq;
    this.#name = name;
    this.#parts.push(text);
    this.#size += text.length;
    const due = this.#last + this.#window - performance.now();
    if (due <= 0 || this.#size > 1 << 20) this.flush();
    else this.#timer ??= setTimeout(() => this.flush(), due);
  }

  /** Sends what is waiting; called before any other message, so that order holds. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#parts.length === 0) return;
    const text = this.#parts.join("");
    this.#parts = [];
    this.#size = 0;
    this.#last = performance.now();
    this.#send(this.#seq, this.#name, text);
  }
}
