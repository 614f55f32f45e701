// The folders in which data lie, and the checksum of a file there.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The user's folder (GEODL_DATA) where it is set, then the cache. */
export function folders(): string[] {
  const given = process.env.GEODL_DATA;
  return [...(given === undefined || given === "" ? [] : [given]), cacheFolder()];
}

/** Where downloads go: GEODL_CACHE, else .cache/data in the project's folder. */
export function cacheFolder(): string {
  return process.env.GEODL_CACHE || fileURLToPath(new URL("../../.cache/data", import.meta.url));
}

/** Path of a name below a folder.
 *  @throws RangeError if the name leaves the folder. */
export function below(folder: string, name: string): string {
  const path = resolve(folder, name);
  if (!path.startsWith(resolve(folder) + sep))
    throw new RangeError(`data.locate: the name must stay below the data folder, got ${name}`);
  return path;
}

const checksums = new Map<string, string>();

/** SHA-256 of a file, hexadecimal, computed once for each version of it. */
export function checksum(path: string): string {
  const { size, mtimeMs, ino } = statSync(path);
  const key = `${path} ${size} ${mtimeMs} ${ino}`;
  const sum = checksums.get(key) ?? hashFile(path);
  checksums.set(key, sum);
  return sum;
}

/** SHA-256 of a file, hexadecimal, read a megabyte at a time. */
export function hashFile(path: string): string {
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let n = readSync(file, buffer); n > 0; n = readSync(file, buffer))
      hash.update(buffer.subarray(0, n));
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}
