// Keeps a flood of prints from drowning the front end: the first lines are sent, the rest is counted, the last lines follow.

const maxLines = 50_000;
const maxCharacters = 20e6;
const tailLines = 20;
const tailWidth = 1000;

type Name = "stdout" | "stderr";

/** What one request prints. Beyond 50,000 lines or 20 million characters it is cut, and the stream says so. */
export class Flood {
  readonly #send: (name: Name, text: string) => void;
  #lines = 0;
  #characters = 0;
  #name: Name = "stdout";
  #cutLines = 0;
  #cutCharacters = 0;
  #isCut = false;
  #tail: string[] = [];

  /** @param send Sends text to the front end. */
  constructor(send: (name: Name, text: string) => void) {
    this.#send = send;
  }

  /** Sends text, or counts it. */
  write(name: Name, text: string): void {
    if (this.#isCut) {
      this.#count(name, text);
      return;
    }
    this.#lines += lineEnds(text);
    this.#characters += text.length;
    if (this.#lines <= maxLines && this.#characters <= maxCharacters) {
      this.#send(name, text);
      return;
    }
    this.#isCut = true;
    const fits = Math.max(0, Math.min(text.length, maxCharacters - (this.#characters - text.length)));
    const shown = this.#lines > maxLines ? "" : text.slice(0, fits);
    const what = `${maxLines.toLocaleString("en")} lines or ${maxCharacters / 1e6} MB`;
    this.#send(name, `${shown}\n[cut: a cell shows ${what}; its last lines follow when it ends]\n`);
    this.#count(name, text.slice(shown.length));
  }

  /** The request is answered: says how much was cut, and shows the last lines of it. */
  end(): void {
    if (this.#cutCharacters === 0) return;
    const lines = this.#tail.join("").split("\n");
    if (lines.at(-1) === "") lines.pop();
    const last = lines.slice(-tailLines);
    const amount = `${this.#cutLines.toLocaleString("en")} lines, ${(this.#cutCharacters / 1e6).toFixed(1)} MB`;
    this.#send(this.#name, `[${amount} are not shown; the last ${last.length}:]\n${last.join("\n")}\n`);
    this.#cutLines = 0;
    this.#cutCharacters = 0;
    this.#tail = [];
  }

  #count(name: Name, text: string): void {
    this.#name = name;
    this.#cutLines += lineEnds(text);
    this.#cutCharacters += text.length;
    this.#tail.push(text.length > tailWidth ? text.slice(-tailWidth) : text);
    if (this.#tail.length > 2 * tailLines) this.#tail = this.#tail.slice(-tailLines);
  }
}

function lineEnds(text: string): number {
  let n = 0;
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) n++;
  return n;
}
