// SEG-Y: an open file of seismic traces, read trace by trace without loading it.
import type { Grid } from "../core/grid.js";
import { bytesOf, swapBytes } from "./numbers.js";
import {
  getField,
  readFields,
  type SegyBinary,
  type SegyTraceField,
  type SegyTraceHeader,
  segyTraceFields,
} from "./segy-fields.js";
import { findLayout, type SegyLayout, type SegyOptions } from "./segy-layout.js";
import { decodeSamples, type SegyFormat, segyFormats } from "./segy-samples.js";
import { decodeText, isEbcdicText, textBytes } from "./segy-text.js";
import { type ByteSource, type Input, sourceOf } from "./source.js";

/** Which part of a file to read. */
export interface SegyPart {
  /** First trace. Default 0. */
  readonly from?: number;
  /** End, not read itself. Default: all traces. */
  readonly to?: number;
  /** Only samples [first, end) of each trace. Default: all. */
  readonly samples?: readonly [first: number, end: number];
}

/** An open SEG-Y file. */
export interface Segy {
  readonly nTraces: number;
  readonly nSamples: number;
  /** Sample interval, s; 0 where the file does not say. */
  readonly dt: number;
  /** Sample format code. */
  readonly format: SegyFormat;
  readonly isLittle: boolean;
  /** Major revision: 0, 1 or 2. */
  readonly revision: number;
  readonly isEbcdic: boolean;
  /** Textual headers, the first and the extended ones, 3,200 characters each (line i is characters 80 i to 80 i + 79). */
  readonly text: readonly string[];
  /** Binary header by segyio's names. */
  readonly binary: SegyBinary;
  /** All bytes before the first trace. */
  head(): Uint8Array;
  /** All bytes after the last trace; none but in revision 2. */
  tail(): Uint8Array;
  /** Bytes of traces [from, to), headers and samples, as they are in the file. */
  traceBytes(from: number, to: number): Uint8Array;
  /** Bytes of a trace's headers: 240, more where revision 2 adds some. */
  readonly headerBytes: number;
  /** Header of trace `i`, by segyio's names. */
  header(i: number): SegyTraceHeader;
  /** One header field of traces [from, to). */
  column(field: SegyTraceField, part?: Pick<SegyPart, "from" | "to">): Int32Array;
  /** Samples, shape [trace, time], in the file's units. Formats 2, 6, 9, 10 and 12 hold more digits than float32 does: see `traces64`. */
  traces(part?: SegyPart): Grid<Float32Array>;
  /** Samples as float64, exact but for integers beyond 2^53. */
  traces64(part?: SegyPart): Grid<Float64Array>;
}

const blockBytes = 2 ** 19;
const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function requirePart(layout: SegyLayout, part: SegyPart): Required<SegyPart> {
  const { from = 0, to = layout.nTraces, samples = [0, layout.nSamples] } = part;
  const isRange = (a: number, b: number, n: number) =>
    Number.isInteger(a) && Number.isInteger(b) && a >= 0 && a <= b && b <= n;
  if (!isRange(from, to, layout.nTraces))
    throw new RangeError(`readSegy: traces must lie in [0, ${layout.nTraces}], got ${from} to ${to}`);
  if (!isRange(samples[0], samples[1], layout.nSamples))
    throw new RangeError(
      `readSegy: samples must lie in [0, ${layout.nSamples}], got ${samples[0]} to ${samples[1]}`,
    );
  return { from, to, samples };
}

