// MAT 5: values to bytes, laid out as SciPy's savemat does.
import { deflateSync } from "node:zlib";
import type { Grid, TypedArray } from "../core/grid.js";
import {
  classKinds,
  type MatClass,
  type MatNumeric,
  type MatText,
  type MatValue,
  matClasses,
  matType,
  typeKinds,
} from "./mat-values.js";
import { joinBytes, numberBytes } from "./numbers.js";
import { reorder } from "./order.js";

/** How to write a MAT file. */
export interface MatWriteOptions {
  /** Text at the file's start, at most 116 characters. Default "MATLAB 5.0 MAT-file, written by geodl". */
  readonly description?: string;
  /** Deflate each variable. Default false. */
  readonly isCompressed?: boolean;
  /** Byte order. Default true. */
  readonly isLittle?: boolean;
}

/** What can be written: a value as readMat gives it, a Grid, a number, a text or rows of it. */
export type MatWritable = MatValue | Grid<TypedArray> | number | string | readonly string[];

function element(type: number, bytes: Uint8Array, isLittle: boolean): Uint8Array {
  const isSmall = bytes.length <= 4;
  const out = new Uint8Array(isSmall ? 8 : 8 + Math.ceil(bytes.length / 8) * 8);
  const view = new DataView(out.buffer);
  if (isSmall) view.setUint32(0, type | (bytes.length << 16), isLittle);
  else {
    view.setUint32(0, type, isLittle);
    view.setUint32(4, bytes.length, isLittle);
  }
  out.set(bytes, isSmall ? 4 : 8);
  return out;
}

function classOf(data: TypedArray): MatClass {
  if (data instanceof Float64Array) return "double";
  if (data instanceof Float32Array) return "single";
  if (data instanceof Uint8ClampedArray) return "uint8";
  return data.constructor.name
    .replace(/^Big/, "")
    .replace(/Array$/, "")
    .toLowerCase() as MatClass;
}

function plainValue(name: string, value: MatWritable): MatValue {
  if (typeof value === "number")
    return {
      kind: "numeric",
      class: "double",
      data: Float64Array.of(value),
      shape: [1, 1],
      isLogical: false,
    };
  if (typeof value === "string" || Array.isArray(value)) {
    const rows = typeof value === "string" ? [value] : (value as readonly string[]);
    const width = Math.max(0, ...rows.map((row) => [...row].length));
    const filled = rows.map((row) => row + " ".repeat(width - [...row].length));
    return { kind: "text", rows: filled, shape: [rows.length, width] };
  }
  const given = value as MatValue | Grid<TypedArray>;
  if ("kind" in given) return given;
  if (!ArrayBuffer.isView(given.data))
    throw new TypeError(
      `writeMat: a variable must be a value, a Grid, a number or text, got ${typeof given.data} in ${name}`,
    );
  return {
    kind: "numeric",
    class: classOf(given.data),
    data: given.data,
    shape: given.shape,
    isLogical: false,
  };
}

/** MATLAB knows no fewer than two axes; a list is a row. */
function axesOf(shape: readonly number[]): readonly number[] {
  return shape.length >= 2 ? shape : [1, shape[0] ?? 1];
}

function columnMajor<T extends TypedArray>(data: T, shape: readonly number[]): T {
  const out = new (data.constructor as new (n: number) => T)(data.length);
  reorder(data as Uint8Array, out as Uint8Array, shape, false);
  return out;
}

function numericElements(
  name: string,
  value: MatNumeric,
  shape: readonly number[],
  isLittle: boolean,
): Uint8Array[] {
  const kind = Object.hasOwn(classKinds, value.class) ? classKinds[value.class] : undefined;
  const type = Number(Object.entries(typeKinds).find(([, k]) => k === kind)?.[0]);
  const parts = value.imaginary ? [value.data, value.imaginary] : [value.data];
  const n = shape.reduce((a, b) => a * b, 1);
  for (const part of parts)
    if (classOf(part) !== value.class || part.length !== n)
      throw new RangeError(
        `writeMat: ${name} must hold ${n} elements of class ${value.class}, got ${part.length} of ${classOf(part)}`,
      );
  return parts.map((part) => element(type, numberBytes(columnMajor(part, shape), isLittle), isLittle));
}

function textElement(name: string, { rows, shape }: MatText, isLittle: boolean): Uint8Array {
  const codes = rows.flatMap((row) => Array.from(row, (c) => c.codePointAt(0)!));
  const n = axesOf(shape).reduce((a, b) => a * b, 1);
  if (codes.length !== n)
    throw new RangeError(
      `writeMat: the rows of ${name} must fill the shape [${shape.join(", ")}], got ${codes.length} characters`,
    );
  const stored = new Array<number>(n);
  reorder(codes, stored, axesOf(shape), false);
  return element(
    matType.utf8,
    new Uint8Array(Buffer.from(stored.map((code) => String.fromCodePoint(code)).join(""), "utf8")),
    isLittle,
  );
}

