// HDF5 files, read piece by piece: what lies where, attributes, and rows of a data set without the rest of the file.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { TypedArray } from "../core/grid.js";
import { fromFloat16 } from "../formats/float16.js";
import {
  type AttributeValue,
  anyLength,
  attributesOf,
  isNumeric,
  kinds,
  withMemory,
} from "./hdf5-attributes.js";
import { guarded, type H5wasm, load, opening } from "./hdf5-library.js";

export type { AttributeValue } from "./hdf5-attributes.js";

/** How to read a data set. */
export interface Hdf5ReadOptions {
  /** Only the elements [from, to) along the first axis. Default: all. */
  readonly rows?: readonly [from: number, to: number];
  /** Bytes that the result may have at most. Default 1 GB. */
  readonly limit?: number;
}

/** An HDF5 file open for reading. Call `close` when done. */
export interface Hdf5File {
  /** Names in a group; undefined if the path is not a group. */
  members(path: string): string[] | undefined;
  /** Shape of a data set, [] for a single value; undefined if the path is none. */
  shape(path: string): readonly number[] | undefined;
  /** Attributes of a group or data set; those of kinds without numbers or text are left out. Enumerations give their names, h5py's truth
   *  values are booleans. */
  attributes(path: string): Record<string, AttributeValue>;
  /** A data set of numbers: integers and floats of any byte order, 2-byte floats as Float32Array, truth values as 0 and 1. Of a chunked one
   *  only the chunks that hold `rows` are read and unpacked.
   *  @throws Error if the path is none, holds no numbers or more than `limit` bytes, or the rows lie outside. */
  read(
    path: string,
    options?: Hdf5ReadOptions,
  ): { readonly data: TypedArray; readonly shape: readonly number[] };
  /** A data set of texts, in C order. @throws As `read`. */
  readText(path: string, options?: Hdf5ReadOptions): readonly string[];
  /** Closes the file; twice is once. */
  close(): void;
}

/** Opens a file of any size; nothing but its head is read yet.
 *
 *  @param path Path of the file.
 *  @returns A promise of the open file.
 *  @throws Error if it does not exist, is not HDF5 or is damaged; the reason that the HDF5 library gives is in the message. Data that lie in
 *    another file (external links and storage, virtual data sets) are refused when they are read. */
export async function openHdf5(path: string): Promise<Hdf5File> {
  requireSignature(path);
  const h5 = await load();
  const file = opening(path, () => new h5.File(path, "r"));
  if (file.file_id <= 0n) throw new Error(`hdf5: ${path}: the file cannot be opened`);
  let isOpen = true;
  const use = <T>(what: string, f: () => T): T => {
    if (!isOpen) throw new Error(`hdf5: the file must be open, got a closed one: ${path}`);
    return guarded(what === "" ? path : `${path}, ${what}`, f);
  };
  const pieceOf = (at: string, options: Hdf5ReadOptions): Piece => {
    const entity = use(at, () => file.get(at));
    if (!(entity instanceof h5.Dataset)) throw new Error(`hdf5: ${path}, ${at}: no such data set`);
    return use(at, () => piece(entity, options));
  };
  return {
    members: (group) =>
      use(group, () => {
        const entity = file.get(group);
        return entity instanceof h5.Group ? entity.keys() : undefined;
      }),
    shape: (at) =>
      use(at, () => {
        const entity = file.get(at);
        return entity instanceof h5.Dataset ? (entity.metadata.shape?.map(Number) ?? undefined) : undefined;
      }),
    attributes: (at) =>
      use(at, () => {
        const entity = file.get(at);
        if (!(entity instanceof h5.Group || entity instanceof h5.Dataset))
          throw new Error("no such group or data set");
        return attributesOf(h5, entity);
      }),
    read(at, options = {}) {
      const found = pieceOf(at, options);
      return use(at, () => ({ data: numbersOf(h5, found), shape: found.shape }));
    },
    readText(at, options = {}) {
      const found = pieceOf(at, options);
      return use(at, () => {
        if (found.set.metadata.type !== kinds.text) throw new Error("the data set must hold text");
        if (found.set.metadata.vlen) return textsOf(h5, found);
        const value = partOf(found);
        return Array.isArray(value) ? (value as string[]) : [String(value)];
      });
    },
    close: () => {
      if (isOpen) file.close();
      isOpen = false;
    },
  };
}

