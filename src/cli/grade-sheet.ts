// The table of grades: a row a notebook, a column a check; and the journal from which a stopped grading goes on.
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { csvField } from "../data/csv-field.js";
import type { CheckState } from "./grade-run.js";

/** A row of the table. */
export interface Row {
  /** Path below the folder that was graded. */
  readonly file: string;
  /** File name of the original; empty where none was found. */
  readonly notebook: string;
  /** Every check of the original and what became of it. */
  readonly checks: Readonly<Record<string, CheckState>>;
  /** Those of them that are an exercise's test: what is counted. Default: all. */
  readonly exercises?: readonly string[];
  readonly minutes: number;
  /** What went wrong, in one line; empty where nothing did. */
  readonly error: string;
}

const counted = ({ checks, exercises = Object.keys(checks) }: Row) => exercises;

/** How many exercises of a row ended so. The checks that the notebook makes of itself pass for everybody, so they are not counted. */
export const count = (row: Row, state: CheckState): number =>
  counted(row).filter((name) => row.checks[name] === state).length;

/** A field: quoted where it must be; a text that a spreadsheet would take for a formula gets an apostrophe. */
function field(text: string): string {
  return csvField(/^[=+\-@\t]/.test(text) ? `'${text}` : text);
}

const number = (notebook: string) => /^\d+/.exec(notebook)?.[0] ?? notebook.replace(/\.ipynb$/, "");

/** Name of a check's column: the notebook's number and the check's name. */
export const columnOf = (notebook: string, check: string): string => `${number(notebook)} ${check}`;

/** The table as CSV (RFC 4180, UTF-8).
 *
 *  @param rows In their order.
 *  @returns Columns file, notebook; passed, failed, open: how many exercises; minutes, error; then a column an exercise, then one a check that the
 *    notebook makes of itself; empty where the row's notebook has it not. */
export function csvOf(rows: readonly Row[]): string {
  const columns = new Set<string>();
  const sorted = [...rows].sort((a, b) => (a.notebook < b.notebook ? -1 : 1));
  for (const checksOf of [counted, ({ checks }: Row) => Object.keys(checks)])
    for (const row of sorted) for (const check of checksOf(row)) columns.add(columnOf(row.notebook, check));
  const head = ["file", "notebook", "passed", "failed", "open", "minutes", "error", ...columns];
  const body = rows.map((row) => {
    const states = new Map(
      Object.entries(row.checks).map(([check, state]) => [columnOf(row.notebook, check), state]),
    );
    const counts = (["passed", "failed", "open"] as const).map((state) => `${count(row, state)}`);
    const fixed = [row.file, row.notebook, ...counts, row.minutes.toFixed(1), row.error];
    return [...fixed, ...[...columns].map((column) => states.get(column) ?? "")];
  });
  return [head, ...body].map((fields) => `${fields.map(field).join(",")}\r\n`).join("");
}

/** Rows that are done already, by key. A line that a kill cut short is left out. */
export function readGrades(file: string): Map<string, Row> {
  const done = new Map<string, Row>();
  if (!existsSync(file)) return done;
  for (const line of readFileSync(file, "utf8").split("\n"))
    try {
      const { key, row } = JSON.parse(line) as { readonly key: string; readonly row: Row };
      done.set(key, row);
    } catch {
      // the last line of a killed run, or an empty one
    }
  return done;
}

/** Adds a row to the journal. @param key What it was graded from: notebook, original, limits. */
export function noteGrade(file: string, key: string, row: Row): void {
  appendFileSync(file, `${JSON.stringify({ key, row })}\n`);
}
