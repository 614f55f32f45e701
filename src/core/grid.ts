// Arrays at the data edge: a typed array and its shape, C order.

/** The arrays that a `Grid` may hold: numbers of any width. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Numbers with a shape, C order: the last index runs fastest. */
export interface Grid<T extends TypedArray = Float32Array> {
  readonly data: T;
  readonly shape: readonly number[];
}
