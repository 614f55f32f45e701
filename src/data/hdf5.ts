// HDF5 files, read piece by piece.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { TypedArray } from "../core/grid.js";
import { guarded, load } from "./hdf5-library.js";

/** What an attribute holds: 64-bit integers have become numbers, one value stands alone, many are a list. */
export type AttributeValue = number | string | boolean | readonly (number | string)[];

/** An HDF5 file open for reading. */
export interface Hdf5File {
  /** Names in a group; undefined if the path is not a group. */
  members(path: string): string[] | undefined;
  /** Attributes of a group or data set; those of kinds without numbers or text are left out. */
  attributes(path: string): Record<string, AttributeValue>;
  /** A data set of numbers. @throws Error if the path is none or holds more than `limit` bytes. */
  read(path: string, limit: number): { readonly data: TypedArray; readonly shape: readonly number[] };
  /** Closes the file; twice is once. */
  close(): void;
}

/** Opens a file.
 *  @param path Path of the file.
 *  @throws Error if it does not exist, is not HDF5 or is damaged; the reason that the HDF5 library gives is in the message. */
export async function openHdf5(path: string): Promise<Hdf5File> {
  requireSignature(path);
  const h5 = await load();
  const file = guarded(path, () => new h5.File(path, "r"));
  if (file.file_id <= 0n) throw new Error(`hdf5: ${path}: the file cannot be opened`);
  let isOpen = true;
  const use = <T>(what: string, f: () => T): T => {
    if (!isOpen) throw new Error(`hdf5: the file must be open, got a closed one: ${path}`);
    return guarded(what === "" ? path : `${path}, ${what}`, f);
  };
  return {
    members: (group) =>
      use(group, () => {
        const entity = file.get(group);
        return entity instanceof h5.Group ? entity.keys() : undefined;
      }),
    attributes: (at) =>
      use(at, () => {
        const entity = file.get(at);
        if (!(entity instanceof h5.Group || entity instanceof h5.Dataset))
          throw new Error("no such group or data set");
        const names = Object.keys(entity.attrs);
        const pairs = names.map((name) => [name, attributeValue(entity.get_attribute(name, false))] as const);
        return Object.fromEntries(pairs.filter((p): p is [string, AttributeValue] => p[1] !== undefined));
      }),
    read: (at, limit) =>
      use(at, () => {
        const entity = file.get(at);
        if (!(entity instanceof h5.Dataset)) throw new Error("no such data set");
        const { shape, size, type, total_size } = entity.metadata;
        if (shape === null || (type !== 0 && type !== 1)) throw new Error("the data set must hold numbers");
        const bytes = Number(total_size) * size;
        if (!(bytes <= limit)) throw new Error(`the data set must hold at most ${limit} bytes, got ${bytes}`);
        const data = entity.value;
        if (!ArrayBuffer.isView(data)) throw new Error("the data set must hold numbers");
        return { data: data as TypedArray, shape: shape.map(Number) };
      }),
    close: () => {
      if (isOpen) file.close();
      isOpen = false;
    },
  };
}

function attributeValue(value: unknown): AttributeValue | undefined {
  if (typeof value === "bigint") return Number(value);
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (!Array.isArray(value) && !ArrayBuffer.isView(value)) return undefined;
  const list = Array.from(value as ArrayLike<unknown>).flat(4);
  const plain = list.map((v) => (typeof v === "bigint" ? Number(v) : v));
  return plain.every((v) => typeof v === "number" || typeof v === "string")
    ? (plain as (number | string)[])
    : undefined;
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
