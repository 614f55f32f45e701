// Where bytes come from: memory or an open file, read piece by piece, so that a slice of a huge file costs no more than the slice.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that can be read at any place. */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Reads exactly `length` bytes.
   *  @param offset First byte, >= 0.
   *  @param length Number of bytes; offset + length <= size.
   *  @param into Where to put them (its first `length` bytes). Default: a view of the source's own memory, or a new array.
   *  @returns The bytes, a plain Uint8Array; without `into` only to be read, never to be written.
   *  @throws RangeError if they lie outside the source. */
  read(offset: number, length: number, into?: Uint8Array): Uint8Array;
}

/** An open file; close it when done. */
export interface FileSource extends ByteSource {
  close(): void;
}

/** What every reader of this room takes: the bytes of a file, or a place to read them from. */
export type Input = Uint8Array | ByteSource;

function requireInside(name: string, size: number, offset: number, length: number): void {
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0)
    throw new RangeError(`${name}: offset and length must be whole and >= 0, got ${offset} and ${length}`);
  if (offset + length > size)
    throw new RangeError(
      `${name}: bytes ${offset} to ${offset + length} must lie inside the file, got a file of ${size} bytes`,
    );
}

/** Bytes in memory as a source; they are not copied.
 *
 *  @param bytes The file's bytes.
 *  @returns The source. */
export function memorySource(bytes: Uint8Array): ByteSource {
  // a Buffer's slice() would not copy
  const plain = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    size: plain.length,
    read(offset, length, into) {
      requireInside("memorySource", plain.length, offset, length);
      const piece = plain.subarray(offset, offset + length);
      if (!into) return piece;
      into.set(piece);
      return into.subarray(0, length);
    },
  };
}

/** Opens a file for reading at any place; nothing is loaded yet. Files over 4 GB are fine.
 *
 *  @param path Name of the file.
 *  @returns The source; its `close()` gives the file handle back.
 *  @throws Error if the file cannot be opened, as Node says it (ENOENT, EACCES). */
export function fileSource(path: string): FileSource {
  const file = openSync(path, "r");
  const size = fstatSync(file).size;
  return {
    size,
    read(offset, length, into = new Uint8Array(0)) {
      requireInside("fileSource", size, offset, length);
      const bytes = into.length > 0 ? into.subarray(0, length) : new Uint8Array(length);
      for (let done = 0; done < length; ) {
        // one read holds at most 2 GiB
        const n = readSync(file, bytes, done, Math.min(length - done, 2 ** 30), offset + done);
        if (n === 0)
          throw new Error(
            `fileSource: ${path} became shorter while it was read, got ${done} of ${length} bytes`,
          );
        done += n;
      }
      return bytes;
    },
    close: () => closeSync(file),
  };
}

/** A part of a source as a source of its own.
 *
 *  @param source The whole.
 *  @param offset First byte of the part.
 *  @param size Length of the part; offset + size <= source.size.
 *  @returns The part. */
export function partOf(source: ByteSource, offset: number, size: number): ByteSource {
  requireInside("partOf", source.size, offset, size);
  return {
    size,
    read(at, length, into) {
      requireInside("partOf", size, at, length);
      return source.read(offset + at, length, into);
    },
  };
}

/** Bytes or a source, as a source.
 *
 *  @param name Caller, for the message.
 *  @param input What the user gave.
 *  @returns The source.
 *  @throws TypeError if it is neither. */
export function sourceOf(name: string, input: Input): ByteSource {
  if (input instanceof Uint8Array) return memorySource(input);
  if (input && typeof input.read === "function" && typeof input.size === "number")
    return {
      size: input.size,
      read(offset, length, into) {
        const bytes = input.read(offset, length, into);
        if (bytes.length !== length)
          throw new Error(
            `${name}: a source must give ${length} bytes when asked for them, got ${bytes.length}`,
          );
        return Buffer.isBuffer(bytes) ? new Uint8Array(bytes.buffer, bytes.byteOffset, length) : bytes;
      },
    };
  throw new TypeError(
    `${name}: needs a Uint8Array or a ByteSource such as fileSource(path), got ${typeof input}`,
  );
}
