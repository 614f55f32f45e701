// Type and syntax errors as a reader of the notebook wants them: the cell, the line, a caret.
import { relative } from "node:path";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** One error, ready to print. */
export interface Fault {
  /** "In[7] line 2" or "../src/x.ts line 3". */
  readonly where: string;
  readonly message: string;
  readonly code: number;
  /** The offending line, numbered, with carets under the fault. */
  readonly excerpt: string;
  readonly isSyntax: boolean;
}

/** Not errors in a notebook: a package without declarations is `any`. */
const ignored = new Set([7016]);

/** Turns diagnostics into faults.
 *  @param diagnostics As the checker gives them.
 *  @param label What the cell is called, e.g. In[7].
 *  @param cell The cell's path and the length of what its author wrote; later text is the kernel's.
 *  @param cwd Paths are shown relative to it.
 *  @returns Faults in source order. */
export function faults(
  diagnostics: readonly TS.Diagnostic[],
  label: string,
  cell: { readonly path: string; readonly end: number; readonly labels: (id: number) => string },
  cwd: string,
): Fault[] {
  const found: Fault[] = [];
  for (const d of diagnostics) {
    if (d.category !== ts.DiagnosticCategory.Error || ignored.has(d.code) || !d.file || d.start === undefined)
      continue;
    const isCell = d.file.fileName === cell.path;
    const start = isCell ? Math.min(d.start, cell.end) : d.start;
    const isSyntax = d.code < 2000;
    if (isCell && d.start > cell.end && !isSyntax) continue;
    const text = isCell ? d.file.text.slice(0, cell.end) : d.file.text;
    const at = ts.getLineAndCharacterOfPosition(d.file, start);
    const where = `${isCell ? label : relative(cwd, d.file.fileName)} line ${at.line + 1}`;
    const raw = ts.flattenDiagnosticMessageText(d.messageText, "\n");
    const message = raw
      .replace(/import\("[^"]*__cell_(\d*)"\)/g, (_, id: string) => cell.labels(Number(id)))
      .replace(/because it is an import\b/, "because it was declared in an earlier cell without let");
    found.push({ where, message, code: d.code, excerpt: excerpt(text, start, d.length ?? 1), isSyntax });
  }
  return found;
}

/** A line of text with carets under a part of it.
 *  @param text The whole text.
 *  @param start Where the part starts.
 *  @param length Its length; cut at the line's end, at least one caret. */
export function excerpt(text: string, start: number, length: number): string {
  const before = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(0, before).split("\n").length;
  const end = text.indexOf("\n", start);
  const source = text.slice(before, end < 0 ? undefined : end);
  const prefix = `${line} | `;
  const blank = source.slice(0, start - before).replace(/[^\t]/g, " ");
  const carets = "^".repeat(Math.max(1, Math.min(length, source.length - (start - before))));
  return `${prefix}${source}\n${" ".repeat(prefix.length)}${blank}${carets}`;
}
