// Numbers in a file: their widths and byte orders, read straight into typed arrays and turned in place.
import type { ByteSource } from "./source.js";

/** How a number is stored: i signed, u unsigned, f IEEE float, and its bytes. */
export type NumberKind = "i1" | "u1" | "i2" | "u2" | "i4" | "u4" | "i8" | "u8" | "f4" | "f8";

const arrays = {
  i1: Int8Array,
  u1: Uint8Array,
  i2: Int16Array,
  u2: Uint16Array,
  i4: Int32Array,
  u4: Uint32Array,
  i8: BigInt64Array,
  u8: BigUint64Array,
  f4: Float32Array,
  f8: Float64Array,
} as const;

/** The typed array of a kind. */
export type ArrayOf<K extends NumberKind> = InstanceType<(typeof arrays)[K]>;

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Bytes that one number of a kind takes.
 *  @param kind The kind.
 *  @returns 1, 2, 4 or 8. */
export function bytesOf(kind: NumberKind): number {
  return Number(kind[1]);
}

/** A new typed array of zeros.
 *  @param kind What it holds.
 *  @param length How many.
 *  @returns The array. */
export function newArray<K extends NumberKind>(kind: K, length: number): ArrayOf<K> {
  return new arrays[kind](length) as ArrayOf<K>;
}

/** Its memory, byte by byte; the same memory, no copy.
 *  @param array Any typed array.
 *  @returns The bytes. */
export function bytesUnder(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Turns the byte order of every number, in place.
 *  @param bytes Memory of the numbers, a multiple of `width` long.
 *  @param width Bytes a number: 1, 2, 4 or 8. */
export function swapBytes(bytes: Uint8Array, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** Reads numbers. The caller has checked that the source holds them.
 *
 *  @param source Where they are.
 *  @param offset Place of the first, bytes.
 *  @param count How many.
 *  @param kind How they are stored.
 *  @param isLittle Whether the least significant byte comes first.
 *  @returns The numbers, shape [count], in memory of their own.
 *  @throws RangeError if they lie outside the source. */
export function readNumbers<K extends NumberKind>(
  source: ByteSource,
  offset: number,
  count: number,
  kind: K,
  isLittle: boolean,
): ArrayOf<K> {
  const width = bytesOf(kind);
  if (!(offset >= 0) || offset + count * width > source.size)
    throw new RangeError(
      `readNumbers: ${count} numbers of ${width} bytes at ${offset} must lie inside the file, got ${source.size} bytes`,
    );
  const values = newArray(kind, count);
  if (count === 0) return values;
  const bytes = bytesUnder(values);
  source.read(offset, bytes.length, bytes);
  if (isLittle !== hostIsLittle) swapBytes(bytes, width);
  return values;
}

/** The bytes of numbers as a file stores them.
 *
 *  @param values Typed array.
 *  @param isLittle Whether the least significant byte comes first.
 *  @returns New memory, values.byteLength bytes. */
export function numberBytes(
  values: ArrayBufferView & { readonly BYTES_PER_ELEMENT: number },
  isLittle: boolean,
): Uint8Array {
  const bytes = bytesUnder(values).slice();
  if (isLittle !== hostIsLittle) swapBytes(bytes, values.BYTES_PER_ELEMENT);
  return bytes;
}

/** Byte strings joined.
 *  @param pieces In order.
 *  @returns One new array. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((n, piece) => n + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
