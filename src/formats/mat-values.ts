// What a MAT file holds: the values and the numbers by which the format calls their classes and types.
import type { TypedArray } from "../core/grid.js";
import type { NumberKind } from "./numbers.js";

/** MATLAB's numeric classes. */
export type MatClass =
  | "double"
  | "single"
  | "int8"
  | "uint8"
  | "int16"
  | "uint16"
  | "int32"
  | "uint32"
  | "int64"
  | "uint64";

/** A numeric array; a Grid. */
export interface MatNumeric {
  readonly kind: "numeric";
  readonly class: MatClass;
  /** Elements in C order (MATLAB's own is column-major): Float64Array for double, BigInt64Array for int64, and so on. */
  readonly data: TypedArray;
  /** Imaginary parts of a complex array. */
  readonly imaginary?: TypedArray;
  /** Lengths of the axes, at least two. */
  readonly shape: readonly number[];
  /** true for MATLAB's logical: 0 and 1 in a Uint8Array. */
  readonly isLogical: boolean;
}

/** Text: the rows of a char array, blanks at their ends kept. */
export interface MatText {
  readonly kind: "text";
  readonly rows: readonly string[];
  readonly shape: readonly number[];
}

/** A cell array, values in C order. */
export interface MatCell {
  readonly kind: "cell";
  readonly values: readonly MatValue[];
  readonly shape: readonly number[];
}

/** A struct array: of each field one value an element, in C order. */
export interface MatStruct {
  readonly kind: "struct";
  readonly fields: ReadonlyMap<string, readonly MatValue[]>;
  readonly shape: readonly number[];
}

/** A sparse matrix by its elements that are not zero, column by column. */
export interface MatSparse {
  readonly kind: "sparse";
  readonly rows: Int32Array;
  readonly columns: Int32Array;
  readonly data: Float64Array;
  readonly imaginary?: Float64Array;
  readonly shape: readonly number[];
  readonly isLogical: boolean;
}

/** An object, a function handle or something newer, which is not read. */
export interface MatOther {
  readonly kind: "other";
  readonly class: "object" | "function" | "opaque";
}

/** Any value of a MAT file. */
export type MatValue = MatNumeric | MatText | MatCell | MatStruct | MatSparse | MatOther;

/** Classes of arrays by their number; index 0 is none. */
export const matClasses = [
  "",
  "cell",
  "struct",
  "object",
  "char",
  "sparse",
  "double",
  "single",
  "int8",
  "uint8",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "function",
  "opaque",
] as const;

/** How elements of each numeric class are held. */
export const classKinds: Readonly<Record<MatClass, NumberKind>> = {
  double: "f8",
  single: "f4",
  int8: "i1",
  uint8: "u1",
  int16: "i2",
  uint16: "u2",
  int32: "i4",
  uint32: "u4",
  int64: "i8",
  uint64: "u8",
};

/** Storage types of numbers by their number. */
export const typeKinds: Readonly<Record<number, NumberKind>> = {
  1: "i1",
  2: "u1",
  3: "i2",
  4: "u2",
  5: "i4",
  6: "u4",
  7: "f4",
  9: "f8",
  12: "i8",
  13: "u8",
  16: "u1",
  17: "u2",
  18: "u4",
};

export const matType = {
  int8: 1,
  int32: 5,
  uint32: 6,
  matrix: 14,
  compressed: 15,
  utf8: 16,
  utf16: 17,
} as const;
