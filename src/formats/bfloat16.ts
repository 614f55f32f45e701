// bfloat16: the upper half of a float32.

/** bfloat16 to float32, exact.
 *  @param bits One value each.
 *  @returns The same values. */
export function fromBfloat16(bits: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(bits, (b) => b << 16).buffer);
}

/** float32 to bfloat16, to nearest, ties to even.
 *  @param values Any.
 *  @returns The bits. */
export function toBfloat16(values: Float32Array): Uint16Array {
  return Uint16Array.from(new Uint32Array(values.slice().buffer), (f) =>
    (f & 0x7fffffff) > 0x7f800000 ? (f >>> 16) | 64 : (f + 0x7fff + ((f >>> 16) & 1)) >>> 16,
  );
}
