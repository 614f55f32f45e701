// One record of miniSEED 2: its fixed header and blockettes.
import type { ByteSource } from "./source.js";
import { secondsOf } from "./time.js";

/** How samples are stored. */
export type MiniSeedEncoding = "ascii" | "int16" | "int32" | "float32" | "float64" | "steim1" | "steim2";

/** Encodings by their number in blockette 1000. */
export const miniSeedEncodings: Readonly<Record<MiniSeedEncoding, number>> = {
  ascii: 0,
  int16: 1,
  int32: 3,
  float32: 4,
  float64: 5,
  steim1: 10,
  steim2: 11,
};

const byCode = new Map(
  Object.entries(miniSeedEncodings).map(([name, code]) => [code, name as MiniSeedEncoding]),
);

/** What a record's header says. */
export interface MiniSeedRecord {
  /** NET.STA.LOC.CHA. */
  readonly id: string;
  /** D, R, Q or M. */
  readonly quality: string;
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
  /** Samples a second; 0 for text. */
  readonly sampleRate: number;
  readonly nSamples: number;
  readonly encoding: MiniSeedEncoding;
  /** Byte order of the samples. */
  readonly isLittle: boolean;
  /** Place of the record and of its samples in the file, bytes. */
  readonly offset: number;
  readonly dataOffset: number;
  /** Bytes of the record. */
  readonly length: number;
}

/** Whether a record of data begins here: a number, a quality, and a sensible time. */
export function isRecordHead(bytes: Uint8Array): boolean {
  if (bytes.length < 48) return false;
  for (let i = 0; i < 6; i++) {
    const c = bytes[i]!;
    if (!((c >= 48 && c <= 57) || c === 32 || c === 0)) return false;
  }
  const isQuality = bytes[6] === 68 || bytes[6] === 82 || bytes[6] === 81 || bytes[6] === 77;
  return (
    isQuality &&
    (bytes[7] === 32 || bytes[7] === 0) &&
    bytes[24]! <= 23 &&
    bytes[25]! <= 59 &&
    bytes[26]! <= 60
  );
}

function rateOf(factor: number, multiplier: number): number {
  if (factor === 0 || multiplier === 0) return 0;
  return (factor > 0 ? factor : -1 / factor) * (multiplier > 0 ? multiplier : -1 / multiplier);
}

interface Blockettes {
  code?: number;
  isLittle?: boolean;
  length?: number;
  rate?: number;
  microseconds?: number;
}

function readBlockettes(
  name: string,
  source: ByteSource,
  offset: number,
  first: number,
  isLittle: boolean,
): Blockettes {
  const found: Blockettes = {};
  // 65,536 bytes hold less than 8,192 blockettes, each behind the one before
  for (let at = first; at !== 0; ) {
    if (at < 48 || offset + at + 8 > source.size)
      throw new RangeError(
        `${name}: a blockette must lie inside its record, got byte ${at} of the record at ${offset}`,
      );
    const bytes = source.read(offset + at, 8);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    const type = view.getUint16(0, isLittle);
    const next = view.getUint16(2, isLittle);
    if (type === 1000) {
      found.code = bytes[4]!;
      found.isLittle = bytes[5] === 0;
      const power = bytes[6]!;
      if (power < 7 || power > 20)
        throw new RangeError(
          `${name}: the record length must be 2^7 to 2^20, got 2^${power} (byte ${offset + at + 6})`,
        );
      found.length = 2 ** power;
    } else if (type === 1001) found.microseconds = view.getInt8(5);
    else if (type === 100) found.rate = view.getFloat32(4, isLittle);
    if (next !== 0 && next <= at)
      throw new RangeError(
        `${name}: blockettes must follow each other, got byte ${next} after ${at} in the record at ${offset}`,
      );
    at = next;
  }
  return found;
}

/** Length of a record that does not state it: to the next record, or to the end of the file. */
function searchLength(name: string, source: ByteSource, offset: number): number {
  for (let length = 128; length <= 2 ** 20 && offset + length <= source.size; length *= 2) {
    const end = offset + length;
    if (end === source.size) return length;
    if (end + 48 <= source.size && isRecordHead(source.read(end, 48))) return length;
  }
  throw new RangeError(
    `${name}: a record without blockette 1000 must be followed by another or by the end, got neither (byte ${offset})`,
  );
}

/** Reads a record's header.
 *
 *  @param name Caller, for messages.
 *  @param source The file.
 *  @param offset Where the record begins; isRecordHead is true there.
 *  @returns What it says; the record lies inside the file.
 *  @throws RangeError if it does not make sense. */
export function readRecord(name: string, source: ByteSource, offset: number): MiniSeedRecord {
  const bytes = source.read(offset, 48);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 48);
  const isSensible = (little: boolean) => {
    const [year, day] = [view.getUint16(20, little), view.getUint16(22, little)];
    return year >= 1900 && year <= 2100 && day >= 1 && day <= 366;
  };
  const isLittle = !isSensible(false) && isSensible(true);
  if (!isLittle && !isSensible(false))
    throw new RangeError(
      `${name}: the record's year must be 1900 to 2100 and its day 1 to 366, got ${view.getUint16(20)} and ${view.getUint16(22)} (byte ${offset + 20})`,
    );
  const found = readBlockettes(name, source, offset, view.getUint16(46, isLittle), isLittle);
  const length = found.length ?? searchLength(name, source, offset);
  const dataOffset = view.getUint16(44, isLittle);
  const nSamples = view.getUint16(30, isLittle);
  if (offset + length > source.size)
    throw new RangeError(
      `${name}: a record of ${length} bytes at ${offset} must end inside the file, got ${source.size} bytes`,
    );
  if (nSamples > 0 && (dataOffset < 48 || dataOffset >= length))
    throw new RangeError(
      `${name}: samples must begin inside their record of ${length} bytes, got byte ${dataOffset} (byte ${offset + 44})`,
    );
  const code = found.code ?? miniSeedEncodings.steim1;
  const encoding = byCode.get(code);
  if (encoding === undefined)
    throw new RangeError(
      `${name}: the encoding must be 0 (text), 1, 3 (integers), 4, 5 (floats), 10 or 11 (Steim), got ${code} in the record at ${offset}`,
    );
  const names = Buffer.from(bytes.buffer, bytes.byteOffset + 8, 12).toString("latin1");
  const text = (at: number, n: number) =>
    names
      .slice(at - 8, at - 8 + n)
      .replaceAll("\0", " ")
      .trim();
  const rate =
    found.rate !== undefined && found.rate > 0
      ? found.rate
      : rateOf(view.getInt16(32, isLittle), view.getInt16(34, isLittle));
  const correction = (bytes[36]! & 2) === 0 ? view.getInt32(40, isLittle) : 0;
  const second = bytes[24]! * 3600 + bytes[25]! * 60 + bytes[26]!;
  const micro = 100 * (view.getUint16(28, isLittle) + correction) + (found.microseconds ?? 0);
  return {
    id: `${text(18, 2)}.${text(8, 5)}.${text(13, 2)}.${text(15, 3)}`,
    quality: String.fromCharCode(bytes[6]!),
    start:
      (secondsOf(view.getUint16(20, isLittle), view.getUint16(22, isLittle), second) * 1e6 + micro) / 1e6,
    sampleRate: Number.isFinite(rate) ? rate : 0,
    nSamples,
    encoding,
    isLittle: found.isLittle ?? isLittle,
    offset,
    dataOffset: offset + dataOffset,
    length,
  };
}
