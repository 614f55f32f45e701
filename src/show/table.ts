// A table: plain columns and rows, shown as HTML where that works and as aligned text everywhere.
import { jupyterDisplay } from "./symbol.js";

/** What stands in a cell; undefined, null and NaN are shown as a dash. */
export type Cell = string | number | boolean | bigint | null | undefined;

/** A table as a plain object that a test can read. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly caption: string;
  /** The MIME bundle that Jupyter shows: HTML, and the same as text. */
  [jupyterDisplay](): { readonly "text/html": string; readonly "text/plain": string };
}

export interface TableOptions {
  /** What the table shows, a line above it. Default: none. */
  readonly caption?: string;
  /** Significant digits of numbers that are not whole. Default 4. */
  readonly digits?: number;
}

/** Makes a table.
 *
 *  @param columns Names of the columns.
 *  @param rows Lists with a cell for each column, or objects from which the columns are taken by name.
 *  @param options See TableOptions.
 *  @returns A plain object that `notebook.display` or a cell's last line shows; text is escaped in its HTML.
 *  @throws RangeError if a list has not a cell for each column. */
export function table(
  columns: readonly string[],
  rows: readonly (readonly unknown[] | object)[],
  options: TableOptions = {},
): Table {
  const cells = rows.map((row) => {
    const values = isList(row) ? row : columns.map((name) => (row as Record<string, unknown>)[name]);
    if (values.length !== columns.length)
      throw new RangeError(`table: a row must have ${columns.length} cells, got ${values.length}`);
    return values.map(toCell);
  });
  const { caption = "", digits = 4 } = options;
  return {
    columns: [...columns],
    rows: cells,
    caption,
    [jupyterDisplay]() {
      const texts = cells.map((row) => row.map((cell) => format(cell, digits)));
      const isRight = columns.map((_, c) => cells.every((row) => isNumeric(row[c])) && cells.length > 0);
      return {
        "text/html": html(caption, columns, texts, isRight),
        "text/plain": text(caption, columns, texts, isRight),
      };
    },
  };
}

function isList(r: object): r is readonly unknown[] {
  return Array.isArray(r);
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return undefined;
  if (["string", "number", "boolean", "bigint"].includes(typeof value)) return value as Cell;
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return Array.from(value as ArrayLike<unknown>, (v) => format(toCell(v), 4)).join(", ");
  return String(value);
}

function isNumeric(cell: Cell): boolean {
  return cell === undefined || typeof cell === "number" || typeof cell === "bigint";
}

function format(cell: Cell, digits: number): string {
  if (cell === undefined || cell === null || Number.isNaN(cell)) return "–";
  if (typeof cell !== "number" || Number.isInteger(cell)) return String(cell);
  return Math.abs(cell) >= 10 ** digits ? cell.toFixed(0) : String(Number(cell.toPrecision(digits)));
}

function html(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isRight: readonly boolean[],
): string {
  const cell = (tag: string, words: string, c: number) =>
    `<${tag} style="text-align:${isRight[c] === true ? "right" : "left"}">${escaped(words)}</${tag}>`;
  const line = (tag: string, words: readonly string[]) =>
    `<tr>${words.map((w, c) => cell(tag, w, c)).join("")}</tr>`;
  const head = caption === "" ? "" : `<caption>${escaped(caption)}</caption>`;
  return `<table>${head}<thead>${line("th", columns)}</thead><tbody>${rows.map((r) => line("td", r)).join("")}</tbody></table>`;
}

function escaped(words: string): string {
  const names: Record<string, string> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return words.replace(/[&<>"']/g, (c) => names[c]!);
}

function text(
  caption: string,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  isRight: readonly boolean[],
): string {
  const clean = [columns, ...rows].map((row) => row.map((w) => w.replace(/\s+/g, " ")));
  const widths = columns.map((_, c) => Math.max(...clean.map((row) => [...row[c]!].length)));
  const pad = (w: string, c: number) => {
    const space = " ".repeat(widths[c]! - [...w].length);
    return isRight[c] === true ? space + w : w + space;
  };
  const lines = clean.map((row) => row.map(pad).join("  ").trimEnd());
  const rule = widths.map((w) => "-".repeat(w)).join("  ");
  return [...(caption === "" ? [] : [caption]), lines[0], rule, ...lines.slice(1)].join("\n");
}
