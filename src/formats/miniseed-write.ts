// miniSEED 2: segments to records, byte for byte as ObsPy and libmseed write them.
import type { MiniSeedSegment } from "./miniseed.js";
import { type MiniSeedEncoding, miniSeedEncodings } from "./miniseed-record.js";
import { encodeSteim } from "./miniseed-steim.js";
import { numberBytes } from "./numbers.js";
import { partsOf } from "./time.js";

/** How to write miniSEED. */
export interface MiniSeedWriteOptions {
  /** Bytes a record, a power of two from 128 to 2^20. Default 512. */
  readonly recordLength?: number;
  /** Byte order. Default false, big-endian, as the standard asks. */
  readonly isLittle?: boolean;
}

type Writable = Pick<MiniSeedSegment, "id" | "start" | "sampleRate" | "data"> &
  Partial<Pick<MiniSeedSegment, "encoding" | "quality">>;

/** Sample rate as factor and multiplier, 16 bits each; `isExact` within 1e-9. */
function rateParts(rate: number): { factor: number; multiplier: number; isExact: boolean } {
  if (rate === 0) return { factor: 0, multiplier: 0, isExact: true };
  if (Number.isInteger(rate) && rate <= 32767) return { factor: rate, multiplier: 1, isExact: true };
  const period = 1 / rate;
  if (Math.abs(period - Math.round(period)) < 1e-9 * period && period <= 32767)
    return { factor: -Math.round(period), multiplier: -1, isExact: true };
  // continued fraction rate = p / q
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let x = rate;
  for (let i = 0; i < 40; i++) {
    const a = Math.floor(x);
    const [p, q] = [a * p1 + p0, a * q1 + q0];
    if (p > 32767 || q > 32767) break;
    [p0, q0, p1, q1] = [p1, q1, p, q];
    if (Math.abs(p / q - rate) < 1e-12 * rate || x === a) break;
    x = 1 / (x - a);
  }
  const isFound = p1 > 0 && q1 > 0;
  return isFound
    ? { factor: p1, multiplier: -q1, isExact: Math.abs(p1 / q1 - rate) < 1e-9 * rate }
    : { factor: rate > 1 ? 32767 : -32767, multiplier: 1, isExact: false };
}

function defaultEncoding(data: MiniSeedSegment["data"]): MiniSeedEncoding {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  return data instanceof Int32Array ? "steim2" : "ascii";
}

/** Samples in the machine's type of their encoding. */
function storedAs(
  data: MiniSeedSegment["data"],
  encoding: MiniSeedEncoding,
  id: string,
): Int32Array | Int16Array | Float32Array | Float64Array | Uint8Array {
  const isFloat = encoding === "float32" || encoding === "float64";
  const isRight = isFloat
    ? data instanceof Float32Array || data instanceof Float64Array
    : encoding === "ascii"
      ? data instanceof Uint8Array
      : data instanceof Int32Array;
  if (!isRight)
    throw new TypeError(
      `writeMiniSeed: ${encoding} must go with ${isFloat ? "floats" : encoding === "ascii" ? "a Uint8Array" : "an Int32Array"}, got ${data.constructor.name} in ${id}`,
    );
  if (encoding === "float32") return Float32Array.from(data);
  if (encoding === "float64") return Float64Array.from(data);
  if (encoding === "int16") {
    const wide = data.find((v) => v < -32768 || v > 32767);
    if (wide !== undefined)
      throw new RangeError(`writeMiniSeed: int16 must hold -32768 to 32767, got ${wide} in ${id}`);
    return Int16Array.from(data);
  }
  return data;
}

