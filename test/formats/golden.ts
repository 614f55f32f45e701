// Reads the golden files that test/golden/formats/make.py wrote, and the public data in GEODL_DATA.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { TypedArray } from "geodl/core";
import { expect } from "vitest";

/** Values of an array: little-endian bytes in base64. */
export interface Raw {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly base64: string;
}

const folder = new URL("../golden/formats/", import.meta.url);

/** The bytes of a golden file. */
export function goldenFile(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(name, folder)));
}

/** A golden JSON file. */
export function goldenJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8")) as T;
}

export function fromBase64(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, "base64"));
}

/** The bytes of a typed array. */
export function bytes(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Every bit the same, NaN's sign and payload aside. */
export function expectSame(got: ArrayLike<number | bigint>, want: ArrayLike<number | bigint>): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++)
    if (!Object.is(got[i], want[i])) expect.fail(`element ${i}: got ${got[i]}, want ${want[i]}`);
}

const arrays: Record<string, new (buffer: ArrayBuffer) => TypedArray> = {
  bool: Uint8Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  float32: Float32Array,
  float64: Float64Array,
};

/** The typed array of golden values (float16 as its bit patterns). */
export function valuesOf(raw: Raw): TypedArray {
  const array = arrays[raw.dtype] ?? Uint16Array;
  return new array(fromBase64(raw.base64).buffer as ArrayBuffer);
}

/** A file of the public data, or undefined where there is none. */
export function dataFile(name: string): string | undefined {
  const path = join(process.env.GEODL_DATA ?? "", name);
  return process.env.GEODL_DATA && existsSync(path) ? path : undefined;
}
