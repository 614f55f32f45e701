// The one file through which h5wasm, the HDF5 library compiled to WebAssembly, enters. It is loaded with the first file.
import { resolve } from "node:path";

/** The library. */
export type H5wasm = typeof import("h5wasm/node");

let loading: Promise<H5wasm> | undefined;
let generation = 0;
let diagnostics = "";
let wanted: string | undefined; // the file that the call under way opens
let refused: string | undefined; // another one that it asked for

/** What is used of the compiled library's file system: its stream number 2 is stderr. */
interface LibraryFiles {
  open(path: unknown, ...how: unknown[]): unknown;
  getStream(fd: number): {
    node?: object;
    stream_ops?: { write(stream: object, buffer: Int8Array, offset: number, length: number): number };
  };
}

/** Loads a copy of the library for this room alone, and a fresh one after it broke. What it writes to stderr is kept: it is the only sign
 *  of a failed read, since h5wasm does not look at HDF5's status and would hand out memory that was never filled. */
export function load(): Promise<H5wasm> {
  loading ??= (async () => {
    const h5 = await quietly(async () => {
      const copy = (await import(`${import.meta.resolve("h5wasm/node")}?copy=${generation++}`)) as H5wasm;
      await copy.ready;
      return copy;
    });
    const decoder = new TextDecoder();
    const files = h5.FS as unknown as LibraryFiles;
    const { open } = files;
    // external links, external storage and virtual data sets name files: whoever wrote one could have any file of the reader's read
    files.open = (path, ...how) => {
      if (typeof path !== "string" || resolve(path) === wanted) return open(path, ...how);
      refused = path;
      throw Object.assign(new Error("no such file"), { name: "ErrnoError", errno: 44 });
    };
    Object.assign(files.getStream(2), {
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

let isInside = false; // a call into the library is under way

/** Loads the library, which keeps the console.error that it finds: what it says there during a call is a diagnostic, not for the user. Its
 *  warnings (text that is not UTF-8) are neither. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const { error } = console;
  console.error = (...args: unknown[]) => {
    const text = args.map(String).join(" ");
    if (!isInside) error(...args);
    else if (!text.startsWith("warning:")) diagnostics += `${text}\n`;
  };
  try {
    return await work();
  } finally {
    console.error = error;
  }
}

/** Runs a call into the library. A diagnostic or whatever it throws becomes an Error with the place and HDF5's own reason. */
export function guarded<T>(where: string, f: () => T): T {
  diagnostics = "";
  refused = undefined;
  isInside = true;
  try {
    const result = f();
    if (diagnostics === "" && refused === undefined) return result;
  } catch (e) {
    requireOwnData(where);
    const isBroken = e instanceof Error && (e.name === "RuntimeError" || e.message.startsWith("Aborted("));
    if (isBroken) loading = undefined;
    const own = e instanceof Error ? e.message.split("\n")[0]! : String(e);
    const reason = isBroken ? "the file is damaged" : (innermost(diagnostics) ?? own);
    throw new Error(`hdf5: ${where}: ${reason}`, { cause: e });
  } finally {
    isInside = false;
  }
  requireOwnData(where);
  throw new Error(`hdf5: ${where}: ${innermost(diagnostics) ?? "the HDF5 library reports an error"}`);
}

function requireOwnData(where: string): void {
  if (refused !== undefined)
    throw new Error(`hdf5: ${where}: the file must hold its own data, got a link to ${refused}`);
}

/** `guarded` for the call that opens or makes a file: the only one that the library may open in it. */
export function opening<T>(path: string, f: () => T): T {
  wanted = resolve(path);
  try {
    return guarded(path, f);
  } finally {
    wanted = undefined;
  }
}

/** Throws if the call under way has left a diagnostic: what it should have filled must not be touched. */
export function requireNoDiagnostic(): void {
  if (diagnostics !== "") throw new Error("the HDF5 library reports an error");
}

/** The reason at the bottom of HDF5's error stack: what follows the function's name in its last numbered line. */
function innermost(text: string): string | undefined {
  return [...text.matchAll(/^\s*#\d+: .*?\(\): (.*)$/gm)].at(-1)?.[1];
}