/** Reads traces in blocks that stay in the cache: bytes in, turned, decoded. */
function readSamples<T extends Float32Array | Float64Array>(
  source: ByteSource,
  layout: SegyLayout,
  part: Required<SegyPart>,
  create: (length: number) => T,
): Grid<T> {
  const { format, isLittle, firstTrace, headerBytes, traceBytes } = layout;
  const [first, end] = part.samples;
  const count = end - first;
  const nTraces = part.to - part.from;
  const { width } = segyFormats[format];
  const data = create(nTraces * count);
  const grid = { data, shape: [nTraces, count] };
  if (data.length === 0) return grid;
  const isTurned = isLittle !== hostIsLittle;
  // a narrow window of long traces is read piece by piece, all else with the headers between
  const isNarrow = count * width * 4 < traceBytes && traceBytes > 4096;
  const start = headerBytes + first * width;
  const stride = isNarrow ? count * width : traceBytes;
  const step = isNarrow ? 1 : Math.max(1, Math.floor(blockBytes / traceBytes));
  const skipped = isNarrow ? 0 : start;
  const memory = new ArrayBuffer(Math.min(step, nTraces) * stride);
  for (let i = 0; i < nTraces; i += step) {
    const n = Math.min(step, nTraces - i);
    const bytes = new Uint8Array(memory, 0, n * stride);
    source.read(firstTrace + (part.from + i) * traceBytes + start - skipped, bytes.length, bytes);
    if (isTurned) swapBytes(bytes, width === 3 ? 1 : width);
    for (let j = 0; j < n; j++)
      decodeSamples(format, memory, j * stride + skipped, data, (i + j) * count, count, isLittle);
  }
  return grid;
}

/** Opens a SEG-Y file of revision 0, 1 or 2. Headers are read now, traces when asked for.
 *
 *  Sample formats 1 (IBM), 5, 6 (IEEE), 2, 3, 7, 8, 9 (integers of 4, 2, 3, 1, 8 bytes), 10, 11, 12, 15, 16 (unsigned ones);
 *  both byte orders; textual headers in EBCDIC or ASCII, extended ones, too. All traces must be of one length.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @param options.isLittle Byte order. Default: as the headers have it.
 *  @param options.format Sample format code. Default: as the binary header has it.
 *  @param options.nSamples Samples a trace. Default: as the headers have it.
 *  @returns The open file.
 *  @throws RangeError if its headers do not agree with its length.
 *  @see SEG-Y revision 2.0 (2017); segyio, to whose samples and headers these are equal. */
export function readSegy(input: Input, options: SegyOptions = {}): Segy {
  const source = sourceOf("readSegy", input);
  const layout = findLayout("readSegy", source, options);
  const { nTraces, firstTrace, headerBytes, traceBytes, isLittle, nExtended } = layout;
  const isEbcdic = isEbcdicText(source.read(0, textBytes));
  const places = [0, ...Array.from({ length: nExtended }, (_, i) => 3600 + i * textBytes)];
  const traceHeader = (i: number) => source.read(firstTrace + i * traceBytes, 240);
  return {
    nTraces,
    nSamples: layout.nSamples,
    dt: layout.dt,
    format: layout.format,
    isLittle,
    revision: layout.revision,
    isEbcdic,
    text: places.map((at) => decodeText(source.read(at, textBytes), isEbcdic)),
    binary: layout.binary,
    headerBytes,
    head: () => source.read(0, firstTrace).slice(),
    tail() {
      const end = firstTrace + nTraces * traceBytes;
      return source.read(end, source.size - end).slice();
    },
    traceBytes(from, to) {
      requirePart(layout, { from, to });
      return source.read(firstTrace + from * traceBytes, (to - from) * traceBytes).slice();
    },
    header(i) {
      requirePart(layout, { from: i, to: i + 1 });
      return readFields(traceHeader(i), segyTraceFields, 1, isLittle);
    },
    column(field, part = {}) {
      const { from, to } = requirePart(layout, part);
      if (!Object.hasOwn(segyTraceFields, field))
        throw new RangeError(`readSegy: the field must be one of a trace header, got "${field}"`);
      const [byte, kind] = segyTraceFields[field];
      const bytes = new Uint8Array(bytesOf(kind));
      const view = new DataView(bytes.buffer);
      const values = new Int32Array(to - from);
      for (let i = from; i < to; i++) {
        source.read(firstTrace + i * traceBytes + byte - 1, bytes.length, bytes);
        values[i - from] = getField(view, 0, kind, isLittle);
      }
      return values;
    },
    traces: (part = {}) => readSamples(source, layout, requirePart(layout, part), (n) => new Float32Array(n)),
    traces64: (part = {}) =>
      readSamples(source, layout, requirePart(layout, part), (n) => new Float64Array(n)),
  };
}
