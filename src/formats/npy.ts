// NumPy arrays: .npy files as typed arrays in C order, whole or by rows.
import type { Grid, TypedArray } from "../core/grid.js";
import { fromFloat16 } from "./float16.js";
import { elementBytes, type NpyHeader, type NpyType, npyTypes, readNpyHeader } from "./npy-header.js";
import { type ArrayOf, type NumberKind, newArray, readNumbers } from "./numbers.js";
import { reorder } from "./order.js";
import { type ByteSource, type Input, sourceOf } from "./source.js";

/** An array of a .npy file. Numbers are a Grid; bool is a Uint8Array of 0 and 1, float16 a Float32Array, int64 a BigInt64Array, text a list of strings. */
export interface NpyArray {
  /** Elements in C order, shape as below. */
  readonly data: TypedArray | readonly string[];
  readonly shape: readonly number[];
  readonly dtype: NpyType;
  /** Characters of an element, for "str" and "bytes"; 1 else. */
  readonly width: number;
  /** How the file keeps it; `data` is in C order always. */
  readonly isFortran: boolean;
  readonly isLittle: boolean;
}

/** How to read a .npy file. */
export interface NpyReadOptions {
  /** Only the elements [from, to) along the first axis. Default: all. */
  readonly rows?: readonly [from: number, to: number];
}

/** Stored numbers of rows [from, to) of an array whose stored axes are `shape`, last axis `width` for text. */
function readRows<K extends NumberKind>(
  source: ByteSource,
  header: NpyHeader,
  kind: K,
  from: number,
  to: number,
): ArrayOf<K> {
  const { shape, width, offset, isLittle } = header;
  const across = shape.slice(1).reduce((n, axis) => n * axis, 1);
  const bytes = elementBytes(header);
  const nRows = to - from;
  if (!header.isFortran || shape.length < 2)
    return readNumbers(source, offset + from * across * bytes, nRows * across * width, kind, isLittle);
  const columnMajor = newArray(kind, nRows * across * width);
  // a few MB of whole columns at a time; a column longer than that is read alone, and only its part
  const step = Math.max(1, Math.floor(2 ** 22 / Math.max(1, shape[0]! * bytes)));
  for (let first = 0; first < across && nRows > 0; first += step) {
    const n = Math.min(step, across - first);
    const count = ((n - 1) * shape[0]! + nRows) * width;
    const piece = readNumbers(source, offset + (first * shape[0]! + from) * bytes, count, kind, isLittle);
    for (let i = 0; i < n; i++) {
      const column = piece.subarray(i * shape[0]! * width, (i * shape[0]! + nRows) * width);
      (columnMajor as Uint8Array).set(column as Uint8Array, (first + i) * nRows * width);
    }
  }
  return columnMajor;
}

function textOf(name: string, codes: Uint32Array | Uint8Array, width: number, count: number): string[] {
  return Array.from({ length: count }, (_, i) => {
    let end = (i + 1) * width;
    while (end > i * width && codes[end - 1] === 0) end--;
    let text = "";
    for (let j = i * width; j < end; j++) {
      const code = codes[j]!;
      if (code > 0x10ffff)
        throw new RangeError(`${name}: text must hold Unicode characters, got code ${code} in element ${i}`);
      text += String.fromCodePoint(code);
    }
    return text;
  });
}

/** Reads a NumPy array.
 *
 *  All real types: bool, int8 to int64, uint8 to uint64, float16, float32, float64, and text (U, S); both byte orders; C and
 *  Fortran order. Objects (pickles) are refused: nothing is executed.
 *
 *  @param input The file's bytes, or a source such as fileSource(path); with `rows` only those are read from it.
 *  @param options.rows Elements [from, to) along the first axis. Default: all.
 *  @param options.as "float32" or "float64": a plain Grid of numbers in that type, whatever the file's.
 *  @returns The array, elements in C order; with `as` a Grid.
 *  @throws RangeError if the file is not a .npy file, is cut short, or holds another type.
 *  @see NEP 1; numpy.lib.format. */
export function readNpy(
  input: Input,
  options: NpyReadOptions & { readonly as: "float32" },
): Grid<Float32Array>;
export function readNpy(
  input: Input,
  options: NpyReadOptions & { readonly as: "float64" },
): Grid<Float64Array>;
export function readNpy(input: Input, options?: NpyReadOptions): NpyArray;
export function readNpy(
  input: Input,
  options: NpyReadOptions & { readonly as?: "float32" | "float64" } = {},
): NpyArray | Grid<Float32Array> | Grid<Float64Array> {
  const source = sourceOf("readNpy", input);
  const header = readNpyHeader("readNpy", source);
  const { dtype, width, isFortran, isLittle } = header;
  const [from, to] = options.rows ?? [0, header.shape[0] ?? 1];
  const isInside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
  if (!isInside || to > (header.shape[0] ?? 1) || (options.rows && header.shape.length === 0))
    throw new RangeError(
      `readNpy: rows must lie in [0, ${header.shape[0] ?? 1}] of an array with axes, got ${from} to ${to}`,
    );
  const shape = header.shape.length === 0 ? [] : [to - from, ...header.shape.slice(1)];
  const kind = npyTypes[dtype].kind;
  const stored = readRows(source, header, kind, from, to);
  const facts = { shape, dtype, width, isFortran, isLittle };
  if (dtype === "str" || dtype === "bytes") {
    if (options.as) throw new TypeError(`readNpy: text cannot be read as ${options.as}, got type ${dtype}`);
    const count = shape.reduce((n, axis) => n * axis, 1);
    if (width === 0 && count > source.size)
      throw new RangeError(
        `readNpy: text without characters must have fewer elements than the file has bytes, got ${count}`,
      );
    const text = textOf("readNpy", stored as Uint32Array, width, count);
    if (!isFortran) return { data: text, ...facts };
    const turned = new Array<string>(count);
    reorder(text, turned, shape, true);
    return { data: turned, ...facts };
  }
  let data: TypedArray = stored;
  if (isFortran && shape.length > 1) {
    data = newArray(kind, stored.length);
    reorder(stored as Uint8Array, data as Uint8Array, shape, true);
  }
  if (dtype === "float16") data = Float32Array.from(data as Uint16Array, fromFloat16);
  if (dtype === "bool") for (let i = 0; i < data.length; i++) if (data[i] !== 0) data[i] = 1;
  if (options.as === "float32")
    return {
      data: data instanceof Float32Array ? data : Float32Array.from(data as Uint8Array, Number),
      shape,
    };
  if (options.as === "float64")
    return {
      data: data instanceof Float64Array ? data : Float64Array.from(data as Uint8Array, Number),
      shape,
    };
  return { data, ...facts };
}
