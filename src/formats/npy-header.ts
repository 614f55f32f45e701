// The header of a .npy file: a Python dictionary with type, order and shape.
import type { NumberKind } from "./numbers.js";
import type { ByteSource } from "./source.js";

/** Types of the elements by NumPy's names; "str" is NumPy's U, "bytes" its S. */
export type NpyType =
  | "bool"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64"
  | "float16"
  | "float32"
  | "float64"
  | "str"
  | "bytes";

/** What a header says. */
export interface NpyHeader {
  readonly dtype: NpyType;
  readonly shape: readonly number[];
  /** Characters of an element, for "str" and "bytes"; 1 else. */
  readonly width: number;
  readonly isFortran: boolean;
  readonly isLittle: boolean;
  /** Place of the first element, bytes. */
  readonly offset: number;
}

/** NumPy's letter and width, and the array that holds it, by type. */
export const npyTypes: Readonly<Record<NpyType, { readonly code: string; readonly kind: NumberKind }>> = {
  bool: { code: "b1", kind: "u1" },
  int8: { code: "i1", kind: "i1" },
  uint8: { code: "u1", kind: "u1" },
  int16: { code: "i2", kind: "i2" },
  uint16: { code: "u2", kind: "u2" },
  int32: { code: "i4", kind: "i4" },
  uint32: { code: "u4", kind: "u4" },
  int64: { code: "i8", kind: "i8" },
  uint64: { code: "u8", kind: "u8" },
  float16: { code: "f2", kind: "u2" },
  float32: { code: "f4", kind: "f4" },
  float64: { code: "f8", kind: "f8" },
  str: { code: "U", kind: "u4" },
  bytes: { code: "S", kind: "u1" },
};

const magic = "\x93NUMPY";
const entry = /\s*'(\w+)'\s*:\s*('[^']*'|True|False|\([\d\s,]*\))\s*(?:,|(?=\}))/y;

function dictionary(name: string, text: string): Map<string, string> {
  const found = new Map<string, string>();
  entry.lastIndex = text.startsWith("{") ? 1 : text.length;
  let end = entry.lastIndex;
  for (let match = entry.exec(text); match; match = entry.exec(text)) {
    found.set(match[1]!, match[2]!);
    end = entry.lastIndex;
  }
  if (/^\s*'descr'\s*:\s*\[/.test(text.slice(1)))
    throw new RangeError(`${name}: the type must be a plain one, got a structured type ${text.slice(0, 80)}`);
  if (!/^\s*\}\s*$/.test(text.slice(end)) || found.size !== 3)
    throw new RangeError(
      `${name}: the header must be {'descr': ..., 'fortran_order': ..., 'shape': ...}, got ${JSON.stringify(text.slice(0, 80))}`,
    );
  return found;
}

function elementType(name: string, descr: string): Pick<NpyHeader, "dtype" | "width" | "isLittle"> {
  const match = /^'([<>|=]?)([a-zA-Z])(\d+)'$/.exec(descr);
  const code = match ? `${match[2]}${match[3]}` : "";
  const isLittle = match?.[1] !== ">";
  if (match && (match[2] === "U" || match[2] === "S"))
    return { dtype: match[2] === "U" ? "str" : "bytes", width: Number(match[3]), isLittle };
  const dtype = (Object.keys(npyTypes) as NpyType[]).find((type) => npyTypes[type].code === code);
  if (!dtype)
    throw new RangeError(
      `${name}: the type must be a bool, i1 to i8, u1 to u8, f2, f4, f8, U or S of NumPy, got ${descr}`,
    );
  return { dtype, width: 1, isLittle };
}

/** Reads and checks the header of a .npy file, format versions 1 to 3; the elements that it promises lie inside the file.
 *
 *  @param name Caller, for messages.
 *  @param source The file.
 *  @returns What the header says.
 *  @throws RangeError if it is none, or of a type that is not a plain number or text, or larger than the file. */