type Dataset = InstanceType<H5wasm["Dataset"]>;

/** A part of a data set that is to be read. */
interface Piece {
  readonly set: Dataset;
  /** Of the part. */
  readonly shape: readonly number[];
  readonly rows: readonly [from: number, to: number] | undefined;
  readonly length: number;
}

function piece(set: Dataset, { rows, limit = 1e9 }: Hdf5ReadOptions): Piece {
  const { shape: stored, size } = set.metadata;
  if (stored === null) throw new Error("the data set must hold something, got an empty one");
  const whole = stored.map(Number);
  const [from, to] = rows ?? [0, whole[0] ?? 1];
  const isInside = Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to;
  if (rows && (!isInside || whole.length === 0 || to > whole[0]!))
    throw new Error(`rows must lie in [0, ${whole[0] ?? 0}], got ${from} to ${to}`);
  const shape = whole.length === 0 ? [] : [to - from, ...whole.slice(1)];
  const length = shape.reduce((product, axis) => product * axis, 1);
  if (!(length * size <= limit))
    throw new Error(`the data set must hold at most ${limit} bytes, got ${length * size}`);
  return { set, shape, rows, length };
}

const partOf = ({ set, rows }: Piece) => (rows === undefined ? set.value : set.slice([[rows[0], rows[1]]]));

/** What the library wants to know of rows: how many, from where, in which steps; nothing where all are meant. */
function selection({ rows, shape }: Piece): [bigint[], bigint[], bigint[]] | [null, null, null] {
  if (rows === undefined) return [null, null, null];
  return [shape.map(BigInt), shape.map((_, i) => BigInt(i === 0 ? rows[0] : 0)), shape.map(() => 1n)];
}

function textsOf(h5: H5wasm, found: Piece): string[] {
  const { file_id, path, metadata } = found.set;
  const [count, offset, stride] = selection(found);
  return anyLength(
    h5,
    metadata,
    found.length,
    (place) => h5.Module.get_dataset_data(file_id, path, count, offset, stride, place),
    (place) =>
      count === null
        ? h5.Module.reclaim_vlen_memory(file_id, path, "", place)
        : h5.Module.reclaim_vlen_memory_count(file_id, path, "", place, count),
  );
}

function numbersOf(h5: H5wasm, found: Piece): TypedArray {
  const { set, length } = found;
  const { type, size, enum_type } = set.metadata;
  const isEnumeration = type === kinds.enumeration && enum_type?.type === kinds.integer;
  if (!isNumeric(isEnumeration ? { type: kinds.integer, size } : { type, size }))
    throw new Error("the data set must hold numbers");
  if (type === kinds.float && size === 2) {
    const [count, offset, stride] = selection(found);
    const bytes = withMemory(h5, 2 * length, (place) =>
      h5.Module.get_dataset_data(set.file_id, set.path, count, offset, stride, BigInt(place)),
    );
    return Float32Array.from(new Uint16Array(bytes.buffer), fromFloat16);
  }
  const value = partOf(found);
  if (ArrayBuffer.isView(value)) return value as TypedArray;
  // a data set of one value, without axes
  if (typeof value === "bigint") return (set.metadata.signed ? BigInt64Array : BigUint64Array).of(value);
  if (typeof value === "number") return Float64Array.of(value);
  throw new Error("the data set must hold numbers");
}

/** HDF5's signature stands at byte 0, 512, 1024, 2048, ... */
function requireSignature(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw new Error(`hdf5: the file must exist, got ${path}`);
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(8);
    for (let at = 0; at + 8 <= found.size; at = at === 0 ? 512 : 2 * at)
      if (readSync(file, bytes, 0, 8, at) === 8 && bytes.toString("latin1") === "\x89HDF\r\n\x1a\n") return;
  } finally {
    closeSync(file);
  }
  throw new Error(`hdf5: the file must be HDF5 (its signature is missing), got ${path}`);
}
