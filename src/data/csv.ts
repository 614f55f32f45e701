// Reads CSV files of any size into typed columns, a megabyte of the file at a time.
import { type ByteSource, fileSource, memorySource } from "../formats/index.js";
import { DictionaryColumn, NumberColumn } from "./csv-column.js";
import { parseNumber } from "./csv-number.js";
import { RowScanner } from "./csv-scan.js";
import { nearest } from "./nearest.js";
import { type ColumnTable, columnTable } from "./table.js";

/** The row at hand, for `where`. */
export interface CsvRow {
  /** A field as a number; NaN where it is missing or none. @throws RangeError if there is no such column. */
  number(name: string): number;
  /** A field as text, "" where it is empty. @throws RangeError if there is no such column. */
  text(name: string): string;
}

export interface CsvOptions {
  /** Columns to keep, in the file's order. Default: all. */
  readonly columns?: readonly string[];
  /** Which rows to keep; the others take no memory. May be asked twice for a row. Default: all. */
  readonly where?: (row: CsvRow) => boolean;
  /** Kinds of columns where the file's first 1,000 rows mislead, e.g. { source_id: "text" }. */
  readonly kinds?: Readonly<Record<string, "number" | "text">>;
  /** Default ",". */
  readonly separator?: "," | ";" | "\t";
}

/** Reads a CSV file with a header line.
 *
 *  A column is of numbers if each of its fields is one or missing (empty, nan, None, null, NA); whole numbers with zeros in front
 *  or from 2^53 on are texts, for they are codes. Texts of which at most 65,536 differ become a dictionary. A byte order mark, CRLF, quoted
 *  fields with doubled quotes and line breaks, and a last line without an end are understood; empty lines are passed over.
 *
 *  Memory: 8 bytes a number, 1 or 2 a dictionary's code, its length + 4 a text; `columns` and `where` keep it small. The file is read once,
 *  and once more if a column turns out to hold text after its first 1,000 rows.
 *
 *  @param input Path of the file, or its bytes.
 *  @param options See CsvOptions.
 *  @returns The table.
 *  @throws RangeError with the line if a row has more or fewer fields than the header, a quoted field does not end, names of the header are
 *    empty or doubled, or a column that must hold numbers does not; Error as Node says it if the file cannot be opened. */
export function readCsv(input: string | Uint8Array, options: CsvOptions = {}): ColumnTable {
  if (typeof input !== "string") return readFrom(memorySource(input), options);
  const source = fileSource(input);
  try {
    return readFrom(source, options);
  } finally {
    source.close();
  }
}

const sampled = 1000; // rows from which kinds are guessed

function readFrom(source: ByteSource, options: CsvOptions): ColumnTable {
  const { kinds = {}, columns } = options;
  const names = headerOf(new RowScanner(source, separatorOf(options)));
  for (const name of [...(columns ?? []), ...Object.keys(kinds)]) requireName(name, names);
  const kept = names.filter((name) => columns?.includes(name) ?? true);
  const guess = pass(source, names, kept, new Set(), options, sampled);
  let texts = new Set([...guess.misfits, ...kept.filter((name) => kinds[name] === "text")]);
  for (const name of kept) if (kinds[name] === "number") texts.delete(name);
  for (;;) {
    const result = pass(source, names, kept, texts, options, Number.POSITIVE_INFINITY);
    if (result.misfits.size === 0) return result.table;
    texts = new Set([...texts, ...result.misfits]);
  }
}

/** Reads up to `most` rows. Columns in `texts` become texts, the others numbers; those that hold something else are the misfits. */
function pass(
  source: ByteSource,
  names: readonly string[],
  kept: readonly string[],
  texts: ReadonlySet<string>,
  options: CsvOptions,
  most: number,
): { readonly table: ColumnTable; readonly misfits: ReadonlySet<string> } {
  const scanner = new RowScanner(source, separatorOf(options));
  scanner.next(); // the header
  const { where, kinds = {} } = options;
  const row = rowOf(scanner, names);
  const misfits = new Set<string>();
  const growing = kept.map((name) => (texts.has(name) ? new DictionaryColumn() : new NumberColumn()));
  const places = kept.map((name) => names.indexOf(name));
  let length = 0;
  for (let seen = 0; seen < most && scanner.next(); seen++) {
    if (scanner.count !== names.length)
      throw new RangeError(
        `readCsv: a row must have ${names.length} fields as the header has, got ${scanner.count} in line ${scanner.line}`,
      );
    if (where !== undefined && !where(row)) continue;
    length++;
    for (let k = 0; k < growing.length; k++) {
      const column = growing[k]!;
      const place = places[k]!;
      const start = scanner.starts[place]!;
      const end = scanner.ends[place]!;
      if (column instanceof NumberColumn) {
        const value = parseNumber(scanner.bytes, start, end);
        if (value === undefined) {
          const name = kept[k]!;
          if (kinds[name] === "number")
            throw new RangeError(
              `readCsv: the column ${name} must hold numbers, got "${fieldText(scanner, place)}" in line ${scanner.line}`,
            );
          misfits.add(name);
        }
        column.push(value ?? Number.NaN);
      } else if (scanner.isEscaped[place] === 0) column.push(scanner.bytes, start, end);
      else {
        const text = Buffer.from(fieldText(scanner, place));
        column.push(text, 0, text.length);
      }
    }
  }
  const columns = growing.map((column, k) => [kept[k]!, column.finish()] as const);
  return { table: columnTable(new Map(columns), length), misfits };
}

function separatorOf({ separator = "," }: CsvOptions): number {
  if (![",", ";", "\t"].includes(separator))
    throw new RangeError(`readCsv: the separator must be a comma, a semicolon or a tab, got "${separator}"`);
  return separator.charCodeAt(0);
}

function headerOf(scanner: RowScanner): string[] {
  if (!scanner.next()) throw new RangeError("readCsv: there must be a header line, got an empty file");
  const names = Array.from({ length: scanner.count }, (_, i) => fieldText(scanner, i).trim());
  for (const [i, name] of names.entries())
    if (name === "" || names.indexOf(name) < i)
      throw new RangeError(
        `readCsv: names in the header must differ and not be empty, got "${name}" in field ${i + 1}`,
      );
  return names;
}

function requireName(name: string, names: readonly string[]): void {
  if (!names.includes(name))
    throw new RangeError(
      `readCsv: the column must be one of ${names.length}, got "${name}"${nearest(name, names)}`,
    );
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function fieldText(scanner: RowScanner, place: number): string {
  const text = decoder.decode(scanner.bytes.subarray(scanner.starts[place], scanner.ends[place]));
  return scanner.isEscaped[place] === 1 ? text.replaceAll('""', '"') : text;
}

function rowOf(scanner: RowScanner, names: readonly string[]): CsvRow {
  const places = new Map(names.map((name, i) => [name, i]));
  const place = (name: string): number => {
    const found = places.get(name);
    if (found === undefined) requireName(name, names);
    return found!;
  };
  return {
    number(name) {
      const at = place(name);
      return parseNumber(scanner.bytes, scanner.starts[at]!, scanner.ends[at]!) ?? Number.NaN;
    },
    text: (name) => fieldText(scanner, place(name)),
  };
}
