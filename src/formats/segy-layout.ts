// Where the parts of a SEG-Y file lie: found in its headers and checked against its length before anything is read.
import { readFields, type SegyBinary, segyBinaryFields, segyTraceFields } from "./segy-fields.js";
import { isSegyFormat, type SegyFormat, segyFormats } from "./segy-samples.js";
import { decodeText, isEbcdicText, textBytes } from "./segy-text.js";
import type { ByteSource } from "./source.js";

/** Where things are and how they are stored. */
export interface SegyLayout {
  readonly binary: SegyBinary;
  readonly isLittle: boolean;
  /** Major revision: 0, 1 or 2. */
  readonly revision: number;
  readonly format: SegyFormat;
  readonly nTraces: number;
  readonly nSamples: number;
  /** Sample interval, s. */
  readonly dt: number;
  /** Number of extended textual headers. */
  readonly nExtended: number;
  /** Place of the first trace, bytes. */
  readonly firstTrace: number;
  /** Bytes of a trace's headers: 240, more where revision 2 adds some. */
  readonly headerBytes: number;
  /** Bytes of a trace with its headers. */
  readonly traceBytes: number;
}

/** What the user may know better than the file. */
export interface SegyOptions {
  /** Byte order. Default: as the headers have it. */
  readonly isLittle?: boolean;
  /** Sample format code. Default: bytes 3225-3226. */
  readonly format?: SegyFormat;
  /** Samples a trace. Default: bytes 3221-3222 (3269-3272 in revision 2), else those of the first trace's header. */
  readonly nSamples?: number;
}

const known = Object.keys(segyFormats).join(", ");

function findByteOrder(name: string, bytes: Uint8Array, options: SegyOptions): boolean {
  if (options.isLittle !== undefined) return options.isLittle;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const constant = view.getUint32(96, false);
  if (constant === 0x01020304) return false;
  if (constant === 0x04030201) return true;
  if (constant === 0x02010403 || constant === 0x03040102)
    throw new RangeError(
      `${name}: the byte order must be big- or little-endian, got pairs of bytes turned (byte 3297)`,
    );
  const big = view.getInt16(24, false);
  if (isSegyFormat(big)) return false;
  const little = view.getInt16(24, true);
  if (isSegyFormat(little)) return true;
  if (options.format !== undefined) return false;
  throw new RangeError(`${name}: the sample format code must be ${known}, got ${big} (byte 3225)`);
}

/** The binary header; a little-endian file may hold the 16-bit number of revision 1 turned, as segyio writes it. */
function readBinary(bytes: Uint8Array, isLittle: boolean): SegyBinary {
  const binary = readFields(bytes, segyBinaryFields, 3201, isLittle);
  const { SEGYRevision: first, SEGYRevisionMinor: second } = binary;
  return isLittle && first === 0 && second > 0
    ? { ...binary, SEGYRevision: second, SEGYRevisionMinor: 0 }
    : binary;
}

function countExtended(name: string, source: ByteSource, count: number): number {
  if (count >= 0) return count;
  if (count !== -1)
    throw new RangeError(
      `${name}: the number of extended headers must be -1 or >= 0, got ${count} (byte 3505)`,
    );
  for (let i = 0; 3600 + (i + 1) * textBytes <= source.size; i++) {
    const bytes = source.read(3600 + i * textBytes, textBytes);
    if (/\(\(\s*SEG\s*:\s*EndText\s*\)\)/i.test(decodeText(bytes, isEbcdicText(bytes)))) return i + 1;
  }
  throw new RangeError(
    `${name}: extended headers of unknown number must end with ((SEG: EndText)), got none`,
  );
}

/** Finds the parts of a SEG-Y file.
 *
 *  @param name Caller, for messages.
 *  @param source The file.
 *  @param options What the user knows better.
 *  @returns The layout; all of it lies inside the file.
 *  @throws RangeError if the headers do not agree with the file's length. */
export function findLayout(name: string, source: ByteSource, options: SegyOptions): SegyLayout {
  if (source.size < 3600)
    throw new RangeError(`${name}: a SEG-Y file must have at least 3600 bytes, got ${source.size}`);
  const bytes = source.read(3200, 400);
  const isLittle = findByteOrder(name, bytes, options);
  const binary = readBinary(bytes, isLittle);
  const format = options.format ?? binary.Format;
  if (!isSegyFormat(format))
    throw new RangeError(`${name}: the sample format code must be ${known}, got ${format} (byte 3225)`);
  const revision = binary.SEGYRevision;
  const isSecond = revision >= 2;
  if (isSecond && binary.AdditionalTraceHeaders < 0)
    throw new RangeError(
      `${name}: the number of additional trace headers must be >= 0, got ${binary.AdditionalTraceHeaders} (byte 3507)`,
    );
  const headerBytes = 240 * (1 + (isSecond ? binary.AdditionalTraceHeaders : 0));
  const { width } = segyFormats[format];
  const trailing = isSecond ? binary.TrailerStanzas : 0;
  if (trailing < 0)
    throw new RangeError(`${name}: the number of trailing stanzas must be >= 0, got ${trailing} (byte 3529)`);
  const end = source.size - trailing * textBytes;
  let nExtended = 0;
  let firstTrace = 3600;
  const place = (count: number) => {
    nExtended = count;
    const stated = isSecond ? binary.FirstTraceOffset : 0;
    firstTrace = stated > 0 ? stated : 3600 + count * textBytes;
    if (firstTrace < 3600 + count * textBytes || firstTrace > end)
      throw new RangeError(
        `${name}: the first trace must lie inside the file, got byte ${firstTrace} of ${end}`,
      );
  };
  // revision 0 knows no extended headers: there the bytes may hold anything, so they count only where the lengths agree
  if (revision >= 1) place(countExtended(name, source, binary.ExtendedHeaders));
  else place(0);
  const first = firstTrace + 240 <= end ? source.read(firstTrace, 240) : undefined;
  const header = first && readFields(first, segyTraceFields, 1, isLittle);
  const inFile = isSecond && binary.ExtSamples > 0 ? binary.ExtSamples : binary.Samples;
  const nSamples = options.nSamples ?? (inFile || (header?.TRACE_SAMPLE_COUNT ?? 0));
  if (!Number.isSafeInteger(nSamples) || nSamples <= 0)
    throw new RangeError(`${name}: the number of samples must be > 0, got ${nSamples} (byte 3221)`);
  const traceBytes = headerBytes + nSamples * width;
  const extra = binary.ExtendedHeaders * textBytes;
  if (revision === 0 && extra > 0 && 3600 + extra < end && (end - 3600 - extra) % traceBytes === 0)
    place(binary.ExtendedHeaders);
  const nTraces = (end - firstTrace) / traceBytes;
  if (!Number.isInteger(nTraces))
    throw new RangeError(
      `${name}: traces must all be ${nSamples} samples of ${width} bytes and ${headerBytes} bytes of header, got ${end - firstTrace} bytes, which is ${nTraces.toFixed(2)} of them (byte 3221; the first trace header says ${header?.TRACE_SAMPLE_COUNT ?? "nothing"})`,
    );
  const interval = isSecond && binary.ExtInterval > 0 ? binary.ExtInterval : binary.Interval;
  const dt = 1e-6 * (interval || (header?.TRACE_SAMPLE_INTERVAL ?? 0));
  return {
    binary,
    isLittle,
    revision,
    format,
    nTraces,
    nSamples,
    dt,
    nExtended,
    firstTrace,
    headerBytes,
    traceBytes,
  };
}
