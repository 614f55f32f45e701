// SEG-Y: traces to bytes, either with the headers of another file, byte for byte, or with new ones.
import type { Grid } from "../core/grid.js";
import { joinBytes, swapBytes } from "./numbers.js";
import type { Segy } from "./segy.js";
import {
  type SegyBinary,
  type SegyTraceField,
  type SegyTraceHeader,
  segyBinaryFields,
  segyTraceFields,
  writeFields,
} from "./segy-fields.js";
import { encodeSamples, isSegyFormat, type SegyFormat, segyFormats } from "./segy-samples.js";
import { encodeText } from "./segy-text.js";

type Samples = Grid<Float32Array> | Grid<Float64Array>;

/** Headers of a new file. */
export interface SegyWriteOptions {
  /** Sample interval, s, > 0. */
  readonly dt: number;
  /** Sample format code. Default 5, IEEE float. */
  readonly format?: SegyFormat;
  /** Byte order. Default false, big-endian, which every program reads. */
  readonly isLittle?: boolean;
  /** Major revision. Default 1; 2 where a trace has more than 65,535 samples or dt is no whole number of microseconds. */
  readonly revision?: 0 | 1 | 2;
  /** Code of the text. Default true, EBCDIC. */
  readonly isEbcdic?: boolean;
  /** Textual headers, the first and the extended ones: lines broken by newlines, or 3,200 characters each. Default: one that names the sizes. */
  readonly text?: readonly string[];
  /** Further fields of the binary header. */
  readonly binary?: Partial<SegyBinary>;
  /** Fields of the trace headers: a list over traces, or one header at a time. Default: only numbers of traces, samples and interval. */
  readonly headers?:
    | { readonly [field in SegyTraceField]?: ArrayLike<number> }
    | ((trace: number) => Partial<SegyTraceHeader>);
}

const hostIsLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

function requireSection(
  name: string,
  { data, shape }: Samples,
  nSamples?: number,
): readonly [number, number] {
  const [nTraces = 0, n = 0] = shape;
  if (shape.length !== 2 || n === 0 || nTraces * n !== data.length || (nSamples ?? n) !== n)
    throw new RangeError(
      `${name}: samples must have shape [trace, ${nSamples ?? "time"}], got [${shape.join(", ")}] for ${data.length} numbers`,
    );
  return [nTraces, n];
}

/** Samples of traces, each behind a gap for its header, in the byte order asked for. */
function encodeTraces(
  name: string,
  samples: Samples,
  format: SegyFormat,
  headerBytes: number,
  isLittle: boolean,
) {
  const [nTraces, n] = samples.shape as [number, number];
  const { width } = segyFormats[format];
  const stride = headerBytes + n * width;
  const memory = new ArrayBuffer(nTraces * stride);
  for (let i = 0; i < nTraces; i++)
    encodeSamples(name, format, samples.data, i * n, n, memory, i * stride + headerBytes, isLittle);
  const bytes = new Uint8Array(memory);
  if (isLittle !== hostIsLittle) swapBytes(bytes, width === 3 ? 1 : width);
  return { bytes, stride };
}

/** Traces of an open file with new samples: headers, format and byte order stay as they are, byte for byte. The file is
 *  then `file.head()`, these bytes part by part, `file.tail()`, so that a file larger than memory can be written.
 *
 *  @param file Open SEG-Y file.
 *  @param samples New samples of traces from, from + 1, ..., shape [trace, file.nSamples].
 *  @param from First trace that they replace. Default 0.
 *  @returns Bytes of these traces.
 *  @throws RangeError if they are not as many samples, or do not fit the file's format. */
export function segyTraceBytes(file: Segy, samples: Samples, from = 0): Uint8Array {
  const [nTraces] = requireSection("segyTraceBytes", samples, file.nSamples);
  const old = file.traceBytes(from, from + nTraces);
  const { bytes, stride } = encodeTraces(
    "segyTraceBytes",
    samples,
    file.format,
    file.headerBytes,
    file.isLittle,
  );
  for (let at = 0; at < bytes.length; at += stride) bytes.set(old.subarray(at, at + file.headerBytes), at);
  return bytes;
}

