// Steim's compression of miniSEED: differences of neighbouring samples in 4 to 32 bits, sixteen words to a frame.

/** How many differences a word holds, and their bits, by its code in the frame's first word and, in Steim 2, its own upper bits. */
function layoutOf(level: 1 | 2, code: number, word: number): readonly [count: number, bits: number] {
  if (code === 1) return [4, 8];
  if (level === 1) return code === 2 ? [2, 16] : [1, 32];
  const own = word >>> 30;
  if (code === 2) return own === 1 ? [1, 30] : own === 2 ? [2, 15] : own === 3 ? [3, 10] : [0, 0];
  return own === 0 ? [5, 6] : own === 1 ? [6, 5] : own === 2 ? [7, 4] : [0, 0];
}

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
      const [n, bits] = layoutOf(level, code, word);
      if (n === 0) return `the code ${code} with ${word >>> 30} in word ${w} of frame ${frame}`;
      // differences lie at the word's lower end, the first uppermost
      let shift = 32 - n * bits;
      for (let j = 0; j < n && i < count; j++) {
        const d = (word << shift) >> (32 - bits);
        shift += bits;
        x = i === 0 ? x : (x + d) | 0;
        out[at + i++] = x;
      }
    }
  }
  if (i < count) return `${i} of ${count} samples`;
  return x === last ? undefined : `the last sample ${x} in place of ${last}`;
}

/** Smallest and largest difference of so many bits. */
function fits(d: number, bits: number): boolean {
  return d >= -(2 ** (bits - 1)) && d < 2 ** (bits - 1);
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
  const difference = (i: number) => (x[i]! - (i === from ? (before ?? x[i]!) : x[i - 1]!)) | 0;
  const nFrames = frames.length >> 6;
  let i = from;
  let isStuck = false;
  for (let frame = 0; frame < nFrames && i < x.length && !isStuck; frame++) {
    let codes = 0;
    for (let w = frame === 0 ? 3 : 1; w < 16 && i < x.length; w++) {
      const found = packings[level].find(([n, bits]) => {
        if (i + n > x.length) return false;
        for (let j = 0; j < n; j++) if (!fits(difference(i + j), bits)) return false;
        return true;
      });
      if (!found) {
        isStuck = true;
        break;
      }
      const [n, bits, code, own] = found;
      let word = 0;
      for (let j = 0; j < n; j++) {
        const d = difference(i + j);
        word = bits === 32 ? d : (word << bits) | (d & (2 ** bits - 1));
      }
      // the upper bits of Steim 2 are always the uppermost two
      if (own >= 0) word = (word & (2 ** (n * bits) - 1)) | (own << 30);
      setWord(view, 64 * frame + 4 * w, word, itemBytes(level, code), isLittle);
      codes |= code << (30 - 2 * w);
      i += n;
    }
    view.setInt32(64 * frame, codes, isLittle);
  }
  if (i > from) {
    view.setInt32(4, x[from]!, isLittle);
    view.setInt32(8, x[i - 1]!, isLittle);
  }
  return i - from;
}
