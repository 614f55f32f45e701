// Downloads one file: resumed where it stopped, checked, put in place whole, by one process at a time.
import { statSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hashFile } from "../place.js";
import { attempt } from "./attempt.js";
import { Fault } from "./fault.js";
import { locked } from "./lock.js";
import { Partial, removeFolder } from "./partial.js";

export { addresses } from "./address.js";

/** A file that is wanted. */
export interface Wanted {
  /** Its name, for messages. */
  readonly name: string;
  readonly bytes: number;
  /** Checksum, hexadecimal. */
  readonly sha256: string;
  /** Where it can be had, best first. */
  readonly addresses: readonly string[];
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes so far. */
  readonly onBytes?: ((done: number) => void) | undefined;
  /** ms without a byte after which a connection is given up. Default 20,000. */
  readonly stall?: number;
  /** Attempts without a new byte before an address is left. Default 5. */
  readonly tries?: number;
  /** ms before the second attempt, doubled for each further one up to 30 s. Default 500. */
  readonly backOff?: number;
  /** Longest wait that a server may ask for, ms. Default 60,000. */
  readonly longestWait?: number;
}

/** Downloads a file into its place.
 *
 *  What comes is kept in TARGET.partial beside it and the next call goes on from there, after a kill too. The checksum decides: TARGET
 *  appears whole and right, or not at all. Two calls at once, in any processes, download once.
 *
 *  @param wanted What, and where it can be had.
 *  @param target Path of the file.
 *  @param options See DownloadOptions.
 *  @throws Error that says for each address why it failed; one that names the disk where it is full; the signal's reason if it aborts. */
export async function download(wanted: Wanted, target: string, options: DownloadOptions = {}): Promise<void> {
  const folder = `${target}.partial`;
  try {
    await locked(join(folder, "lock"), options.signal, async () => {
      if (isRight(target, wanted)) return; // another process was faster
      const part = new Partial(folder);
      let isKept = true;
      try {
        await requireRoom(wanted, part.size, dirname(target));
        await fromAny(wanted, part, target, options);
        part.finish(target);
        isKept = false;
      } catch (error) {
        isKept = !isFull(error);
        throw error;
      } finally {
        part.close(isKept);
      }
    });
  } catch (error) {
    options.signal?.throwIfAborted();
    throw explained(error, wanted, target);
  } finally {
    removeFolder(folder);
  }
}

const isRight = (path: string, { sha256 }: Wanted) =>
  statSync(path, { throwIfNoEntry: false })?.isFile() === true && hashFile(path) === sha256;

/** Asks the addresses one after the other until the bytes are there and right. */
async function fromAny(
  wanted: Wanted,
  part: Partial,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  const reasons: string[] = [];
  for (const address of wanted.addresses) {
    const { host } = new URL(address);
    try {
      // a sum that differs may come of a part that was there before: once more, from the first byte
      for (let isSecond = false; ; isSecond = true) {
        await fromOne(address, wanted.bytes, part, options);
        const sum = hashFile(part.path);
        if (sum === wanted.sha256) return;
        part.reset();
        if (isSecond)
          throw new Fault(
            "leave",
            `the SHA-256 must be ${wanted.sha256.slice(0, 16)}..., got ${sum.slice(0, 16)}...`,
          );
      }
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      reasons.push(`${host}: ${error.message}`);
    }
  }
  throw new Error(
    `data.fetch: ${wanted.name} must come from one of ${wanted.addresses.length} addresses, got ${reasons.join("; ")}; ` +
      `set GEODL_DATA to a folder that holds it, or put it at ${target}`,
  );
}

/** Attempts at one address until the partial file is full. @throws Fault when it is to be left. */
async function fromOne(
  address: string,
  bytes: number,
  part: Partial,
  options: DownloadOptions,
): Promise<void> {
  const { signal, stall = 20_000, tries = 5, backOff = 500, longestWait = 60_000 } = options;
  const onBytes = options.onBytes ?? (() => {});
  let fruitless = 0;
  for (;;) {
    const before = part.size;
    try {
      return await attempt(address, bytes, part, { stall, signal, onBytes });
    } catch (error) {
      if (!(error instanceof Fault) || error.remedy === "leave") throw error;
      fruitless = part.size > before ? 1 : fruitless + 1;
      if (fruitless >= tries) throw error;
      const wait = error.after ?? Math.min(30_000, backOff * 2 ** (fruitless - 1));
      if (wait > longestWait) throw error;
      await sleep(wait, undefined, { signal });
    }
  }
}

async function requireRoom({ bytes }: Wanted, have: number, folder: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < bytes - have)
    throw Object.assign(new Error(`${bavail * bsize} bytes free`), { code: "ENOSPC" });
}

const isFull = (error: unknown) =>
  ["ENOSPC", "EDQUOT", "EFBIG"].includes((error as NodeJS.ErrnoException).code ?? "");

/** The file system's errors in our words. */
function explained(error: unknown, { name, bytes }: Wanted, target: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (isFull(error))
    return new Error(
      `data.fetch: the disk must have room for ${name}, ${bytes} bytes in ${dirname(target)}, got ${code}; free some, or set GEODL_CACHE to another disk`,
      { cause: error },
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS" || code === "ENOTDIR" || code === "EEXIST")
    return new Error(
      `data.fetch: the cache must be a folder that can be written to, got ${message}; set GEODL_CACHE to another`,
      { cause: error },
    );
  return error;
}
