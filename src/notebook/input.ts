// Asking the reader: Jupyter's input box, or a line of the terminal.
import { createInterface } from "node:readline";
import { Writable } from "node:stream";
import { host } from "../core/host.js";

/** Asks the reader for a line of text.
 *
 *  @param prompt What is asked.
 *  @param options.password Do not show what is typed. Default false.
 *  @returns Resolves to the answer, without the line's end.
 *  @throws Error if nobody can answer: a front end without input, a terminal at its end. */
export function input(prompt: string, options: { readonly password?: boolean } = {}): Promise<string> {
  const password = options.password ?? false;
  const h = host();
  return h ? h.input(prompt, password) : fromTerminal(prompt, password);
}

function fromTerminal(prompt: string, password: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
    const terminal = process.stdin.isTTY === true;
    process.stdout.write(prompt);
    const lines = createInterface({
      input: process.stdin,
      output: password ? hidden : process.stdout,
      terminal,
    });
    let isAnswered = false;
    lines.once("line", (line) => {
      isAnswered = true;
      lines.close();
      if (password) process.stdout.write("\n");
      resolve(line);
    });
    lines.once("close", () => {
      if (!isAnswered) reject(new Error("input: someone must answer, got the end of standard input"));
    });
  });
}
