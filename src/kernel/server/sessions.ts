// Earlier kernels' cells: one file a kernel in the project's folder, readable by its owner only, the oldest removed.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";

/** A cell as the history keeps it. */
export interface Line {
  readonly count: number;
  readonly source: string;
  output: string | null;
}

const maxFiles = 50;
const maxBytes = 1 << 20;
const maxOutput = 2000;

/** Files of a folder, each with the cells of one kernel; where the folder cannot be written, nothing is kept. */
export class Sessions {
  readonly #folder: string;
  readonly #name: string;
  #bytes = 0;
  #isBroken = false;

  /** @param folder Where the files are; made at the first cell.
   *  @param start Milliseconds since 1970 at which this kernel started. */
  constructor(folder: string, start: number) {
    this.#folder = folder;
    this.#name = `${String(start).padStart(14, "0")}-${process.pid}.jsonl`;
  }

  /** Keeps a cell at its start. */
  add(count: number, source: string): void {
    if (this.#bytes === 0) this.#begin();
    this.#append({ count, source });
  }

  /** Keeps the text of a result, up to 2,000 characters. */
  setOutput(count: number, output: string): void {
    this.#append({ count, output: output.slice(0, maxOutput) });
  }

  /** The cells of an earlier kernel.
   *  @param back 1 is the one that started last before this one.
   *  @returns None where there was no such kernel, or its file is broken. */
  earlier(back: number): Line[] {
    const name = this.#names()
      .filter((n) => n < this.#name)
      .at(-back);
    const lines = new Map<number, Line>();
    try {
      for (const text of name ? readFileSync(join(this.#folder, name), "utf8").split("\n") : []) {
        if (text === "") continue;
        const entry = JSON.parse(text) as Partial<Line>;
        if (typeof entry.count !== "number") continue;
        const line = lines.get(entry.count);
        if (typeof entry.source === "string")
          lines.set(entry.count, { count: entry.count, source: entry.source, output: null });
        else if (line && typeof entry.output === "string") line.output = entry.output;
      }
    } catch {
      // What was read so far counts.
    }
    return [...lines.values()];
  }

  #names(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((n) => /^\d{14}-\d+\.jsonl$/.test(n))
        .sort();
    } catch {
      return [];
    }
  }

  #begin(): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      for (const old of this.#names().slice(0, -(maxFiles - 1))) rmSync(join(this.#folder, old));
    } catch {
      // Another kernel removed it first, or the folder belongs to someone else.
    }
  }

  #append(entry: object): void {
    const text = `${JSON.stringify(entry)}\n`;
    if (this.#isBroken || this.#bytes + text.length > maxBytes) return;
    this.#bytes += text.length;
    try {
      appendFileSync(join(this.#folder, this.#name), text, { mode: 0o600 });
    } catch {
      this.#isBroken = true;
    }
  }
}
