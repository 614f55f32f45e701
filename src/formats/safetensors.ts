// safetensors: a JSON header of names, types, shapes and places, then the bytes. Written and read, nothing executed.
import type { Grid, TypedArray } from "../core/index.js";
import { fromBfloat16, toBfloat16 } from "./bfloat16.js";
import { fromFloat16, toFloat16 } from "./float16.js";

/** Types in a file; BOOL comes as Uint8Array of 0 and 1, F16 and BF16 as Float32Array. */
export type SafetensorsType =
  | "F64"
  | "F32"
  | "F16"
  | "BF16"
  | "I64"
  | "I32"
  | "I16"
  | "I8"
  | "U64"
  | "U32"
  | "U16"
  | "U8"
  | "BOOL";

/** What a file holds. */
export interface Safetensors {
  /** In the file's order of names. */
  readonly tensors: ReadonlyMap<string, Grid<TypedArray>>;
  /** Type of each in the file. */
  readonly types: ReadonlyMap<string, SafetensorsType>;
  /** `__metadata__`. */
  readonly metadata: Readonly<Record<string, string>>;
}

const sizes: Record<SafetensorsType, number> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
};

function decode(type: SafetensorsType, bytes: Uint8Array): TypedArray {
  const { buffer } = new Uint8Array(bytes); // aligned copy (the slice of a Buffer would be none)
  switch (type) {
    case "F64":
      return new Float64Array(buffer);
    case "F32":
      return new Float32Array(buffer);
    case "F16":
      return Float32Array.from(new Uint16Array(buffer), fromFloat16);
    case "BF16":
      return fromBfloat16(new Uint16Array(buffer));
    case "I64":
      return new BigInt64Array(buffer);
    case "I32":
      return new Int32Array(buffer);
    case "I16":
      return new Int16Array(buffer);
    case "I8":
      return new Int8Array(buffer);
    case "U64":
      return new BigUint64Array(buffer);
    case "U32":
      return new Uint32Array(buffer);
    case "U16":
      return new Uint16Array(buffer);
    case "U8":
    case "BOOL":
      return new Uint8Array(buffer);
  }
}

function fail(what: string): never {
  throw new RangeError(`readSafetensors: ${what}`);
}

/** Reads a file.
 *
 *  @param bytes The whole file.
 *  @returns Its tensors and metadata; the arrays are copies.
 *  @throws RangeError naming the fault: cut short, overlapping or missing bytes, an unknown type, a shape that does not fit.
 *  @see github.com/huggingface/safetensors, format. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  if (bytes.length < 8) fail(`a file must have 8 bytes at least, got ${bytes.length}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  if (length > bytes.length - 8)
    fail(`the header must lie in the file, got ${length} of ${bytes.length - 8} bytes`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    fail("the header must be JSON, got something else");
  }
  if (typeof header !== "object" || header === null || Array.isArray(header))
    fail(`the header must be an object, got ${JSON.stringify(header)}`);
  const data = bytes.subarray(8 + length);
  const tensors = new Map<string, Grid<TypedArray>>();
  const types = new Map<string, SafetensorsType>();
  const metadata: Record<string, string> = {};
  const places: [number, number][] = [];
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") {
      for (const [key, value] of Object.entries(entry ?? {})) metadata[key] = String(value);
      continue;
    }
    const {
      dtype,
      shape,
      data_offsets: place,
    } = (entry ?? {}) as { dtype?: string; shape?: unknown; data_offsets?: unknown };
    const whole = (x: unknown): x is number[] =>
      Array.isArray(x) && x.every((n) => Number.isSafeInteger(n) && n >= 0);
    if (typeof dtype !== "string" || !Object.hasOwn(sizes, dtype))
      fail(`${name}: the type must be known, got ${dtype}`);
    if (!whole(shape) || !whole(place) || place.length !== 2)
      fail(`${name}: needs a shape and two offsets, got neither`);
    const type = dtype as SafetensorsType;
    const [start, end] = place as [number, number];
    const size = shape.reduce((a, b) => a * b, 1) * sizes[type];
    if (end - start !== size || end > data.length)
      fail(
        `${name}: shape [${shape}] of ${type} needs ${size} bytes, got ${start} to ${end} of ${data.length}`,
      );
    places.push([start, end]);
    tensors.set(name, { data: decode(type, data.subarray(start, end)), shape });
    types.set(name, type);
  }
  places.sort(([a, b], [c, d]) => a - c || b - d);
  let at = 0;
  for (const [start, end] of places) {
    if (start !== at)
      fail(`tensors must follow each other without gap or overlap, got byte ${start} after ${at}`);
    at = end;
  }
  if (at !== data.length) fail(`the file must end with its last tensor, got ${data.length - at} bytes more`);
  return { tensors, types, metadata };
}

const typeOf = (data: TypedArray): SafetensorsType => {
  if (data instanceof Float64Array) return "F64";
  if (data instanceof Float32Array) return "F32";
  if (data instanceof BigInt64Array) return "I64";
  if (data instanceof BigUint64Array) return "U64";
  if (data instanceof Int32Array) return "I32";
  if (data instanceof Uint32Array) return "U32";
  if (data instanceof Int16Array) return "I16";
  if (data instanceof Uint16Array) return "U16";
  if (data instanceof Int8Array) return "I8";
  return "U8";
};

/** Writes a file.
 *
 *  @param tensors By name, any shape.
 *  @param options.metadata Goes to `__metadata__`.
 *  @param options.floats How float32 arrays are stored: "F32" (default), "F16" or "BF16", rounded to nearest.
 *  @param options.bools Names of Uint8Arrays to be stored as BOOL.
 *  @returns The whole file.
 *  @throws RangeError if a shape does not fit its array. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Grid<TypedArray>>,
  options: {
    readonly metadata?: Readonly<Record<string, string>>;
    readonly floats?: "F32" | "F16" | "BF16";
    readonly bools?: ReadonlySet<string>;
  } = {},
): Uint8Array {
  const { metadata, floats = "F32", bools } = options;
  const header: Record<string, unknown> = metadata ? { __metadata__: metadata } : {};
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [name, { data, shape }] of tensors) {
    if (shape.reduce((a, b) => a * b, 1) !== data.length)
      throw new RangeError(
        `writeSafetensors: ${name}: shape [${shape}] must hold the values, got ${data.length}`,
      );
    let type = typeOf(data);
    let stored: TypedArray = data;
    if (type === "F32" && floats !== "F32") {
      type = floats;
      stored =
        floats === "F16"
          ? Uint16Array.from(data as Float32Array, toFloat16)
          : toBfloat16(data as Float32Array);
    }
    if (bools?.has(name)) type = "BOOL";
    const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.byteLength);
    header[name] = { dtype: type, shape, data_offsets: [at, at + bytes.length] };
    parts.push(bytes);
    at += bytes.length;
  }
  let text = JSON.stringify(header);
  text += " ".repeat((8 - (Buffer.byteLength(text) % 8)) % 8);
  const head = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(head.length));
  return new Uint8Array(Buffer.concat([length, head, ...parts]));
}
