// A table of typed columns: what a big CSV file becomes before a part of it goes to danfo.
import { DictionaryColumn } from "./csv-column.js";
import { nearest } from "./nearest.js";

/** A column. Numbers that are missing are NaN. Texts are kept once with codes where few differ, else as UTF-8 one behind the other. */
export type Column =
  | { readonly kind: "number"; readonly values: Float64Array }
  | {
      readonly kind: "dictionary";
      readonly codes: Uint8Array | Uint16Array;
      readonly entries: readonly string[];
    }
  | {
      readonly kind: "text";
      readonly bytes: Uint8Array;
      /** Byte after the last of each text. */
      readonly ends: Uint32Array;
    };

/** A row: numbers are NaN where they are missing, texts "". */
export type TableRow = Readonly<Record<string, number | string>>;

/** A table of typed columns, all of one length. */
export interface ColumnTable {
  readonly length: number;
  /** Names of the columns, in the file's order. */
  readonly names: readonly string[];
  readonly columns: ReadonlyMap<string, Column>;
  /** Values of a column of numbers, not copied. @throws RangeError if there is no such column; TypeError if it holds text. */
  numbers(name: string): Float64Array;
  /** Texts of a column, one string a row; numbers are written out. @throws RangeError if there is no such column. */
  texts(name: string): string[];
  /** The rows that a test takes. @param test Gets the row's number; reads columns as it likes. */
  filter(test: (row: number) => boolean): ColumnTable;
  /** Plain objects, one a row, as `data.frame` takes them. */
  rows(): TableRow[];
}

/** Makes a table of columns.
 *  @param columns Name to column.
 *  @param length Rows of each. */
export function columnTable(columns: ReadonlyMap<string, Column>, length: number): ColumnTable {
  const names = [...columns.keys()];
  const column = (call: string, name: string): Column => {
    const found = columns.get(name);
    if (found === undefined)
      throw new RangeError(
        `table.${call}: the column must be one of ${names.length}, got "${name}"${nearest(name, names)}`,
      );
    return found;
  };
  return {
    length,
    names,
    columns,
    numbers(name) {
      const found = column("numbers", name);
      if (found.kind !== "number")
        throw new TypeError(`table.numbers: the column must hold numbers, got text in "${name}"`);
      return found.values;
    },
    texts(name) {
      const read = reader(column("texts", name));
      return Array.from({ length }, (_, row) => String(read(row)));
    },
    filter(test) {
      const kept: number[] = [];
      for (let row = 0; row < length; row++) if (test(row)) kept.push(row);
      const rows = Uint32Array.from(kept);
      const taken = names.map((name) => [name, take(columns.get(name)!, rows)] as const);
      return columnTable(new Map(taken), rows.length);
    },
    rows() {
      const readers = names.map((name) => [name, reader(columns.get(name)!)] as const);
      return Array.from({ length }, (_, row) =>
        Object.fromEntries(readers.map(([name, read]) => [name, read(row)])),
      );
    },
  };
}

/** A table of plain rows, such as `stead.attributes` gives: a column of numbers where each value is one (truth values as 0 and 1) or
 *  missing, of texts else; lists become text.
 *
 *  @param rows Objects; columns are the keys of all of them, in the order in which they first come.
 *  @returns The table. */
export function table(rows: readonly Readonly<Record<string, unknown>>[]): ColumnTable {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isNothing = (value: unknown) => value === undefined || value === null;
  const isNumber = (value: unknown) => ["number", "bigint", "boolean"].includes(typeof value);
  const columns = names.map((name): [string, Column] => {
    const values = rows.map((row) => row[name]);
    if (values.every((value) => isNothing(value) || isNumber(value)))
      return [
        name,
        { kind: "number", values: Float64Array.from(values, (v) => (isNothing(v) ? Number.NaN : Number(v))) },
      ];
    const growing = new DictionaryColumn();
    for (const value of values) {
      const isList = Array.isArray(value) || ArrayBuffer.isView(value);
      const text = isNothing(value)
        ? ""
        : isList
          ? Array.from(value as ArrayLike<unknown>).join(" ")
          : String(value);
      const bytes = Buffer.from(text);
      growing.push(bytes, 0, bytes.length);
    }
    return [name, growing.finish()];
  });
  return columnTable(new Map(columns), rows.length);
}

function reader(column: Column): (row: number) => number | string {
  if (column.kind === "number") return (row) => column.values[row]!;
  if (column.kind === "dictionary") return (row) => column.entries[column.codes[row]!]!;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const { bytes, ends } = column;
  return (row) => decoder.decode(bytes.subarray(ends[row - 1] ?? 0, ends[row]));
}

function take(column: Column, rows: Uint32Array): Column {
  if (column.kind === "number") {
    const values = new Float64Array(rows.length);
    for (let i = 0; i < rows.length; i++) values[i] = column.values[rows[i]!]!;
    return { kind: "number", values };
  }
  if (column.kind === "dictionary") {
    const codes = new (column.codes instanceof Uint8Array ? Uint8Array : Uint16Array)(rows.length);
    for (let i = 0; i < rows.length; i++) codes[i] = column.codes[rows[i]!]!;
    return { kind: "dictionary", codes, entries: column.entries };
  }
  const { bytes, ends } = column;
  const length = rows.reduce((sum, row) => sum + ends[row]! - (ends[row - 1] ?? 0), 0);
  const taken = { kind: "text" as const, bytes: new Uint8Array(length), ends: new Uint32Array(rows.length) };
  let at = 0;
  for (const [i, row] of rows.entries()) {
    const text = bytes.subarray(ends[row - 1] ?? 0, ends[row]);
    taken.bytes.set(text, at);
    at += text.length;
    taken.ends[i] = at;
  }
  return taken;
}