/** Record after record of one segment. */
function segmentRecords(
  segment: Writable,
  length: number,
  isLittle: boolean,
  firstNumber: number,
): Uint8Array[] {
  const { id, start, sampleRate, data, quality = "D" } = segment;
  const encoding = segment.encoding ?? defaultEncoding(data);
  const names = id.split(".");
  const widths = [2, 5, 2, 3];
  if (names.length !== 4 || names.some((name, i) => name.length > widths[i]! || /[^\x20-\x7e]/.test(name)))
    throw new RangeError(
      `writeMiniSeed: id must be NET.STA.LOC.CHA with at most 2, 5, 2, 3 characters, got "${id}"`,
    );
  if (!(sampleRate >= 0) || !Number.isFinite(start) || !/^[DRQM]$/.test(quality))
    throw new RangeError(
      `writeMiniSeed: needs a sample rate >= 0, a start and a quality D, R, Q or M, got ${sampleRate}, ${start}, ${quality} in ${id}`,
    );
  if (!Object.hasOwn(miniSeedEncodings, encoding))
    throw new RangeError(
      `writeMiniSeed: the encoding must be one of ${Object.keys(miniSeedEncodings).join(", ")}, got ${String(encoding)}`,
    );
  const rate = rateParts(sampleRate);
  const hasMicro =
    Math.round(start * 1e6) % 100 !== 0 ||
    (sampleRate > 0 && data.length > 0 && Math.round(1e6 / sampleRate) % 100 !== 0);
  const headBytes = 48 + 8 + (hasMicro ? 8 : 0) + (rate.isExact ? 0 : 12);
  const isSteim = encoding === "steim1" || encoding === "steim2";
  const dataOffset = Math.ceil(headBytes / 64) * 64;
  if (dataOffset + 64 > length)
    throw new RangeError(`writeMiniSeed: records must have room for header and samples, got ${length} bytes`);
  const stored = storedAs(data, encoding, id);
  const records: Uint8Array[] = [];
  for (let from = 0; from < data.length; ) {
    const record = new Uint8Array(length);
    const place = record.subarray(dataOffset);
    let n: number;
    if (isSteim) {
      const level = encoding === "steim1" ? 1 : 2;
      n = encodeSteim(
        level,
        stored as Int32Array,
        from,
        from > 0 ? (stored[from - 1] as number) : undefined,
        place,
        isLittle,
      );
      if (n === 0)
        throw new RangeError(
          `writeMiniSeed: Steim ${level} must have differences below 2^29, got more at sample ${from} of ${id}`,
        );
    } else {
      n = Math.min(Math.floor(place.length / stored.BYTES_PER_ELEMENT), data.length - from);
      place.set(numberBytes(stored.subarray(from, from + n), isLittle));
    }
    if (n > 65535)
      throw new RangeError(
        `writeMiniSeed: a record must hold at most 65535 samples, got ${n}; use shorter records`,
      );
    writeHead(
      record,
      {
        number: firstNumber + records.length,
        names,
        quality,
        start: sampleRate > 0 ? start + from / sampleRate : start,
        n,
        rate,
        sampleRate,
        dataOffset,
        hasMicro,
        code: miniSeedEncodings[encoding],
      },
      isLittle,
    );
    records.push(record);
    from += n;
  }
  return records;
}

interface Head {
  readonly number: number;
  readonly names: readonly string[];
  readonly quality: string;
  readonly start: number;
  readonly n: number;
  readonly rate: ReturnType<typeof rateParts>;
  readonly sampleRate: number;
  readonly dataOffset: number;
  readonly hasMicro: boolean;
  readonly code: number;
}

function writeHead(record: Uint8Array, head: Head, isLittle: boolean): void {
  const view = new DataView(record.buffer);
  const [net, sta, loc, cha] = head.names as [string, string, string, string];
  const number = String(head.number % 1000000).padStart(6, "0");
  const text = `${number}${head.quality} ${sta.padEnd(5)}${loc.padEnd(2)}${cha.padEnd(3)}${net.padEnd(2)}`;
  record.set(Buffer.from(text, "latin1"));
  const micro = Math.round(head.start * 1e6);
  const tenth = Math.round(micro / 100);
  const { year, day, hour, minute, second, units } = partsOf(tenth / 1e4, 1e-4);
  const set16 = (at: number, value: number) => view.setUint16(at, value & 0xffff, isLittle);
  set16(20, year);
  set16(22, day);
  record.set([hour, minute, second], 24);
  set16(28, units);
  set16(30, head.n);
  set16(32, head.rate.factor);
  set16(34, head.rate.multiplier);
  record[39] = 1 + (head.hasMicro ? 1 : 0) + (head.rate.isExact ? 0 : 1);
  set16(44, head.dataOffset);
  set16(46, 48);
  let at = 48;
  if (!head.rate.isExact) {
    set16(at, 100);
    set16(at + 2, at + 12);
    view.setFloat32(at + 4, head.sampleRate, isLittle);
    at += 12;
  }
  if (head.hasMicro) {
    set16(at, 1001);
    set16(at + 2, at + 8);
    view.setInt8(at + 5, micro - 100 * tenth);
    at += 8;
  }
  set16(at, 1000);
  record.set([head.code, isLittle ? 0 : 1, Math.log2(record.length)], at + 4);
}

/** Writes miniSEED 2.
 *
 *  @param segments Streams without gaps; a gap is two segments. Encoding by default Steim 2 for Int32Array, else the
 *    array's own; quality by default D.
 *  @param options.recordLength Bytes a record. Default 512.
 *  @param options.isLittle Byte order. Default false.
 *  @returns The file's bytes.
 *  @throws RangeError if a name is too long, a sample does not fit its encoding, or the record length is none. */
export function writeMiniSeed(segments: readonly Writable[], options: MiniSeedWriteOptions = {}): Uint8Array {
  const { recordLength = 512, isLittle = false } = options;
  const power = Math.log2(recordLength);
  if (!Number.isInteger(power) || power < 7 || power > 20)
    throw new RangeError(
      `writeMiniSeed: recordLength must be a power of two from 128 to 1048576, got ${recordLength}`,
    );
  const records: Uint8Array[] = [];
  for (const segment of segments)
    for (const record of segmentRecords(segment, recordLength, isLittle, 1)) records.push(record);
  return joinRecords(records, recordLength);
}

function joinRecords(records: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(records.length * length);
  for (const [i, record] of records.entries()) whole.set(record, i * length);
  return whole;
}
