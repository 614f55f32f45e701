// Where a file of the catalog lies on this machine: the folder GEODL_DATA first, then the cache.
import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { remember } from "../core/index.js";
import { catalog } from "./catalog.js";
import { nearest } from "./nearest.js";

/** Path of a data file, or undefined where this machine has none. What is found goes into the provenance table with its checksum.
 *
 *  @param name Path below the data folder, e.g. "stead/ncedc-110.hdf5".
 *  @returns Absolute path.
 *  @throws RangeError if the name leaves the data folder. */
export function locate(name: string): string | undefined {
  for (const folder of folders()) {
    const path = resolve(folder, name);
    if (!path.startsWith(resolve(folder) + sep))
      throw new RangeError(`data.locate: the name must stay below the data folder, got ${name}`);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue;
    const sha256 = checksum(path);
    const known = catalog().get(name)?.sha256;
    const verdict =
      known === undefined
        ? "not in the catalog"
        : known === sha256
          ? "as in the catalog"
          : "NOT as in the catalog";
    remember(`data ${name}`, `sha256 ${sha256.slice(0, 16)}, ${verdict}`);
    return path;
  }
  return undefined;
}

/** Path of a data file.
 *
 *  @param name Path below the data folder, e.g. "stead/ncedc-110.hdf5".
 *  @returns Absolute path.
 *  @throws Error that names the file, where it was looked for and both cures, if this machine has none. */
export function find(name: string): string {
  const path = locate(name);
  if (path !== undefined) return path;
  const entry = catalog().get(name);
  const about =
    entry === undefined
      ? `it is not in the catalog either${nearest(name, [...catalog().keys()])}`
      : `it is made from ${entry.source.repository}, commit ${entry.source.commit.slice(0, 7)}, ${entry.source.path}`;
  throw new Error(
    `data.find: the file ${name} must be on this machine, got nothing in ${folders().join(" or ")}; ` +
      `set GEODL_DATA to a folder that holds it, or put it at ${join(cacheFolder(), name)} (${about}; there is no downloader yet)`,
  );
}

function folders(): string[] {
  const given = process.env.GEODL_DATA;
  return [...(given === undefined || given === "" ? [] : [given]), cacheFolder()];
}

function cacheFolder(): string {
  return process.env.GEODL_CACHE || fileURLToPath(new URL("../../.cache/data", import.meta.url));
}

const checksums = new Map<string, string>();

/** SHA-256 of a file, a megabyte at a time, once for each version of it. */
function checksum(path: string): string {
  const { size, mtimeMs } = statSync(path);
  const key = `${path} ${size} ${mtimeMs}`;
  const known = checksums.get(key);
  if (known !== undefined) return known;
  const hash = createHash("sha256");
  const buffer = Buffer.alloc(1 << 20);
  const file = openSync(path, "r");
  try {
    for (let n = readSync(file, buffer); n > 0; n = readSync(file, buffer))
      hash.update(buffer.subarray(0, n));
  } finally {
    closeSync(file);
  }
  const sum = hash.digest("hex");
  checksums.set(key, sum);
  return sum;
}
