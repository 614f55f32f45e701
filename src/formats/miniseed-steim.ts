// Steim's compression of miniSEED: differences of neighbouring samples in 4 to 32 bits, sixteen words to a frame.

/** How many differences a word holds, by 16 level + 4 code + its upper two bits, which count in Steim 2 only; 0 where there is no such word. */
const counts = new Uint8Array(48);
/** And the bits of each. */
const widths = new Uint8Array(48);
for (const own of [0, 1, 2, 3]) {
  for (const [at, count, bits] of [
    [20, 4, 8],
    [24, 2, 16],
    [28, 1, 32],
    [36, 4, 8],
  ] as const) {
    counts[at + own] = count;
    widths[at + own] = bits;
  }
}
counts.set([0, 1, 2, 3, 5, 6, 7, 0], 40);
widths.set([0, 30, 15, 10, 6, 5, 4, 0], 40);

/** Byte order is that of whole differences: bytes and, in Steim 1, pairs of bytes are turned one by one, all else as words of four. */
function itemBytes(level: 1 | 2, code: number): 1 | 2 | 4 {
  return code === 1 ? 1 : level === 1 && code === 2 ? 2 : 4;
}

function getWord(view: DataView, at: number, width: 1 | 2 | 4, isLittle: boolean): number {
  if (width === 1) return view.getInt32(at, false);
  if (width === 2) return (view.getInt16(at, isLittle) << 16) | view.getUint16(at + 2, isLittle);
  return view.getInt32(at, isLittle);
}

function setWord(view: DataView, at: number, word: number, width: 1 | 2 | 4, isLittle: boolean): void {
  if (width === 2) {
    view.setInt16(at, word >> 16, isLittle);
    view.setInt16(at + 2, word, isLittle);
  } else view.setInt32(at, word, width === 1 ? false : isLittle);
}

/** Decodes the frames of one record: x[0] is given, x[i] = x[i - 1] + d[i], modulo 2^32.
 *
 *  @param level 1 or 2.
 *  @param bytes Frames of 64 bytes; what is left over is not looked at.
 *  @param isLittle Byte order.
 *  @param out Where to put the samples.
 *  @param at Index of the first.
 *  @param count Samples that the record should hold, > 0.
 *  @returns What is wrong, or undefined: too few samples, an unknown code, or a last sample that is not the stated one. */
export function decodeSteim(
  level: 1 | 2,
  bytes: Uint8Array,
  isLittle: boolean,
  out: Int32Array,
  at: number,
  count: number,
): string | undefined {
  const nFrames = bytes.length >> 6;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (nFrames === 0) return `${count} samples in no frame`;
  const last = view.getInt32(8, isLittle);
  let x = view.getInt32(4, isLittle);
  let i = 0;
  for (let frame = 0; frame < nFrames && i < count; frame++) {
    const codes = view.getUint32(64 * frame, isLittle);
    for (let w = frame === 0 ? 3 : 1; w < 16 && i < count; w++) {
      const code = (codes >>> (30 - 2 * w)) & 3;
      if (code === 0) continue;
      const word = getWord(view, 64 * frame + 4 * w, itemBytes(level, code), isLittle);
      const layout = 16 * level + 4 * code + (word >>> 30);
      const n = counts[layout]!;
      if (n === 0) return `the code ${code} with ${word >>> 30} in word ${w} of frame ${frame}`;
      // differences lie at the word's lower end, the first uppermost
      const bits = widths[layout]!;
      const down = 32 - bits;
      let shift = 32 - n * bits;
      // the first difference leads from the record before to the sample that is given
      if (i === 0) x = (x - ((word << shift) >> down)) | 0;
      const end = Math.min(i + n, count);
      for (; i < end; i++) {
        x = (x + ((word << shift) >> down)) | 0;
        shift += bits;
        out[at + i] = x;
      }
    }
  }
  if (i < count) return `${i} of ${count} samples`;
  return x === last ? undefined : `the last sample ${x} in place of ${last}`;
}

/** Bits that a difference needs, sign included. */
function bitsOf(d: number): number {
  return 33 - Math.clz32(d < 0 ? ~d : d);
}

/** Ways to fill a word, the densest first: differences, bits, code, and the upper bits of Steim 2 (-1: none). */
const packings = {
  1: [
    [4, 8, 1, -1],
    [2, 16, 2, -1],
    [1, 32, 3, -1],
  ],
  2: [
    [7, 4, 3, 2],
    [6, 5, 3, 1],
    [5, 6, 3, 0],
    [4, 8, 1, -1],
    [3, 10, 2, 3],
    [2, 15, 2, 2],
    [1, 30, 2, 1],
  ],
} as const;

/** Encodes as many samples as fit the frames of one record, each word as densely as it goes, as libmseed does.
 *
 *  @param level 1 or 2.
 *  @param x Samples.
 *  @param from First sample of the record.
 *  @param before The sample before it; the first difference is taken from it. Default: the first sample itself.
 *  @param frames Memory to fill, zeros, a multiple of 64 bytes.
 *  @param isLittle Byte order.
 *  @returns Samples encoded; 0 where the first difference does not fit 30 bits. */
export function encodeSteim(
  level: 1 | 2,
  x: Int32Array,
  from: number,
  before: number | undefined,
  frames: Uint8Array,
  isLittle: boolean,
): number {
  const view = new DataView(frames.buffer, frames.byteOffset, frames.length);
  const nFrames = frames.length >> 6;
  const ways: readonly (readonly [n: number, bits: number, code: number, own: number])[] = packings[level];
  // as many samples as could fit at all
  const possible = Math.min(x.length - from, nFrames * 105);
  const d = new Int32Array(possible);
  const need = new Uint8Array(possible);
  for (let i = 0; i < possible; i++) {
    d[i] = x[from + i]! - (i === 0 ? (before ?? x[from]!) : x[from + i - 1]!);
    need[i] = bitsOf(d[i]!);
  }
  let i = 0;
  let isStuck = false;
  for (let frame = 0; frame < nFrames && i < possible && !isStuck; frame++) {
    let codes = 0;
    for (let w = frame === 0 ? 3 : 1; w < 16 && i < possible; w++) {
      let packing = 0;
      for (; packing < ways.length; packing++) {
        const [n, bits] = ways[packing]!;
        let j = 0;
        if (i + n <= possible) while (j < n && need[i + j]! <= bits) j++;
        if (j === n) break;
      }
      const found = ways[packing];
      if (!found) {
        isStuck = true;
        break;
      }
      const [n, bits, code, own] = found;
      let word = 0;
      for (let j = 0; j < n; j++) {
        const difference = d[i + j]!;
        word = bits === 32 ? difference : (word << bits) | (difference & ((1 << bits) - 1));
      }
      // the upper bits of Steim 2 are always the uppermost two
      if (own >= 0) word = (word & ((1 << (n * bits)) - 1)) | (own << 30);
      setWord(view, 64 * frame + 4 * w, word, itemBytes(level, code), isLittle);
      codes |= code << (30 - 2 * w);
      i += n;
    }
    view.setInt32(64 * frame, codes, isLittle);
  }
  if (i > 0) {
    view.setInt32(4, x[from]!, isLittle);
    view.setInt32(8, x[from + i - 1]!, isLittle);
  }
  return i;
}
