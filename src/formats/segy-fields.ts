// The headers of SEG-Y as tables: name, first byte (counted from 1, as in the standard) and kind of every field.
import type { NumberKind } from "./numbers.js";

type Field = readonly [byte: number, kind: NumberKind];

/** Fields of the binary file header, bytes 3201 to 3600 of the file, by segyio's names. Those from ExtTraces on are of revision 2.
 *  @see SEG-Y revision 2.0 (2017), table 2. */
export const segyBinaryFields = {
  JobID: [3201, "i4"],
  LineNumber: [3205, "i4"],
  ReelNumber: [3209, "i4"],
  Traces: [3213, "i2"],
  AuxTraces: [3215, "i2"],
  Interval: [3217, "u2"],
  IntervalOriginal: [3219, "u2"],
  Samples: [3221, "u2"],
  SamplesOriginal: [3223, "u2"],
  Format: [3225, "i2"],
  EnsembleFold: [3227, "i2"],
  SortingCode: [3229, "i2"],
  VerticalSum: [3231, "i2"],
  SweepFrequencyStart: [3233, "i2"],
  SweepFrequencyEnd: [3235, "i2"],
  SweepLength: [3237, "i2"],
  Sweep: [3239, "i2"],
  SweepChannel: [3241, "i2"],
  SweepTaperStart: [3243, "i2"],
  SweepTaperEnd: [3245, "i2"],
  Taper: [3247, "i2"],
  CorrelatedTraces: [3249, "i2"],
  BinaryGainRecovery: [3251, "i2"],
  AmplitudeRecovery: [3253, "i2"],
  MeasurementSystem: [3255, "i2"],
  ImpulseSignalPolarity: [3257, "i2"],
  VibratoryPolarity: [3259, "i2"],
  ExtTraces: [3261, "i4"],
  ExtAuxTraces: [3265, "i4"],
  ExtSamples: [3269, "u4"],
  ExtInterval: [3273, "f8"],
  ExtIntervalOriginal: [3281, "f8"],
  ExtSamplesOriginal: [3289, "u4"],
  ExtEnsembleFold: [3293, "i4"],
  ByteOrderConstant: [3297, "u4"],
  SEGYRevision: [3501, "u1"],
  SEGYRevisionMinor: [3502, "u1"],
  TraceFlag: [3503, "i2"],
  ExtendedHeaders: [3505, "i2"],
  AdditionalTraceHeaders: [3507, "i4"],
  TimeBaseCode: [3511, "i2"],
  TracesInFile: [3513, "u8"],
  FirstTraceOffset: [3521, "u8"],
  TrailerStanzas: [3529, "i4"],
} as const satisfies Readonly<Record<string, Field>>;

/** Fields of a trace header, bytes 1 to 240 of the trace, by segyio's names.
 *  @see SEG-Y revision 2.0 (2017), table 3. */
export const segyTraceFields = {
  TRACE_SEQUENCE_LINE: [1, "i4"],
  TRACE_SEQUENCE_FILE: [5, "i4"],
  FieldRecord: [9, "i4"],
  TraceNumber: [13, "i4"],
  EnergySourcePoint: [17, "i4"],
  CDP: [21, "i4"],
  CDP_TRACE: [25, "i4"],
  TraceIdentificationCode: [29, "i2"],
  NSummedTraces: [31, "i2"],
  NStackedTraces: [33, "i2"],
  DataUse: [35, "i2"],
  offset: [37, "i4"],
  ReceiverGroupElevation: [41, "i4"],
  SourceSurfaceElevation: [45, "i4"],
  SourceDepth: [49, "i4"],
  ReceiverDatumElevation: [53, "i4"],
  SourceDatumElevation: [57, "i4"],
  SourceWaterDepth: [61, "i4"],
  GroupWaterDepth: [65, "i4"],
  ElevationScalar: [69, "i2"],
  SourceGroupScalar: [71, "i2"],
  SourceX: [73, "i4"],
  SourceY: [77, "i4"],
  GroupX: [81, "i4"],
  GroupY: [85, "i4"],
  CoordinateUnits: [89, "i2"],
  WeatheringVelocity: [91, "i2"],
  SubWeatheringVelocity: [93, "i2"],
  SourceUpholeTime: [95, "i2"],
  GroupUpholeTime: [97, "i2"],
  SourceStaticCorrection: [99, "i2"],
  GroupStaticCorrection: [101, "i2"],
  TotalStaticApplied: [103, "i2"],
  LagTimeA: [105, "i2"],
  LagTimeB: [107, "i2"],
  DelayRecordingTime: [109, "i2"],
  MuteTimeStart: [111, "i2"],
  MuteTimeEND: [113, "i2"],
  TRACE_SAMPLE_COUNT: [115, "u2"],
  TRACE_SAMPLE_INTERVAL: [117, "u2"],
  GainType: [119, "i2"],
  InstrumentGainConstant: [121, "i2"],
  InstrumentInitialGain: [123, "i2"],
  Correlated: [125, "i2"],
  SweepFrequencyStart: [127, "i2"],
  SweepFrequencyEnd: [129, "i2"],
  SweepLength: [131, "i2"],
  SweepType: [133, "i2"],
  SweepTraceTaperLengthStart: [135, "i2"],
  SweepTraceTaperLengthEnd: [137, "i2"],
  TaperType: [139, "i2"],
  AliasFilterFrequency: [141, "i2"],
  AliasFilterSlope: [143, "i2"],
  NotchFilterFrequency: [145, "i2"],
  NotchFilterSlope: [147, "i2"],
  LowCutFrequency: [149, "i2"],
  HighCutFrequency: [151, "i2"],
  LowCutSlope: [153, "i2"],
  HighCutSlope: [155, "i2"],
  YearDataRecorded: [157, "i2"],
  DayOfYear: [159, "i2"],
  HourOfDay: [161, "i2"],
  MinuteOfHour: [163, "i2"],
  SecondOfMinute: [165, "i2"],
  TimeBaseCode: [167, "i2"],
  TraceWeightingFactor: [169, "i2"],
  GeophoneGroupNumberRoll1: [171, "i2"],
  GeophoneGroupNumberFirstTraceOrigField: [173, "i2"],
  GeophoneGroupNumberLastTraceOrigField: [175, "i2"],
  GapSize: [177, "i2"],
  OverTravel: [179, "i2"],
  CDP_X: [181, "i4"],
  CDP_Y: [185, "i4"],
  INLINE_3D: [189, "i4"],
  CROSSLINE_3D: [193, "i4"],
  ShotPoint: [197, "i4"],
  ShotPointScalar: [201, "i2"],
  TraceValueMeasurementUnit: [203, "i2"],
  TransductionConstantMantissa: [205, "i4"],
  TransductionConstantPower: [209, "i2"],
  TransductionUnit: [211, "i2"],
  TraceIdentifier: [213, "i2"],
  ScalarTraceHeader: [215, "i2"],
  SourceType: [217, "i2"],
  SourceEnergyDirectionMantissa: [219, "i4"],
  SourceEnergyDirectionExponent: [223, "i2"],
  SourceMeasurementMantissa: [225, "i4"],
  SourceMeasurementExponent: [229, "i2"],
  SourceMeasurementUnit: [231, "i2"],
  UnassignedInt1: [233, "i4"],
  UnassignedInt2: [237, "i4"],
} as const satisfies Readonly<Record<string, Field>>;

