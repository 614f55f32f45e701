// Files of the catalog that are not downloaded but made here, each set in one go.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "../core/index.js";
import { type CatalogRecipe, catalog, isKnown } from "./catalog.js";
import { locked } from "./download/lock.js";
import { removeFolder } from "./download/partial.js";
import { ncedc } from "./ncedc.js";
import { cacheFolder, checksum } from "./place.js";

/** Gets one file and says where it is. */
type Get = (name: string) => Promise<string>;

/** Writes a set's files into a folder, by their last names. */
const recipes: Readonly<Record<CatalogRecipe, (folder: string, get: Get) => Promise<void>>> = {
  "stead-ncedc": async (folder, get) => {
    const parts = [...catalog().keys()].filter((name) => name.startsWith("picking/phasenet-train/"));
    const paths: string[] = [];
    for (const part of parts) paths.push(await get(part));
    await ncedc(paths, join(folder, "ncedc-110"));
  },
  "unit-noise": async (folder) => {
    const noise = Float32Array.from(rng.numpy(0).standardNormal([300, 100]));
    const bytes = new Uint8Array(noise.buffer);
    writeFileSync(join(folder, "unitnoise_seed0_real3d_300x100.f32"), bytes);
  },
};

/** Makes a set into the cache: all of its files, or none. Two calls at once, in any processes, make it once.
 *
 *  @param recipe The set.
 *  @param get Gets the files that it is made from.
 *  @param signal Ends the waiting for another process and the fetching.
 *  @throws Error if a part cannot be had or a file cannot be written; the signal's reason if it aborts. */
export async function make(recipe: CatalogRecipe, get: Get, signal: AbortSignal | undefined): Promise<void> {
  const cache = cacheFolder();
  const files = [...catalog()].filter(([, entry]) => entry.recipe === recipe);
  const isMade = () =>
    files.every(([name, entry]) => {
      const path = join(cache, name);
      return existsSync(path) && isKnown(entry, checksum(path));
    });
  const draft = join(cache, `${recipe}.partial`);
  const work = async () => {
    if (isMade()) return; // another process was faster
    const folder = join(draft, "files");
    mkdirSync(folder, { recursive: true });
    try {
      await recipes[recipe](folder, get);
      for (const [name] of files) {
        const target = join(cache, name);
        mkdirSync(join(target, ".."), { recursive: true });
        renameSync(join(folder, name.slice(name.lastIndexOf("/") + 1)), target);
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
  try {
    await locked(join(draft, "lock"), signal, work);
  } finally {
    removeFolder(draft);
  }
}
