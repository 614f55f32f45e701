// MAT 5: MATLAB's files of versions 5 to 7, plain or compressed, variable by variable.
import { constants, inflateSync } from "node:zlib";
import { type Element, readElement, readHeader } from "./mat-elements.js";
import { readValue } from "./mat-matrix.js";
import { type MatValue, matType } from "./mat-values.js";
import { type ByteSource, type Input, memorySource, sourceOf } from "./source.js";

/** A variable of a file. */
export interface MatVariable {
  readonly name: string;
  /** MATLAB's class: double, single, ..., char, cell, struct, sparse, object, function, opaque. */
  readonly class: string;
  readonly shape: readonly number[];
  readonly isCompressed: boolean;
}

/** An open MAT file. */
export interface Mat {
  /** Variables in the file's order. */
  readonly variables: readonly MatVariable[];
  /** Text at the file's start. */
  readonly description: string;
  readonly isLittle: boolean;
  /** Reads one variable; of a numeric one on request only columns [first, end) of its last axis.
   *  @throws RangeError if there is none of that name, or it is damaged. */
  read(name: string, options?: { readonly columns?: readonly [first: number, end: number] }): MatValue;
}

/** Deflate never packs tighter than this. */
const tightest = 1032;

/** The start of a compressed variable, or all of it. */
function inflate(
  name: string,
  source: ByteSource,
  element: Element,
  isLittle: boolean,
  isWhole: boolean,
): ByteSource {
  const packed = source.read(element.at, isWhole ? element.size : Math.min(element.size, 1024));
  const refuse = (got: string, cause?: unknown) =>
    new RangeError(
      `${name}: a compressed variable must unpack to an array, got ${got} (byte ${element.at})`,
      { cause },
    );
  let head: Uint8Array;
  try {
    head = inflateSync(packed.subarray(0, 1024), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (head.length < 8) throw refuse(`${head.length} bytes`);
  const size = new DataView(head.buffer, head.byteOffset, 8).getUint32(4, isLittle) + 8;
  if (size > element.size * tightest + 64) throw refuse(`${size} bytes out of ${element.size}`);
  if (isWhole) return memorySource(requireEnd(packed, refuse, size));
  return {
    size,
    read(offset, length, into) {
      if (offset + length > head.length) throw refuse(`a header of more than ${head.length} bytes`);
      const piece = head.subarray(offset, offset + length);
      into?.set(piece);
      return into ?? piece;
    },
  };
}

function requireEnd(
  packed: Uint8Array,
  refuse: (got: string, cause?: unknown) => Error,
  size: number,
): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(packed, { maxOutputLength: size });
  } catch (cause) {
    throw refuse((cause as Error).message, cause);
  }
  if (bytes.length !== size) throw refuse(`${bytes.length} bytes in place of ${size}`);
  return bytes;
}

function openAs(name: string, input: Input): Mat {
  const source = sourceOf(name, input);
  if (source.size < 128)
    throw new RangeError(`${name}: a MAT file must have at least 128 bytes, got ${source.size}`);
  const head = source.read(0, 128);
  const mark = String.fromCharCode(head[126]!, head[127]!);
  if (mark !== "IM" && mark !== "MI")
    throw new RangeError(
      `${name}: bytes 126 and 127 must be IM or MI (version 4 has none), got ${JSON.stringify(mark)}`,
    );
  const isLittle = mark === "IM";
  const version = new DataView(head.buffer, head.byteOffset, 128).getUint16(124, isLittle);
  if (version !== 0x0100)
    throw new RangeError(
      `${name}: the version must be 0x0100 (0x0200 is MATLAB 7.3, an HDF5 file), got 0x${version.toString(16).padStart(4, "0")} (byte 124)`,
    );
  const found = new Map<string, { variable: MatVariable; element: Element }>();
  for (let at = 128; at < source.size; ) {
    const element = readElement({ name, source, isLittle }, at, source.size);
    const isCompressed = element.type === matType.compressed;
    const reader = {
      name,
      source: isCompressed ? inflate(name, source, element, isLittle, false) : source,
      isLittle,
    };
    const matrix = isCompressed ? readElement(reader, 0, reader.source.size) : element;
    const header = readHeader(reader, matrix);
    // the nameless one holds MATLAB's own notes on objects
    if (header.name !== "") {
      if (found.has(header.name))
        throw new RangeError(`${name}: names must differ, got ${JSON.stringify(header.name)} twice`);
      const variable = { name: header.name, class: header.class, shape: header.shape, isCompressed };
      found.set(header.name, { variable, element });
    }
    // compressed variables are not filled up to eight bytes
    at = isCompressed ? element.at + element.size : element.next;
  }
  return {
    variables: [...found.values()].map(({ variable }) => variable),
    description: Buffer.from(head.subarray(0, 116)).toString("latin1").replace(/\0+$/, ""),
    isLittle,
    read(variable, options = {}) {
      const entry = found.get(variable);
      if (!entry)
        throw new RangeError(
          `${name}: the variable must be one of ${[...found.keys()].join(", ")}, got ${JSON.stringify(variable)}`,
        );
      const { element } = entry;
      if (!entry.variable.isCompressed)
        return readValue({ name, source, isLittle }, element, 0, options.columns);
      const whole = inflate(name, source, element, isLittle, true);
      const reader = { name, source: whole, isLittle };
      return readValue(reader, readElement(reader, 0, whole.size), 0, options.columns);
    },
  };
}

/** Opens a MAT 5 file; variables are read when asked for.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @returns The file.
 *  @throws RangeError if it is not a MAT file of version 5 to 7. */
export function openMat(input: Input): Mat {
  return openAs("openMat", input);
}

/** Reads a MAT 5 file: numeric arrays, text, cells, structs, sparse arrays; compressed ones and both byte orders, too.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @param names Variables to read. Default: all.
 *  @returns Values by name, in the file's order. Objects and functions come as kind "other", without their contents.
 *  @throws RangeError if the file is of another version or damaged, or lacks a name.
 *  @see MathWorks, "MAT-File Format"; scipy.io.loadmat. */
export function readMat(input: Input, names?: readonly string[]): ReadonlyMap<string, MatValue> {
  const file = openAs("readMat", input);
  return new Map((names ?? file.variables.map(({ name }) => name)).map((name) => [name, file.read(name)]));
}
