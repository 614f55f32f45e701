// The value of one array of a MAT file.
import type { TypedArray } from "../core/grid.js";
import {
  type Element,
  type MatHeader,
  numbers,
  type Reader,
  readElement,
  readHeader,
} from "./mat-elements.js";
import {
  classKinds,
  type MatClass,
  type MatNumeric,
  type MatSparse,
  type MatText,
  type MatValue,
  matType,
} from "./mat-values.js";
import { newArray } from "./numbers.js";
import { reorder } from "./order.js";

const deepest = 32;

function product(shape: readonly number[]): number {
  return shape.reduce((n, axis) => n * axis, 1);
}

function requireCount(reader: Reader, header: MatHeader, got: number): number {
  const want = product(header.shape);
  if (got !== want)
    throw new RangeError(
      `${reader.name}: an array of shape [${header.shape.join(", ")}] must hold ${want} elements, got ${got} (byte ${header.at})`,
    );
  return want;
}

/** Numbers of a storage type in the array of their class. */
function inClass(reader: Reader, values: TypedArray, class_: MatClass): TypedArray {
  const kind = classKinds[class_];
  const isBig = kind[1] === "8" && kind !== "f8";
  const out = newArray(kind, values.length);
  if (out.constructor === values.constructor) return values;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (isBig && typeof value === "number" && !Number.isInteger(value))
      throw new RangeError(`${reader.name}: elements of class ${class_} must be whole numbers, got ${value}`);
    (out as { [i: number]: unknown })[i] = isBig ? BigInt(value) : Number(value);
  }
  return out;
}

function turned<T extends TypedArray>(values: T, shape: readonly number[]): T {
  const out = new (values.constructor as new (n: number) => T)(values.length);
  reorder(values as Uint8Array, out as Uint8Array, shape, true);
  return out;
}

function readNumeric(reader: Reader, header: MatHeader, columns?: readonly [number, number]): MatNumeric {
  const class_ = header.class as MatClass;
  const { shape } = header;
  const nColumns = shape.at(-1)!;
  const [first, end] = columns ?? [0, nColumns];
  if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0 || first > end || end > nColumns)
    throw new RangeError(`${reader.name}: columns must lie in [0, ${nColumns}], got ${first} to ${end}`);
  const per = product(shape.slice(0, -1));
  const part = [...shape.slice(0, -1), end - first];
  const read = (at: number) => {
    const element = readElement(reader, at, header.end);
    const { total } = numbers(reader, element, 0, 0);
    requireCount(reader, header, total);
    const { values } = numbers(reader, element, first * per, (end - first) * per);
    return { data: turned(inClass(reader, values, class_), part), next: element.next };
  };
  const real = read(header.at);
  const facts = {
    kind: "numeric",
    class: class_,
    data: real.data,
    shape: part,
    isLogical: header.isLogical,
  } as const;
  return header.isComplex ? { ...facts, imaginary: read(real.next).data } : facts;
}

function readText(reader: Reader, header: MatHeader): MatText {
  const element = header.at < header.end ? readElement(reader, header.at, header.end) : undefined;
  const n = product(header.shape);
  let codes: number[] = [];
  if (element) {
    if (element.type === matType.utf8) {
      const text = Buffer.from(reader.source.read(element.at, element.size)).toString("utf8");
      codes = Array.from(text, (c) => c.codePointAt(0)!);
      // MATLAB counts characters beyond the first 65,536 twice, SciPy once
      if (codes.length !== n) codes = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    } else codes = Array.from(numbers(reader, element).values, Number);
  }
  // some programs write a blank as no bytes at all
  if (codes.length === 0 && n <= 64) codes = new Array<number>(n).fill(32);
  requireCount(reader, header, codes.length);
  const wrong = codes.find((code) => !(code >= 0 && code <= 0x10ffff));
  if (wrong !== undefined)
    throw new RangeError(`${reader.name}: text must hold Unicode characters, got code ${wrong}`);
  const inOrder = new Uint32Array(n);
  reorder(codes, inOrder, header.shape, true);
  const width = header.shape.at(-1)!;
  const nRows = width === 0 ? 0 : n / width;
  const rows = Array.from({ length: nRows }, (_, i) =>
    Array.from(inOrder.subarray(i * width, (i + 1) * width), (code) => String.fromCodePoint(code)).join(""),
  );
  return { kind: "text", rows, shape: header.shape };
}

