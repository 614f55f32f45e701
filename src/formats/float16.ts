// Half-precision floats: five bits of exponent, ten of fraction.

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The number that a half-precision pattern stands for, exactly.
 *
 *  @param bits 16 bits.
 *  @returns sign 2^(e - 15) (1 + f / 1024), subnormals sign 2^-14 f / 1024, e = 31: infinity or NaN. */
export function fromFloat16(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The half-precision pattern nearest to a single-precision number, ties to even.
 *
 *  @param value Number; it is rounded to single precision first.
 *  @returns 16 bits; beyond 65,504 infinity. */
export function toFloat16(value: number): number {
  single[0] = value;
  const bits = word[0]!;
  const sign = (bits >>> 16) & 0x8000;
  const size = bits & 0x7fffffff;
  if (size > 0x7f800000) return sign | 0x7e00;
  if (size >= 0x477ff000) return sign | 0x7c00;
  if (size < 0x38800000) {
    // subnormal: a multiple of 2^-24
    const units = Math.abs(single[0]!) * 2 ** 24;
    const whole = Math.floor(units);
    const rest = units - whole;
    return sign | (rest > 0.5 || (rest === 0.5 && whole & 1) ? whole + 1 : whole);
  }
  const rounded = size + 0xfff + ((size >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