/** Name of a field of the binary file header. */
export type SegyBinaryField = keyof typeof segyBinaryFields;
/** Name of a field of a trace header. */
export type SegyTraceField = keyof typeof segyTraceFields;
/** The binary file header. */
export type SegyBinary = { readonly [name in SegyBinaryField]: number };
/** One trace header. */
export type SegyTraceHeader = { readonly [name in SegyTraceField]: number };

const limits: Readonly<Record<string, readonly [number, number]>> = {
  u1: [0, 255],
  i2: [-32768, 32767],
  u2: [0, 65535],
  i4: [-2147483648, 2147483647],
  u4: [0, 4294967295],
  u8: [0, Number.MAX_SAFE_INTEGER],
};

/** One field.
 *
 *  @param view Bytes that hold it.
 *  @param at Its place there.
 *  @param kind How it is stored.
 *  @param isLittle Byte order.
 *  @returns The number; 64-bit ones beyond 2^53 are rounded. */
export function getField(view: DataView, at: number, kind: NumberKind, isLittle: boolean): number {
  switch (kind) {
    case "u1":
      return view.getUint8(at);
    case "i2":
      return view.getInt16(at, isLittle);
    case "u2":
      return view.getUint16(at, isLittle);
    case "i4":
      return view.getInt32(at, isLittle);
    case "u4":
      return view.getUint32(at, isLittle);
    case "u8":
      return Number(view.getBigUint64(at, isLittle));
    default:
      return view.getFloat64(at, isLittle);
  }
}

function set(view: DataView, at: number, kind: NumberKind, value: number, isLittle: boolean): void {
  if (kind === "u1") view.setUint8(at, value);
  else if (kind === "i2") view.setInt16(at, value, isLittle);
  else if (kind === "u2") view.setUint16(at, value, isLittle);
  else if (kind === "i4") view.setInt32(at, value, isLittle);
  else if (kind === "u4") view.setUint32(at, value, isLittle);
  else if (kind === "u8") view.setBigUint64(at, BigInt(value), isLittle);
  else view.setFloat64(at, value, isLittle);
}

/** All fields of a header.
 *
 *  @param bytes The header.
 *  @param fields Its table.
 *  @param first The byte that the table counts as the header's first.
 *  @param isLittle Byte order.
 *  @returns Numbers by name. */
export function readFields<T extends Readonly<Record<string, Field>>>(
  bytes: Uint8Array,
  fields: T,
  first: number,
  isLittle: boolean,
): { readonly [name in keyof T]: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const header: Record<string, number> = {};
  for (const name in fields) {
    const [byte, kind] = fields[name]!;
    header[name] = getField(view, byte - first, kind, isLittle);
  }
  return header as { readonly [name in keyof T]: number };
}

/** Sets fields of a header in place; what is not named stays as it is.
 *
 *  @param name Caller, for messages.
 *  @param bytes The header.
 *  @param fields Its table.
 *  @param first The byte that the table counts as the header's first.
 *  @param values Numbers by name.
 *  @param isLittle Byte order.
 *  @throws RangeError if a name is unknown or a number does not fit its field. */
export function writeFields<T extends Readonly<Record<string, Field>>>(
  name: string,
  bytes: Uint8Array,
  fields: T,
  first: number,
  values: { readonly [field in keyof T]?: number | undefined },
  isLittle: boolean,
): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const [field, value] of Object.entries(values) as [string, number | undefined][]) {
    if (value === undefined) continue;
    const entry = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (!entry)
      throw new RangeError(`${name}: a header field must have a name of the standard, got "${field}"`);
    const [byte, kind] = entry;
    const [low, high] = limits[kind] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    if (!(value >= low && value <= high) || (kind !== "f8" && !Number.isInteger(value)))
      throw new RangeError(`${name}: ${field} must be a whole number from ${low} to ${high}, got ${value}`);
    set(view, byte - first, kind, value, isLittle);
  }
}
