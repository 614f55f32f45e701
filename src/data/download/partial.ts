// What has come of a file so far: its bytes in a folder beside it, and which version on the server they are of.
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";

/** The version that a server gave: its strong ETag or date, which If-Range takes. */
export interface Version {
  readonly address: string;
  readonly validator: string;
}

/** A partial file, open for more. */
export class Partial {
  readonly path: string;
  #file: number;
  #size: number;

  /** @param folder Where it lies; made where it is missing.
   *  @throws Error as the file system says it. */
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true });
    this.path = join(folder, "bytes");
    this.#file = openSync(this.path, "a");
    this.#size = statSync(this.path).size;
  }

  /** Bytes so far. */
  get size(): number {
    return this.#size;
  }

  /** Adds bytes at the end. @throws Error as the file system says it, e.g. ENOSPC. */
  append(chunk: Uint8Array): void {
    for (let done = 0; done < chunk.length; ) {
      const n = writeSync(this.#file, chunk, done, chunk.length - done);
      done += n;
      this.#size += n;
    }
  }

  /** Forgets all that came. */
  reset(): void {
    rmSync(join(this.folder, "version"), { force: true });
    if (this.#size > 0) ftruncateSync(this.#file, 0);
    this.#size = 0;
  }

  /** Which version the bytes are of; undefined where nobody knows. */
  get version(): Version | undefined {
    try {
      const [address = "", validator = ""] = readFileSync(join(this.folder, "version"), "utf8").split("\n");
      return validator === "" ? undefined : { address, validator };
    } catch {
      return undefined;
    }
  }

  set version(version: Version | undefined) {
    if (version === undefined) rmSync(join(this.folder, "version"), { force: true });
    else writeFileSync(join(this.folder, "version"), `${version.address}\n${version.validator}\n`);
  }

  /** Puts the bytes in place, on the disk before the name. */
  finish(target: string): void {
    fsyncSync(this.#file);
    renameSync(this.path, target);
  }

  /** Closes the file. What came stays for the next time, unless there is nothing or it is not wanted. */
  close(isKept: boolean): void {
    closeSync(this.#file);
    if (isKept && this.#size > 0) return;
    for (const name of ["bytes", "version"]) rmSync(join(this.folder, name), { force: true });
  }
}

/** Takes the folder away once nothing is in it. */
export function removeFolder(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody waits for the lock in it, or the partial file stays.
  }
}
