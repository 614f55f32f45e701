// Samples of SEG-Y: from IBM and IEEE floats and integers of 1 to 8 bytes to floats, and back.
import { fromIbm, fromIbm64, toIbmWords } from "./segy-ibm.js";

/** Sample format codes that can be read and written. */
export type SegyFormat = 1 | 2 | 3 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 15 | 16;

interface Kind {
  /** Bytes a sample. */
  readonly width: number;
  readonly label: string;
  /** Range of an integer format. */
  readonly range?: readonly [low: number, high: number];
}

/** The sample formats by their code.
 *  @see SEG-Y revision 2.0 (2017), bytes 3225-3226. */
export const segyFormats: Readonly<Record<SegyFormat, Kind>> = {
  1: { width: 4, label: "IBM float" },
  2: { width: 4, label: "4-byte integer", range: [-(2 ** 31), 2 ** 31 - 1] },
  3: { width: 2, label: "2-byte integer", range: [-32768, 32767] },
  5: { width: 4, label: "IEEE float" },
  6: { width: 8, label: "8-byte IEEE float" },
  7: { width: 3, label: "3-byte integer", range: [-(2 ** 23), 2 ** 23 - 1] },
  8: { width: 1, label: "1-byte integer", range: [-128, 127] },
  9: { width: 8, label: "8-byte integer", range: [-(2 ** 63), 2 ** 63] },
  10: { width: 4, label: "unsigned 4-byte integer", range: [0, 2 ** 32 - 1] },
  11: { width: 2, label: "unsigned 2-byte integer", range: [0, 65535] },
  12: { width: 8, label: "unsigned 8-byte integer", range: [0, 2 ** 64] },
  15: { width: 3, label: "unsigned 3-byte integer", range: [0, 2 ** 24 - 1] },
  16: { width: 1, label: "unsigned 1-byte integer", range: [0, 255] },
};

/** Whether a code is one that can be read. */
export function isSegyFormat(code: number): code is SegyFormat {
  return Object.hasOwn(segyFormats, code);
}

/** Decodes samples that lie in the machine's byte order.
 *
 *  @param format Sample format code.
 *  @param memory Buffer that holds them.
 *  @param offset First byte, a multiple of the sample's width (any for 3 bytes).
 *  @param out Where to put them.
 *  @param to Index of the first in `out`.
 *  @param count How many.
 *  @param isLittle Byte order, for the formats of 3 bytes, which nobody has turned. */
export function decodeSamples(
  format: SegyFormat,
  memory: ArrayBuffer,
  offset: number,
  out: Float32Array | Float64Array,
  to: number,
  count: number,
  isLittle: boolean,
): void {
  switch (format) {
    case 1: {
      const words = new Uint32Array(memory, offset, count);
      if (out instanceof Float32Array) fromIbm(words, out, to);
      else fromIbm64(words, out, to);
      return;
    }
    case 7:
    case 15: {
      const bytes = new Uint8Array(memory, offset, 3 * count);
      const first = isLittle ? 2 : 0;
      const shift = format === 7 ? 8 : 0;
      for (let i = 0; i < count; i++) {
        const at = 3 * i;
        const word = (bytes[at + first]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2 - first]!;
        out[to + i] = (word << shift) >> shift;
      }
      return;
    }
    case 9:
    case 12: {
      const words =
        format === 9 ? new BigInt64Array(memory, offset, count) : new BigUint64Array(memory, offset, count);
      for (let i = 0; i < count; i++) out[to + i] = Number(words[i]!);
      return;
    }
    default: {
      const array = {
        2: Int32Array,
        3: Int16Array,
        5: Float32Array,
        6: Float64Array,
        8: Int8Array,
        10: Uint32Array,
        11: Uint16Array,
        16: Uint8Array,
      }[format];
      out.set(new array(memory, offset, count), to);
    }
  }
}

/** Encodes samples in the machine's byte order; integers are rounded to the nearest and held inside their range.
 *
 *  @param name Caller, for messages.
 *  @param format Sample format code.
 *  @param values Samples.
 *  @param from Index of the first.
 *  @param count How many.
 *  @param memory Buffer to fill.
 *  @param offset First byte, a multiple of the sample's width (any for 3 bytes).
 *  @param isLittle Byte order, for the formats of 3 bytes.
 *  @throws RangeError if a sample is not finite and the format is not IEEE. */
export function encodeSamples(
  name: string,
  format: SegyFormat,
  values: Float32Array | Float64Array,
  from: number,
  count: number,
  memory: ArrayBuffer,
  offset: number,
  isLittle: boolean,
): void {
  const refuse = (i: number): never => {
    throw new RangeError(
      `${name}: samples of format ${format} (${segyFormats[format].label}) must be finite and in range, got ${values[from + i]} at ${from + i}`,
    );
  };
  if (format === 5 || format === 6) {
    const array = format === 5 ? Float32Array : Float64Array;
    new array(memory, offset, count).set(values.subarray(from, from + count));
    return;
  }
  if (format === 1) {
    const wrong = toIbmWords(values, from, new Uint32Array(memory, offset, count));
    if (wrong >= 0) refuse(wrong - from);
    return;
  }
  const [low, high] = segyFormats[format].range!;
  const whole = (i: number): number => {
    const value = Math.round(values[from + i]!);
    return value >= low && value <= high ? value : value < low ? low : value > high ? high : refuse(i);
  };
  if (format === 9 || format === 12) {
    const words =
      format === 9 ? new BigInt64Array(memory, offset, count) : new BigUint64Array(memory, offset, count);
    const largest = format === 9 ? 2n ** 63n - 1n : 2n ** 64n - 1n;
    for (let i = 0; i < count; i++) {
      const value = BigInt(whole(i));
      words[i] = value > largest ? largest : value;
    }
  } else if (format === 7 || format === 15) {
    const bytes = new Uint8Array(memory, offset, 3 * count);
    for (let i = 0; i < count; i++) {
      const word = whole(i);
      bytes[3 * i + (isLittle ? 2 : 0)] = word >> 16;
      bytes[3 * i + 1] = word >> 8;
      bytes[3 * i + (isLittle ? 0 : 2)] = word;
    }
  } else {
    const array = {
      2: Int32Array,
      3: Int16Array,
      8: Int8Array,
      10: Uint32Array,
      11: Uint16Array,
      16: Uint8Array,
    }[format];
    const words = new array(memory, offset, count);
    for (let i = 0; i < count; i++) words[i] = whole(i);
  }
}
