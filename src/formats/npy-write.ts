// NumPy arrays: typed arrays to .npy files, the bytes that NumPy writes.
import type { TypedArray } from "../core/grid.js";
import { toFloat16 } from "./float16.js";
import type { NpyArray } from "./npy.js";
import { type NpyType, npyHeaderBytes, npyTypes } from "./npy-header.js";
import { bytesOf, bytesUnder, joinBytes, type NumberKind, newArray, numberBytes } from "./numbers.js";
import { reorder } from "./order.js";

/** How to write a .npy file. */
export interface NpyWriteOptions {
  /** NumPy's type. Default: that of the array (`dtype` of a NpyArray, else that of the typed array). */
  readonly dtype?: NpyType;
  /** Column-major order. Default: as `array.isFortran`, else false. */
  readonly isFortran?: boolean;
  /** Byte order. Default: as `array.isLittle`, else true. */
  readonly isLittle?: boolean;
}

function plainType(data: TypedArray | readonly string[]): NpyType {
  if (Array.isArray(data)) return "str";
  const name = data.constructor.name;
  if (name === "Uint8ClampedArray") return "uint8";
  return name
    .replace(/^Big/, "")
    .replace(/Array$/, "")
    .toLowerCase() as NpyType;
}

function textCodes(data: readonly string[], dtype: "str" | "bytes", width: number): Uint32Array | Uint8Array {
  const codes = dtype === "str" ? new Uint32Array(data.length * width) : new Uint8Array(data.length * width);
  const limit = dtype === "str" ? 0x10ffff : 255;
  for (const [i, text] of data.entries()) {
    const points = Array.from(text, (c) => c.codePointAt(0)!);
    if (points.length > width || points.some((code) => code > limit))
      throw new RangeError(
        `writeNpy: text of type ${dtype} must hold at most ${width} characters of codes up to ${limit}, got "${text}"`,
      );
    codes.set(points, i * width);
  }
  return codes;
}

/** Writes a NumPy array, byte for byte as NumPy does.
 *
 *  @param array Elements in C order and their shape: a Grid, or what readNpy gave. Numbers of another type than
 *    `dtype` are converted as typed arrays do (bool: 0 or not).
 *  @param options.dtype NumPy's type. Default: the array's own.
 *  @param options.isFortran Column-major order. Default: the array's own, else false.
 *  @param options.isLittle Byte order. Default: the array's own, else true.
 *  @returns The file's bytes.
 *  @throws RangeError if data and shape do not agree, or text does not fit its type. */
export function writeNpy(
  array: Pick<NpyArray, "data" | "shape"> & Partial<NpyArray>,
  options: NpyWriteOptions = {},
): Uint8Array {
  const { data, shape } = array;
  const count = shape.reduce((n, axis) => n * axis, 1);
  if (data.length !== count || shape.some((axis) => !Number.isSafeInteger(axis) || axis < 0))
    throw new RangeError(
      `writeNpy: the shape must hold all elements, got [${shape.join(", ")}] for ${data.length}`,
    );
  const dtype = options.dtype ?? array.dtype ?? plainType(data);
  const type = Object.hasOwn(npyTypes, dtype) ? npyTypes[dtype] : undefined;
  if (!type) throw new RangeError(`writeNpy: dtype must be one of NumPy's real types, got ${String(dtype)}`);
  const isText = dtype === "str" || dtype === "bytes";
  if (isText !== Array.isArray(data))
    throw new TypeError(
      `writeNpy: dtype ${dtype} must go with ${isText ? "strings" : "numbers"}, got the other`,
    );
  const isFortran = (options.isFortran ?? array.isFortran ?? false) && shape.length > 1;
  const isLittle = options.isLittle ?? array.isLittle ?? true;
  const turn = <T extends { readonly length: number }>(from: T, to: T): T => {
    reorder(from as unknown as number[], to as unknown as number[], shape, false);
    return to;
  };
  let stored: Exclude<TypedArray, Uint8ClampedArray> | Uint8ClampedArray;
  let width = 1;
  if (isText) {
    const list = data as readonly string[];
    width = array.width ?? list.reduce((n, text) => Math.max(n, [...text].length), 1);
    stored = textCodes(isFortran ? turn(list, new Array<string>(count)) : list, dtype, width);
  } else {
    stored = converted(data as TypedArray, dtype, type.kind);
    if (isFortran) stored = turn(stored, newArray(type.kind, count) as typeof stored);
  }
  const header = npyHeaderBytes({ dtype, shape, width, isFortran, isLittle });
  const single = bytesOf(type.kind) === 1;
  return joinBytes([header, single ? bytesUnder(stored) : numberBytes(stored, isLittle)]);
}

function converted(data: TypedArray, dtype: NpyType, kind: NumberKind): TypedArray {
  if (dtype === "float16") return Uint16Array.from(data as Float32Array, (v) => toFloat16(Number(v)));
  if (dtype === "bool") return Uint8Array.from(data as Uint8Array, (v) => (Number(v) !== 0 ? 1 : 0));
  if (plainType(data) === dtype) return data;
  const to = newArray(kind, data.length);
  const isBig = to instanceof BigInt64Array || to instanceof BigUint64Array;
  for (let i = 0; i < data.length; i++)
    (to as { [i: number]: unknown })[i] = isBig ? BigInt(data[i]!) : Number(data[i]!);
  return to;
}
