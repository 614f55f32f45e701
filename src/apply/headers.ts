// Headers of interpolated SEG-Y traces: filled from their neighbours, and flagged.
import type { Segy, SegyTraceField, SegyTraceHeader } from "../formats/index.js";
import { segyTraceFields, writeFields } from "../formats/segy-fields.js";

/** Trace identification code (bytes 29-30) of an interpolated trace, in the range for optional use: whoever does not know it takes the
 *  trace neither for a recorded one (1) nor for a dead one (2). */
const interpolatedCode = 256;

/** Fields that change evenly along a line: positions and numbers. Times, codes and scalars are copied from the nearer neighbour. */
const even: ReadonlySet<string> = new Set<SegyTraceField>([
  "TRACE_SEQUENCE_LINE",
  "TRACE_SEQUENCE_FILE",
  "TraceNumber",
  "EnergySourcePoint",
  "CDP",
  "CDP_TRACE",
  "offset",
  "ReceiverGroupElevation",
  "SourceSurfaceElevation",
  "SourceDepth",
  "ReceiverDatumElevation",
  "SourceDatumElevation",
  "SourceWaterDepth",
  "GroupWaterDepth",
  "SourceX",
  "SourceY",
  "GroupX",
  "GroupY",
  "CDP_X",
  "CDP_Y",
  "INLINE_3D",
  "CROSSLINE_3D",
  "ShotPoint",
]);

/** Header fields of a trace that was missing. What its own header says (not 0) stays; the rest comes from the nearest kept traces:
 *  positions and numbers linearly between them, all else from the nearer one.
 *
 *  @param segy Open file.
 *  @param trace The missing one.
 *  @param left Nearest kept trace before it, -1 for none. @param right After it, -1 for none.
 *  @returns Every field; the identification code is `interpolatedCode`. */
export function filledHeader(segy: Segy, trace: number, left: number, right: number): SegyTraceHeader {
  const own = segy.header(trace);
  const before = left < 0 ? undefined : segy.header(left);
  const after = right < 0 ? undefined : segy.header(right);
  const a = before && after ? (trace - left) / (right - left) : 0;
  const nearer = before && (!after || a <= 0.5) ? before : after;
  const filled: Record<string, number> = { ...own };
  for (const field of Object.keys(segyTraceFields) as SegyTraceField[]) {
    if (own[field] !== 0 || !nearer) continue;
    filled[field] =
      even.has(field) && before && after
        ? Math.round((1 - a) * before[field] + a * after[field])
        : nearer[field];
  }
  return { ...(filled as SegyTraceHeader), TraceIdentificationCode: interpolatedCode };
}

/** Writes a header's fields into a trace's bytes, in place; what is no field stays.
 *  @param bytes The trace, header first. */
export function putHeader(segy: Segy, bytes: Uint8Array, header: SegyTraceHeader): void {
  writeFields("interpolate", bytes.subarray(0, 240), segyTraceFields, 1, header, segy.isLittle);
}