function readSparse(reader: Reader, header: MatHeader): MatSparse {
  const [nRows = 0, nColumns = 0] = header.shape;
  const at = (place: number) => {
    const element = readElement(reader, place, header.end);
    // MATLAB calls the bytes of a logical sparse array doubles
    const isBytes = header.isLogical && element.type === 9 && element.size % 8 !== 0;
    const type = isBytes ? 2 : element.type;
    return { values: numbers(reader, { ...element, type }).values, next: element.next };
  };
  const ir = at(header.at);
  const jc = at(ir.next);
  const pr = at(jc.next);
  const n = Number(jc.values.at(-1) ?? 0);
  const isRising = jc.values.every((v, i) => Number(v) >= (i === 0 ? 0 : Number(jc.values[i - 1])));
  if (
    header.shape.length !== 2 ||
    jc.values.length !== nColumns + 1 ||
    !isRising ||
    n > ir.values.length ||
    n > pr.values.length
  )
    throw new RangeError(
      `${reader.name}: a sparse array of shape [${header.shape.join(", ")}] must have ${nColumns + 1} rising column starts, got ${jc.values.length} up to ${n} (byte ${header.at})`,
    );
  const rows = Int32Array.from(ir.values.subarray(0, n) as Int32Array, Number);
  if (rows.some((row) => row < 0 || row >= nRows))
    throw new RangeError(
      `${reader.name}: rows of a sparse array must lie in [0, ${nRows}), got others (byte ${header.at})`,
    );
  const columns = new Int32Array(n);
  for (let j = 0; j < nColumns; j++) columns.fill(j, Number(jc.values[j]), Number(jc.values[j + 1]));
  const doubles = (values: TypedArray) => Float64Array.from(values.subarray(0, n) as Float64Array, Number);
  const facts = {
    kind: "sparse",
    rows,
    columns,
    data: doubles(pr.values),
    shape: header.shape,
    isLogical: header.isLogical,
  } as const;
  if (!header.isComplex) return facts;
  const pi = at(pr.next).values;
  if (n > pi.length)
    throw new RangeError(
      `${reader.name}: a complex sparse array must have ${n} imaginary parts, got ${pi.length}`,
    );
  return { ...facts, imaginary: doubles(pi) };
}

/** Values of the arrays one after another, in C order. */
function readList(reader: Reader, at: number, header: MatHeader, count: number, depth: number) {
  const values: MatValue[] = [];
  let next = at;
  for (let i = 0; i < count; i++) {
    const element = readElement(reader, next, header.end);
    values.push(readValue(reader, element, depth + 1));
    next = element.next;
  }
  return values;
}

/** Reads the value of an array.
 *
 *  @param reader The file.
 *  @param element The array's element.
 *  @param depth Arrays around it; at most 32.
 *  @param columns Only [first, end) of the last axis of a numeric array.
 *  @returns The value. */
export function readValue(
  reader: Reader,
  element: Element,
  depth: number,
  columns?: readonly [number, number],
): MatValue {
  if (depth > deepest)
    throw new RangeError(
      `${reader.name}: arrays must nest at most ${deepest} deep, got more (byte ${element.at})`,
    );
  // an array of no bytes is MATLAB's []
  if (element.type === matType.matrix && element.size === 0)
    return { kind: "numeric", class: "double", data: new Float64Array(0), shape: [0, 0], isLogical: false };
  const header = readHeader(reader, element);
  const { shape } = header;
  if (Object.hasOwn(classKinds, header.class)) return readNumeric(reader, header, columns);
  if (columns)
    throw new RangeError(
      `${reader.name}: columns must be those of a numeric array, got class ${header.class}`,
    );
  if (header.class === "char") return readText(reader, header);
  if (header.class === "sparse") return readSparse(reader, header);
  if (header.class !== "cell" && header.class !== "struct")
    return { kind: "other", class: header.class as "object" | "function" | "opaque" };
  const n = product(shape);
  const room = (header.end - header.at) / 8;
  if (header.class === "cell") {
    if (n > room) requireCount(reader, header, Math.floor(room));
    const stored = readList(reader, header.at, header, n, depth);
    const values = new Array<MatValue>(n);
    reorder(stored, values, shape, true);
    return { kind: "cell", values, shape };
  }
  const longest = readElement(reader, header.at, header.end);
  const [length = 0] = longest.size >= 4 ? numbers(reader, longest, 0, 1).values : [];
  const names = readElement(reader, longest.next, header.end);
  const width = Number(length);
  if (!(width > 0) || names.size % width !== 0)
    throw new RangeError(
      `${reader.name}: field names must be ${width} bytes each, got ${names.size} bytes (byte ${names.at})`,
    );
  const text = Buffer.from(reader.source.read(names.at, names.size)).toString("latin1");
  const labels = Array.from(
    { length: names.size / width },
    (_, i) => text.slice(i * width, (i + 1) * width).split("\0")[0]!,
  );
  if (n * labels.length > room) requireCount(reader, header, Math.floor(room / labels.length));
  const stored = readList(reader, names.next, header, n * labels.length, depth);
  const fields = new Map<string, MatValue[]>();
  for (const [j, label] of labels.entries()) {
    const own = Array.from({ length: n }, (_, i) => stored[i * labels.length + j]!);
    const values = new Array<MatValue>(n);
    reorder(own, values, shape, true);
    // a name that comes twice gets its number in front, as in SciPy
    fields.set(fields.has(label) ? `_${j}_${label}` : label, values);
  }
  return { kind: "struct", fields, shape };
}
