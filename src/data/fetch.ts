// Gets a file of the catalog onto this machine: finds it, downloads it, or makes it from what it downloads.
import { statSync } from "node:fs";
import { type CatalogEntry, catalog, isKnown } from "./catalog.js";
import { addresses, download } from "./download/index.js";
import { find, locate } from "./find.js";
import { nearest } from "./nearest.js";
import { below, cacheFolder, checksum } from "./place.js";
import { make } from "./recipes.js";

export interface FetchOptions {
  /** Ends the download; what came is kept for the next call. A cell passes `abortSignal()` of room notebook/. */
  readonly signal?: AbortSignal;
  /** Called while a file comes in, with its name and its bytes so far. */
  readonly onBytes?: (name: string, done: number) => void;
}

/** Path of a data file, downloaded into the cache where this machine has none.
 *
 *  GEODL_DATA comes first, then the cache (GEODL_CACHE; a copy there that is not as in the catalog is replaced), then upstream at the
 *  commit that the catalog names, then a mirror; GEODL_MIRROR names another server. The SHA-256 decides whether what came is right.
 *  Files that are made here ("stead/ncedc-110.hdf5") are made from their parts, which are fetched first.
 *
 *  @param name File of the catalog, e.g. "segy/f3.sgy"; `data.select` turns a folder into such names.
 *  @param options See FetchOptions.
 *  @returns A promise of the absolute path.
 *  @throws RangeError if the name is not in the catalog and on no disk here; Error that names the file and both cures where it cannot be had;
 *    the signal's reason if it aborts. */
export async function fetch(name: string, options: FetchOptions = {}): Promise<string> {
  options.signal?.throwIfAborted();
  const entry = catalog().get(name);
  const target = below(cacheFolder(), name);
  const here = locate(name);
  if (here !== undefined && (here !== target || entry === undefined || isKnown(entry, checksum(here))))
    return here;
  if (entry === undefined)
    throw new RangeError(
      `data.fetch: the file must be in the catalog, got "${name}"${nearest(name, [...catalog().keys()])}`,
    );
  if (entry.recipe === undefined) await get(name, entry, target, options);
  else await make(entry.recipe, (part) => fetch(part, options), options.signal);
  if (statSync(target, { throwIfNoEntry: false })?.isFile() === true && !isKnown(entry, checksum(target)))
    throw new Error(
      `data.fetch: ${name} must have the SHA-256 ${entry.sha256.slice(0, 16)}..., got ${checksum(target).slice(0, 16)}... at ${target}`,
    );
  return find(name);
}

async function get(name: string, entry: CatalogEntry, target: string, options: FetchOptions): Promise<void> {
  const { bytes, sha256, source } = entry;
  const { signal, onBytes } = options;
  await download({ name, bytes, sha256, addresses: source ? addresses(name, source) : [] }, target, {
    signal,
    onBytes: onBytes && ((done) => onBytes(name, done)),
  });
}
