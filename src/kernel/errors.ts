// Errors as Jupyter shows them: name, message, the line of the cell, where it was called from, what caused it.
import { inspect } from "node:util";
import { excerpt, type Fault } from "./compiler/diagnostics.js";
import { framesOf } from "./stack.js";

/** The fields that IOPub's `error` and the reply share. */
export interface ErrorFields {
  readonly ename: string;
  readonly evalue: string;
  readonly traceback: readonly string[];
}

const red = (s: string): string => `\x1b[31m${s}\x1b[39m`;
const dim = (s: string): string => `\x1b[2m${s}\x1b[22m`;
const caret = (s: string): string => s.replace(/^( *\t*)*(\^+)$/m, (m) => red(m));

/** Thrown into a cell that its reader stops. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  constructor() {
    super("the cell was stopped; what it had already set is kept");
  }
}

function lines(text: string): string[] {
  return text.split("\n");
}

/** Describes whatever a cell threw.
 *  @param thrown Any value.
 *  @param at Where the running cell was, for errors whose own stack does not reach it, e.g. "In[7] line 2". */
export function errorFields(thrown: unknown, at?: string): ErrorFields {
  if (!(thrown instanceof Error) && !isErrorLike(thrown)) {
    const evalue = typeof thrown === "string" ? thrown : safeInspect(thrown);
    const head = `${red("Thrown")}: ${evalue}`;
    return { ename: "Thrown", evalue, traceback: [...lines(head), ...(at ? [dim(`    at ${at}`)] : [])] };
  }
  const ename = nameOf(thrown);
  const evalue = String(thrown.message);
  return { ename, evalue, traceback: describe(thrown, at, 0) };
}

/** Describes a cell that was not allowed to run.
 *  @param faults At least one. */
export function faultFields(faults: readonly Fault[]): ErrorFields {
  const first = faults[0]!;
  const ename = faults.some((f) => f.isSyntax) ? "SyntaxError" : "TypeScriptError";
  const shown = faults.slice(0, 10);
  const traceback = shown.flatMap((f) => [
    ...lines(`${red(f.isSyntax ? "SyntaxError" : "TypeScriptError")}: ${f.message}`),
    dim(`    at ${f.where} (TS${f.code})`),
    ...lines(caret(f.excerpt)).map((l) => `  ${l}`),
  ]);
  if (faults.length > shown.length) traceback.push(`... and ${faults.length - shown.length} more`);
  return { ename, evalue: `${first.where}: ${first.message}`, traceback };
}

function describe(error: Error, at: string | undefined, depth: number): string[] {
  const out = lines(`${red(nameOf(error))}: ${error.message}`);
  const list = framesOf(error);
  if (list) {
    const source = list.find((f) => f.source)?.source;
    if (source?.place) {
      const start = offsetOf(source.text, source.place.line, source.place.column);
      out.push(...lines(caret(excerpt(source.text, start, 1))).map((l) => `  ${l}`));
    }
    const texts = list.map((f) => f.text);
    if (at && !texts.some((t) => t.includes(at))) texts.push(at);
    out.push(...folded(texts).map((t) => dim(`    at ${t}`)));
  } else if (at) out.push(dim(`    at ${at}`));
  if (depth >= 5) return out;
  if (error instanceof AggregateError)
    for (const e of error.errors.slice(0, 10)) out.push(...indent("One of", e, depth));
  if (error.cause !== undefined && error.cause !== null) out.push(...indent("Caused by", error.cause, depth));
  return out;
}

/** Recursion repeats a frame: it is shown once, with how often. */
function folded(texts: readonly string[]): string[] {
  const out: { readonly text: string; times: number }[] = [];
  for (const text of texts) {
    const last = out.at(-1);
    if (last?.text === text) last.times++;
    else out.push({ text, times: 1 });
  }
  return out.map((o) => (o.times > 1 ? `${o.text}, ${o.times} times` : o.text));
}

function indent(word: string, inner: unknown, depth: number): string[] {
  const text = inner instanceof Error ? describe(inner, undefined, depth + 1) : lines(safeInspect(inner));
  return text.map((l, i) => (i === 0 ? `  ${word} ${l}` : `  ${l}`));
}

function nameOf(error: Error): string {
  return typeof error.name === "string" && error.name !== "" ? error.name : "Error";
}

function isErrorLike(x: unknown): x is Error {
  return typeof x === "object" && x !== null && Object.prototype.toString.call(x) === "[object Error]";
}

function safeInspect(x: unknown): string {
  try {
    return inspect(x);
  } catch {
    return Object.prototype.toString.call(x);
  }
}

function offsetOf(text: string, line: number, column: number): number {
  let start = 0;
  for (let i = 0; i < line; i++) start = text.indexOf("\n", start) + 1;
  return start + column;
}
