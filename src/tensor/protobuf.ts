// Protocol Buffers' wire format, written only: as much as a TensorFlow graph needs.

const encoder = new TextEncoder();

/** Pieces one behind the other. */
export function join(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** A whole number in groups of seven bits; negative ones as 64-bit two's complement.
 *  @param n |n| < 2^53. */
export function varint(n: number): Uint8Array {
  const out: number[] = [];
  if (n < 0) {
    let rest = BigInt.asUintN(64, BigInt(n));
    for (; rest > 127n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    out.push(Number(rest));
  } else {
    let rest = n;
    for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) | 128);
    out.push(rest);
  }
  return Uint8Array.from(out);
}

/** A field that holds bytes: a message, packed numbers. @param number The field's, from the .proto file. */
export const bytes = (number: number, value: Uint8Array): Uint8Array =>
  join([varint(number * 8 + 2), varint(value.length), value]);

/** A field of text. */
export const text = (number: number, value: string): Uint8Array => bytes(number, encoder.encode(value));

/** A field of a whole number, a truth value or an enumeration. */
export const int = (number: number, value: number): Uint8Array => join([varint(number * 8), varint(value)]);

/** A field of a float32. */
export const float = (number: number, value: number): Uint8Array =>
  join([varint(number * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)]);