/** The element of one array. */
function matrix(name: string, label: string, value: MatValue, isLittle: boolean): Uint8Array {
  if (value.kind === "other" || value.kind === "sparse")
    throw new TypeError(`writeMat: ${name} must be numeric, text, a cell or a struct, got ${value.kind}`);
  const shape = axesOf(value.shape);
  const n = shape.reduce((a, b) => a * b, 1);
  const words = (values: readonly number[], type: number) =>
    element(type, numberBytes(Int32Array.from(values), isLittle), isLittle);
  const code = matClasses.indexOf(
    value.kind === "numeric" ? value.class : value.kind === "text" ? "char" : value.kind,
  );
  const isComplex = value.kind === "numeric" && value.imaginary !== undefined;
  const isLogical = value.kind === "numeric" && value.isLogical;
  const pieces = [
    words([code | (isComplex ? 0x800 : 0) | (isLogical ? 0x200 : 0), 0], matType.uint32),
    words(shape, matType.int32),
    element(matType.int8, new Uint8Array(Buffer.from(label, "latin1")), isLittle),
  ];
  const nested = (values: readonly MatValue[], path: string) => {
    if (values.length !== n)
      throw new RangeError(`writeMat: ${path} must hold ${n} values, got ${values.length}`);
    const stored = new Array<MatValue>(n);
    reorder(values as MatValue[], stored, shape, false);
    return stored.map((inner) => matrix(path, "", inner, isLittle));
  };
  if (value.kind === "numeric") pieces.push(...numericElements(name, value, shape, isLittle));
  else if (value.kind === "text") pieces.push(textElement(name, value, isLittle));
  else if (value.kind === "cell") pieces.push(...nested(value.values, name));
  else {
    const names = [...value.fields.keys()];
    const width = 1 + Math.max(0, ...names.map((field) => field.length));
    for (const field of names) requireName(field);
    pieces.push(words([width], matType.int32));
    pieces.push(
      element(
        matType.int8,
        new Uint8Array(Buffer.from(names.map((field) => field.padEnd(width, "\0")).join(""), "latin1")),
        isLittle,
      ),
    );
    const lists = names.map((field) => nested(value.fields.get(field)!, `${name}.${field}`));
    for (let i = 0; i < n; i++) for (const list of lists) pieces.push(list[i]!);
  }
  const body = joinBytes(pieces);
  const tag = numberBytes(Uint32Array.of(matType.matrix, body.length), isLittle);
  return joinBytes([tag, body]);
}

function requireName(name: string): void {
  if (!/^[A-Za-z]\w{0,62}$/.test(name))
    throw new RangeError(
      `writeMat: a name must be a letter and at most 62 letters, digits and underscores, got ${JSON.stringify(name)}`,
    );
}

/** Writes a MAT 5 file, uncompressed byte for byte as SciPy does.
 *
 *  @param variables By name: values as readMat gives them, Grids (C order), numbers, text. A list of one axis is a row.
 *  @param options.description Text at the file's start.
 *  @param options.isCompressed Deflate each variable. Default false.
 *  @param options.isLittle Byte order. Default true.
 *  @returns The file's bytes.
 *  @throws RangeError if a name is none, or a shape does not fit its elements; TypeError for what cannot be written. */
export function writeMat(
  variables: ReadonlyMap<string, MatWritable> | Readonly<Record<string, MatWritable>>,
  options: MatWriteOptions = {},
): Uint8Array {
  const {
    description = "MATLAB 5.0 MAT-file, written by geodl",
    isCompressed = false,
    isLittle = true,
  } = options;
  if (description.length > 116 || /[^\x20-\xff]/.test(description))
    throw new RangeError(
      `writeMat: the description must be at most 116 Latin-1 characters, got ${JSON.stringify(description)}`,
    );
  const head = new Uint8Array(128);
  head.set(Buffer.from(description, "latin1"));
  new DataView(head.buffer).setUint16(124, 0x0100, isLittle);
  head.set(Buffer.from(isLittle ? "IM" : "MI"), 126);
  const entries = variables instanceof Map ? [...variables] : Object.entries(variables);
  const arrays = entries.map(([name, value]) => {
    requireName(name);
    const bytes = matrix(name, name, plainValue(name, value), isLittle);
    if (!isCompressed) return bytes;
    const packed = deflateSync(bytes);
    return joinBytes([numberBytes(Uint32Array.of(matType.compressed, packed.length), isLittle), packed]);
  });
  return joinBytes([head, ...arrays]);
}