export function readNpyHeader(name: string, source: ByteSource): NpyHeader {
  const start = source.read(0, Math.min(12, source.size));
  if (start.length < 10 || String.fromCharCode(...start.subarray(0, 6)) !== magic)
    throw new RangeError(
      `${name}: a .npy file must begin with \\x93NUMPY, got ${start.length < 10 ? `${start.length} bytes` : JSON.stringify(String.fromCharCode(...start.subarray(0, 6)))}`,
    );
  const version = start[6]!;
  if (version < 1 || version > 3 || start[7] !== 0 || start.length < 12)
    throw new RangeError(
      `${name}: the format version must be 1.0, 2.0 or 3.0, got ${version}.${start[7]} (byte 6)`,
    );
  const view = new DataView(start.buffer, start.byteOffset, start.length);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const offset = length + (version === 1 ? 10 : 12);
  if (offset > source.size)
    throw new RangeError(
      `${name}: the header of ${length} bytes must fit the file, got ${source.size} bytes`,
    );
  if (length > 65536) throw new RangeError(`${name}: the header must be at most 65536 bytes, got ${length}`);
  const text = new TextDecoder(version === 3 ? "utf-8" : "latin1").decode(
    source.read(offset - length, length),
  );
  const found = dictionary(name, text);
  const [descr, order, axes] = ["descr", "fortran_order", "shape"].map((key) => found.get(key) ?? "");
  if (!/^(True|False)$/.test(order!))
    throw new RangeError(`${name}: fortran_order must be True or False, got ${order}`);
  if (!axes!.startsWith("(")) throw new RangeError(`${name}: the shape must be a tuple, got ${axes}`);
  const type = elementType(name, descr!);
  const numbers = axes!.slice(1, -1).split(",");
  if (numbers.length > 1 && numbers.at(-1)!.trim() === "") numbers.pop();
  const isScalar = numbers.length === 1 && numbers[0]!.trim() === "";
  if (!isScalar && numbers.some((text) => !/^\s*\d+\s*$/.test(text)))
    throw new RangeError(`${name}: the shape must hold whole numbers, got ${axes}`);
  const shape = isScalar ? [] : numbers.map(Number);
  const header = { ...type, shape, isFortran: order === "True", offset };
  const bytes = shape.reduce((n, axis) => n * axis, elementBytes(header));
  if (
    shape.length > 64 ||
    shape.some((axis) => !Number.isSafeInteger(axis)) ||
    !(bytes <= source.size - offset)
  )
    throw new RangeError(
      `${name}: the elements of shape (${shape.join(", ")}) and type ${type.dtype} must fit the file, got ${source.size - offset} bytes for ${bytes}`,
    );
  return header;
}

/** Bytes of one element. */
export function elementBytes({ dtype, width }: Pick<NpyHeader, "dtype" | "width">): number {
  return width * Number(npyTypes[dtype].kind[1]);
}

/** A header as NumPy 1.24 and later writes it, version 1.0, or 2.0 where it is too long for that.
 *
 *  @param header What it should say.
 *  @returns Its bytes, a multiple of 64 long. */
export function npyHeaderBytes(header: Omit<NpyHeader, "offset">): Uint8Array {
  const { code, kind } = npyTypes[header.dtype];
  const isText = header.dtype === "str" || header.dtype === "bytes";
  const sign = header.dtype === "bytes" || kind[1] === "1" ? "|" : header.isLittle ? "<" : ">";
  const { shape } = header;
  const axes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text =
    `{'descr': '${sign}${code}${isText ? header.width : ""}', ` +
    `'fortran_order': ${header.isFortran ? "True" : "False"}, 'shape': ${axes}, }`;
  // NumPy leaves room to let the axis that may grow become 21 digits long
  const growing = shape.length > 0 ? String(shape[header.isFortran ? shape.length - 1 : 0]) : undefined;
  const room = growing === undefined ? 0 : 21 - growing.length;
  const prefix = text.length + room + 1 + 10 > 65535 ? 12 : 10;
  const total = Math.ceil((prefix + text.length + room + 1) / 64) * 64;
  const bytes = new Uint8Array(total).fill(32);
  bytes.set(Buffer.from(magic, "latin1"));
  bytes[6] = prefix === 10 ? 1 : 2;
  bytes[7] = 0;
  const view = new DataView(bytes.buffer);
  if (prefix === 10) view.setUint16(8, total - prefix, true);
  else view.setUint32(8, total - prefix, true);
  bytes.set(Buffer.from(text, "latin1"), prefix);
  bytes[total - 1] = 10;
  return bytes;
}
