// The one file through which danfo, a pandas for JavaScript, is used. It is loaded with the first table.

import { createRequire } from "node:module";
import type { DataFrame } from "danfojs-node";
import { restoreOldUtil } from "../core/index.js";
import type { ColumnTable } from "./table.js";

type Row = Readonly<Record<string, unknown>>;

/** A danfo DataFrame of rows, or of a table of typed columns: groupby, agg, sortValues, query, describe, plot-ready columns.
 *
 *  Columns are the keys of all rows. Nothing is NaN in a column of numbers; lists become text. Beware: danfo's `count` of a group
 *  counts rows, missing values too (pandas does not). Loading danfo takes about a second, once; it uses the same TensorFlow.js as room tensor/.
 *
 *  @param data One object a row, e.g. from `stead.attributes`, or the part of a table from `data.readCsv` that is wanted.
 *  @returns A promise of the DataFrame.
 *  @throws RangeError if there is no row. */
export async function frame(data: readonly Row[] | ColumnTable): Promise<DataFrame> {
  const rows = "columns" in data ? data.rows() : data;
  if (rows.length === 0) throw new RangeError("data.frame: there must be one row at least, got none");
  const { DataFrame } = load();
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isNumeric = new Map(columns.map((name) => [name, rows.every((row) => isNumberOrNothing(row[name]))]));
  const cell = (name: string, value: unknown) => {
    if (value === undefined || value === null) return isNumeric.get(name) === true ? Number.NaN : undefined;
    if (typeof value === "bigint") return Number(value);
    return typeof value === "object" ? Array.from(value as ArrayLike<unknown>).join(" ") : value;
  };
  const values = rows.map((row) => columns.map((name) => cell(name, row[name])));
  return new DataFrame(values as never, { columns });
}

function isNumberOrNothing(value: unknown): boolean {
  return value === undefined || value === null || typeof value === "number" || typeof value === "bigint";
}

let loaded: typeof import("danfojs-node") | undefined;

function load(): typeof import("danfojs-node") {
  const require = createRequire(import.meta.url);
  restoreOldUtil();
  loaded ??= require("danfojs-node") as typeof import("danfojs-node");
  return loaded;
}
