// Where a file of the catalog lies on this machine: the folder GEODL_DATA first, then the cache.
import { statSync } from "node:fs";
import { join } from "node:path";
import { remember } from "../core/index.js";
import { catalog, isKnown } from "./catalog.js";
import { nearest } from "./nearest.js";
import { below, cacheFolder, checksum, folders } from "./place.js";

/** Path of a data file, or undefined where this machine has none. What is found goes into the provenance table with its checksum.
 *
 *  @param name Path below the data folder, e.g. "stead/ncedc-110.hdf5".
 *  @returns Absolute path.
 *  @throws RangeError if the name leaves the data folder. */
export function locate(name: string): string | undefined {
  for (const folder of folders()) {
    const path = below(folder, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) continue;
    const sha256 = checksum(path);
    const known = catalog().get(name);
    const verdict =
      known === undefined
        ? "not in the catalog"
        : isKnown(known, sha256)
          ? "as in the catalog"
          : "NOT as in the catalog";
    remember(`data ${name}`, `sha256 ${sha256.slice(0, 16)}, ${verdict}`);
    return path;
  }
  return undefined;
}

/** Path of a data file that is on this machine; `data.fetch` also downloads it.
 *
 *  @param name Path below the data folder, e.g. "stead/ncedc-110.hdf5".
 *  @returns Absolute path.
 *  @throws Error that names the file, where it was looked for and the cures, if this machine has none. */
export function find(name: string): string {
  const path = locate(name);
  if (path !== undefined) return path;
  const entry = catalog().get(name);
  const wanted = `data.find: the file ${name} must be on this machine, got nothing in ${folders().join(" or ")}; `;
  if (entry === undefined)
    throw new Error(
      `${wanted}set GEODL_DATA to a folder that holds it, or put it at ${join(cacheFolder(), name)} ` +
        `(it is not in the catalog${nearest(name, [...catalog().keys()])})`,
    );
  const { source } = entry;
  const origin =
    source === undefined
      ? "it is made here"
      : `it comes from ${source.repository}, commit ${source.commit.slice(0, 7)}, ${source.path}`;
  throw new Error(
    `${wanted}set GEODL_DATA to a folder that holds it, or get it with \`geodl data fetch ${name}\` (${origin})`,
  );
}

/** What became of a file of the catalog on this machine. */
export interface Verdict {
  readonly name: string;
  readonly state: "ok" | "differs" | "missing";
  /** Where it was found. */
  readonly path: string | undefined;
}

/** Compares files with the catalog.
 *
 *  @param names Files of the catalog. Default: all of them.
 *  @returns One verdict a name, by checksum. */
export function verify(names: readonly string[] = [...catalog().keys()]): Verdict[] {
  return names.map((name) => {
    const path = locate(name);
    if (path === undefined) return { name, state: "missing", path };
    const entry = catalog().get(name);
    return { name, state: entry && isKnown(entry, checksum(path)) ? "ok" : "differs", path };
  });
}
