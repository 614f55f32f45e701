// The one file through which h5wasm, the HDF5 library compiled to WebAssembly, is used. It is loaded with the first file.
import { closeSync, openSync, readSync, statSync } from "node:fs";
import type { TypedArray } from "../core/grid.js";

type H5wasm = typeof import("h5wasm/node");

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

let loading: Promise<H5wasm> | undefined;
let generation = 0;
let diagnostics = "";

/** What is used of the compiled library's file system: its stream number 2 is stderr. */
interface LibraryFiles {
  getStream(fd: number): {
    node?: object;
    stream_ops?: { write(stream: object, buffer: Int8Array, offset: number, length: number): number };
  };
}

/** Loads a copy of the library for this room alone, and a fresh one after it broke. What it writes to stderr is kept: it is the only sign
 *  of a failed read, since h5wasm does not look at HDF5's status and would hand out memory that was never filled. */
function load(): Promise<H5wasm> {
  loading ??= (async () => {
    const h5 = (await import(`${import.meta.resolve("h5wasm/node")}?copy=${generation++}`)) as H5wasm;
    await h5.ready;
    const decoder = new TextDecoder();
    Object.assign((h5.FS as unknown as LibraryFiles).getStream(2), {
      node: { mode: 0o020000 }, // a character device
      stream_ops: {
        write(_: object, buffer: Int8Array, offset: number, length: number) {
          if (diagnostics.length < 100_000)
            diagnostics += decoder.decode(buffer.subarray(offset, offset + length));
          return length;
        },
      },
    });
    return h5;
  })();
  return loading;
}

/** Runs a call into the library. A diagnostic or whatever it throws becomes an Error with the place and HDF5's own reason. */
function guarded<T>(where: string, f: () => T): T {
  diagnostics = "";
  try {
    const result = f();
    if (diagnostics === "") return result;
  } catch (e) {
    const isBroken = e instanceof Error && (e.name === "RuntimeError" || e.message.startsWith("Aborted("));
    if (isBroken) loading = undefined;
    const own = e instanceof Error ? e.message.split("\n")[0]! : String(e);
    const reason = isBroken ? "the file is damaged" : (innermost(diagnostics) ?? own);
    throw new Error(`hdf5: ${where}: ${reason}`, { cause: e });
  }
  throw new Error(`hdf5: ${where}: ${innermost(diagnostics) ?? "the HDF5 library reports an error"}`);
}

/** The reason at the bottom of HDF5's error stack: what follows the function's name in its last numbered line. */
function innermost(text: string): string | undefined {
  return [...text.matchAll(/^\s*#\d+: .*?\(\): (.*)$/gm)].at(-1)?.[1];
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