function defaultText(
  nTraces: number,
  nSamples: number,
  dt: number,
  format: SegyFormat,
  revision: number,
): string {
  const lines = [
    `TRACES ${nTraces}  SAMPLES A TRACE ${nSamples}  INTERVAL ${+(dt * 1e6).toPrecision(12)} MICROSECONDS`,
    `SAMPLES: ${segyFormats[format].label.toUpperCase()} (CODE ${format})`,
  ];
  const all = Array.from({ length: 40 }, (_, i) => `C${String(i + 1).padStart(2)} ${lines[i] ?? ""}`);
  if (revision > 0) {
    all[38] = `C39 SEG Y REV${revision}`;
    all[39] = "C40 END TEXTUAL HEADER";
  }
  return all.join("\n");
}

/** Writes a new SEG-Y file.
 *
 *  @param samples Shape [trace, time]. Integer formats take the nearest number inside their range.
 *  @param options.dt Sample interval, s.
 *  @param options See SegyWriteOptions.
 *  @returns The file's bytes.
 *  @throws RangeError if samples, names or numbers do not fit the format. */
export function writeSegy(samples: Samples, options: SegyWriteOptions): Uint8Array {
  const [nTraces, nSamples] = requireSection("writeSegy", samples);
  const { dt, format = 5, isLittle = false, isEbcdic = true, binary = {}, headers = {} } = options;
  if (!(dt > 0)) throw new RangeError(`writeSegy: dt must be > 0, got ${dt}`);
  if (!isSegyFormat(format))
    throw new RangeError(
      `writeSegy: the sample format code must be ${Object.keys(segyFormats).join(", ")}, got ${String(format)}`,
    );
  const interval = +(dt * 1e6).toPrecision(12);
  const fits = nSamples <= 65535 && Number.isInteger(interval) && interval <= 65535;
  const revision = options.revision ?? (fits ? 1 : 2);
  if (!fits && revision < 2)
    throw new RangeError(
      `writeSegy: revision ${revision} must have at most 65535 samples and whole microseconds, got ${nSamples} and ${interval}`,
    );
  const text = options.text ?? [defaultText(nTraces, nSamples, dt, format, revision)];
  if (text.length === 0)
    throw new RangeError("writeSegy: text must hold at least the first header, got none");
  const header = new Uint8Array(400);
  const short = fits ? { Interval: interval, Samples: nSamples } : {};
  const second = {
    ExtSamples: nSamples,
    ExtInterval: interval,
    ByteOrderConstant: 0x01020304,
    TracesInFile: nTraces,
    FirstTraceOffset: 3600 + 3200 * (text.length - 1),
  };
  writeFields(
    "writeSegy",
    header,
    segyBinaryFields,
    3201,
    {
      ...short,
      Format: format,
      SEGYRevision: revision,
      TraceFlag: revision > 0 ? 1 : 0,
      ExtendedHeaders: text.length - 1,
      ...(revision === 2 ? second : {}),
      ...binary,
    },
    isLittle,
  );
  // revision 1 knows big-endian files only; turned, its number is one of 16 bits, as segyio has it
  if (isLittle && header[300] === 1) header.set([header[301]!, 1], 300);
  const { bytes, stride } = encodeTraces("writeSegy", samples, format, 240, isLittle);
  const columns =
    typeof headers === "function"
      ? undefined
      : (Object.entries(headers) as [SegyTraceField, ArrayLike<number>][]);
  for (const [field, values] of columns ?? [])
    if (values.length !== nTraces)
      throw new RangeError(
        `writeSegy: ${field} must have one number a trace, ${nTraces}, got ${values.length}`,
      );
  for (let i = 0; i < nTraces; i++) {
    const own: Partial<Record<SegyTraceField, number>> = {
      TRACE_SEQUENCE_LINE: i + 1,
      TRACE_SEQUENCE_FILE: i + 1,
      TraceIdentificationCode: 1,
      TRACE_SAMPLE_COUNT: fits ? nSamples : 0,
      TRACE_SAMPLE_INTERVAL: fits ? interval : 0,
    };
    const given = columns
      ? Object.fromEntries(columns.map(([field, values]) => [field, values[i]]))
      : (headers as (trace: number) => Partial<SegyTraceHeader>)(i);
    const place = bytes.subarray(i * stride, i * stride + 240);
    place.fill(0);
    writeFields("writeSegy", place, segyTraceFields, 1, { ...own, ...given }, isLittle);
  }
  const [first, ...extended] = text.map((page) => encodeText("writeSegy", page, isEbcdic));
  return joinBytes([first!, header, ...extended, bytes]);
}
