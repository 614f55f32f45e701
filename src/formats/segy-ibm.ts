// IBM floats: (-1)^s 16^(e - 64) f / 2^24 with 7 bits of exponent and 24 of fraction, the samples of most SEG-Y files.

/** Sign and power of sixteen by the first byte: value = fraction * scale. */
const scale = Float64Array.from(
  { length: 256 },
  (_, byte) => (byte & 128 ? -1 : 1) * 2 ** (4 * ((byte & 127) - 64) - 24),
);

/** Decodes IBM floats: exact in single precision, but for magnitudes beyond 3.4e38, which become infinite, and below 1.2e-38, which lose digits.
 *
 *  @param words 32 bits each, in the machine's byte order.
 *  @param out Where to put the numbers.
 *  @param to Index of the first in `out`. */
export function fromIbm(words: Uint32Array, out: Float32Array, to: number): void {
  const n = words.length;
  for (let i = 0; i < n; i++) {
    const word = words[i]!;
    out[to + i] = (word & 0xffffff) * scale[word >>> 24]!;
  }
}

/** The same in double precision, where every IBM float is exact.
 *
 *  @param words 32 bits each, in the machine's byte order.
 *  @param out Where to put the numbers.
 *  @param to Index of the first in `out`. */
export function fromIbm64(words: Uint32Array, out: Float64Array, to: number): void {
  const n = words.length;
  for (let i = 0; i < n; i++) {
    const word = words[i]!;
    out[to + i] = (word & 0xffffff) * scale[word >>> 24]!;
  }
}

const double = new Float64Array(1);
const halves = new Uint32Array(double.buffer);
const upper = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** The IBM float nearest to a number, ties away from zero.
 *
 *  @param value Any number.
 *  @returns 32 bits; -1 where it is too large (7.2e75), infinite or NaN. */
function toIbm(value: number): number {
  double[0] = value;
  const sign = halves[upper]! & 0x80000000 ? 2147483648 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  if (!(size < 7.3e75)) return -1;
  // |value| = fraction 2^binary with fraction in [0.5, 1); the power of 16 takes the next multiple of four
  const binary = ((halves[upper]! >>> 20) & 2047) - 1022;
  let power = Math.max(-64, (binary + 3) >> 2);
  let fraction = Math.round(size * 2 ** (24 - 4 * power));
  if (fraction === 16777216) {
    fraction = 1048576;
    power++;
  }
  return power > 63 ? -1 : sign + (power + 64) * 16777216 + fraction;
}

/** Encodes numbers as IBM floats.
 *
 *  @param values Numbers.
 *  @param from Index of the first.
 *  @param words Where to put them, in the machine's byte order; its length says how many.
 *  @returns Index of a number that has no IBM float (infinite, NaN, too large), -1 where there is none. */
export function toIbmWords(values: Float32Array | Float64Array, from: number, words: Uint32Array): number {
  const n = words.length;
  if (values instanceof Float64Array) {
    for (let i = 0; i < n; i++) {
      const word = toIbm(values[from + i]!);
      if (word < 0) return from + i;
      words[i] = word;
    }
    return -1;
  }
  const bits = new Uint32Array(values.buffer, values.byteOffset + 4 * from, n);
  for (let i = 0; i < n; i++) {
    const word = bits[i]!;
    const exponent = (word >>> 23) & 255;
    if (exponent === 255) return from + i;
    if (exponent === 0) {
      words[i] = toIbm(values[from + i]!);
      continue;
    }
    const fraction = (word & 0x7fffff) | 0x800000;
    const power = (exponent - 123) >> 2;
    const shift = 4 * power - (exponent - 126);
    // shift 1 to 3 drops bits: half of what is dropped is added first, which can never carry into a 25th bit
    const rounded = (fraction + ((1 << shift) >> 1)) >>> shift;
    words[i] = (word & 0x80000000) | ((power + 64) << 24) | rounded;
  }
  return -1;
}
