// miniSEED 2: records of seismograms, joined into continuous segments.

import { isRecordHead, type MiniSeedEncoding, type MiniSeedRecord, readRecord } from "./miniseed-record.js";
import { decodeSteim } from "./miniseed-steim.js";
import { readNumbers } from "./numbers.js";
import { type ByteSource, type Input, sourceOf } from "./source.js";

/** Samples without a gap. */
export interface MiniSeedSegment {
  /** NET.STA.LOC.CHA. */
  readonly id: string;
  /** Time of the first sample, seconds since 1970, to a microsecond. */
  readonly start: number;
  /** Samples a second; 0 for text. */
  readonly sampleRate: number;
  /** Samples: Int32Array of all integer encodings, else Float32Array, Float64Array; text as Uint8Array. */
  readonly data: Int32Array | Float32Array | Float64Array | Uint8Array;
  readonly encoding: MiniSeedEncoding;
  /** D, R, Q or M, as the records have it. */
  readonly quality: string;
}

/** Which part of a file to read. */
export interface MiniSeedOptions {
  /** Only these streams, NET.STA.LOC.CHA. Default: all. */
  readonly ids?: readonly string[];
  /** Only samples from this time on, seconds since 1970. */
  readonly from?: number;
  /** Only samples before this time. */
  readonly to?: number;
}

/** Bytes a sample; Steim packs up to 7 samples into 4 bytes. */
const widths: Readonly<Record<MiniSeedEncoding, number>> = {
  ascii: 1,
  int16: 2,
  int32: 4,
  float32: 4,
  float64: 8,
  steim1: 1,
  steim2: 4 / 7,
};

/** Throws where a record's samples do not fit into it. */
export function requireHeld({ offset, length, dataOffset, encoding, nSamples }: MiniSeedRecord): void {
  const held = Math.floor((offset + length - dataOffset) / widths[encoding]);
  if (nSamples > 0 && nSamples > held)
    throw new RangeError(
      `readMiniSeed: a record must hold its samples, got ${nSamples} where ${held} fit (byte ${offset})`,
    );
}

/** A header that holds no samples: a control record, or blanks and zeros. */
export function kindOfEmpty(head: Uint8Array): "control" | "empty" | undefined {
  if (/^[\d ]{6}[VAST][ *]/.test(String.fromCharCode(...head.subarray(0, 8)))) return "control";
  return /^[\d ]{0,6}[ \0]*$/.test(String.fromCharCode(...head)) ? "empty" : undefined;
}

/** All headers of a file; control records, blanks and zeros between them are passed over. */
function listRecords(source: ByteSource): MiniSeedRecord[] {
  const records: MiniSeedRecord[] = [];
  let offset = 0;
  while (offset < source.size) {
    const head = source.read(offset, Math.min(48, source.size - offset));
    if (isRecordHead(head)) {
      const record = readRecord("readMiniSeed", source, offset);
      requireHeld(record);
      records.push(record);
      offset += record.length;
      continue;
    }
    const empty = kindOfEmpty(head);
    const isControl = empty === "control";
    if (!empty)
      throw new RangeError(
        `readMiniSeed: a record must begin with its number and D, R, Q or M, got ${JSON.stringify(String.fromCharCode(...head.subarray(0, 8)))} (byte ${offset})`,
      );
    // what follows such a header is not looked at until a record of data begins
    offset += 128;
    while (offset + 48 <= source.size && isControl && !isRecordHead(source.read(offset, 48))) offset += 128;
    if (isControl && offset + 48 > source.size) break;
  }
  if (records.length === 0)
    throw new RangeError(
      `readMiniSeed: the file must hold a record of data, got none in ${source.size} bytes`,
    );
  return records;
}

/** Whether a record goes on where the last one ended, to half a sample. */
export function isSuccessor(record: MiniSeedRecord, last: MiniSeedRecord): boolean {
  if (typeOf(record.encoding) !== typeOf(last.encoding)) return false;
  if (Math.abs(record.sampleRate - last.sampleRate) > 1e-4 * last.sampleRate) return false;
  if (last.sampleRate === 0) return record.start === last.start;
  return Math.abs(record.start - last.start - last.nSamples / last.sampleRate) <= 0.5 / last.sampleRate;
}

function typeOf(encoding: MiniSeedEncoding): "text" | "int" | "float32" | "float64" {
  if (encoding === "ascii") return "text";
  return encoding === "float32" || encoding === "float64" ? encoding : "int";
}

/** Samples of records that follow each other.
 *  @throws RangeError where Steim frames do not give what the record promises. */
export function decode(source: ByteSource, records: readonly MiniSeedRecord[]): MiniSeedSegment["data"] {
  const total = records.reduce((n, record) => n + record.nSamples, 0);
  const type = typeOf(records[0]!.encoding);
  const array = { text: Uint8Array, int: Int32Array, float32: Float32Array, float64: Float64Array }[type];
  const data = new array(total);
  let at = 0;
  for (const { encoding, nSamples, isLittle, dataOffset, offset, length } of records) {
    if (encoding === "steim1" || encoding === "steim2") {
      const frames = source.read(dataOffset, offset + length - dataOffset);
      const level = encoding === "steim1" ? 1 : 2;
      const wrong = decodeSteim(level, frames, isLittle, data as Int32Array, at, nSamples);
      if (wrong)
        throw new RangeError(
          `readMiniSeed: Steim ${level} frames must give their samples, got ${wrong} (byte ${offset})`,
        );
    } else {
      const kind = ({ ascii: "u1", int16: "i2", int32: "i4", float32: "f4", float64: "f8" } as const)[
        encoding
      ];
      data.set(readNumbers(source, dataOffset, nSamples, kind, isLittle) as Int32Array, at);
    }
    at += nSamples;
  }
  return data;
}

/** Reads miniSEED 2 (records of "SEED data only").
 *
 *  Records of one stream that follow each other within half a sample are one segment; a gap, an overlap, another
 *  sample rate or quality begins a new one, as in ObsPy. Steim frames are checked against their last sample.
 *  Encodings: text, int16, int32, float32, float64, Steim 1 and 2, both byte orders.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @param options.ids Only these streams.
 *  @param options.from, options.to Only samples at times in [from, to), seconds since 1970; other records are not decoded.
 *  @returns Segments, stream by stream in the order in which they first come, each in the file's order.
 *  @throws RangeError if a record is damaged or of another encoding.
 *  @see SEED manual 2.4, chapter 8, appendix B; libmseed. */
export function readMiniSeed(input: Input, options: MiniSeedOptions = {}): MiniSeedSegment[] {
  const source = buffered(sourceOf("readMiniSeed", input));
  const { ids, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options;
  const streams = new Map<string, MiniSeedRecord[][]>();
  for (const record of listRecords(source)) {
    if (record.nSamples === 0 || (ids && !ids.includes(record.id))) continue;
    const span = record.sampleRate > 0 ? record.nSamples / record.sampleRate : 0;
    if (record.start >= to || record.start + span < from) continue;
    const key = `${record.id} ${record.quality}`;
    const runs = streams.get(key) ?? [];
    streams.set(key, runs);
    const run = runs.at(-1);
    if (run && isSuccessor(record, run.at(-1)!)) run.push(record);
    else runs.push([record]);
  }
  return [...streams.values()].flat().flatMap((run) => {
    const { id, start, sampleRate, encoding, quality } = run[0]!;
    const data = decode(source, run);
    if (sampleRate === 0) return [{ id, start, sampleRate, data, encoding, quality }];
    // a thousandth of a sample is left for times that are rounded to microseconds
    const index = (time: number) =>
      Math.min(Math.max(Math.ceil((time - start) * sampleRate - 1e-3), 0), data.length);
    const [first, end] = [index(from), index(to)];
    if (first >= end) return [];
    const part = end - first < data.length ? data.slice(first, end) : data;
    return [
      {
        id,
        start: first === 0 ? start : start + first / sampleRate,
        sampleRate,
        data: part,
        encoding,
        quality,
      },
    ];
  });
}

/** Reads ahead in blocks, since headers lie a few hundred bytes apart.
 *  @param block Bytes. Default 1 MB. */
export function buffered(source: ByteSource, block = 2 ** 20): ByteSource {
  if (source.size <= block) {
    const whole = source.read(0, source.size);
    return {
      size: source.size,
      read(offset, length, into) {
        if (offset + length > whole.length)
          throw new RangeError(
            `readMiniSeed: bytes must lie inside the file, got ${offset} to ${offset + length}`,
          );
        const piece = whole.subarray(offset, offset + length);
        into?.set(piece);
        return into ?? piece;
      },
    };
  }
  let start = 0;
  let held = new Uint8Array(0);
  return {
    size: source.size,
    read(offset, length, into) {
      if (length > block / 2) return source.read(offset, length, into);
      if (offset < start || offset + length > start + held.length) {
        start = offset;
        held = new Uint8Array(Math.min(block, source.size - offset));
        source.read(offset, held.length, held);
      }
      const piece = held.subarray(offset - start, offset - start + length);
      into?.set(piece);
      return into ?? piece;
    },
  };
}
