// Makes a folder anew without losing the old one: it is put aside first, and back where the making fails.
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

const remove = (path) => rmSync(path, { recursive: true, force: true, maxRetries: 3 });

/** Folder in which `basename(target)` is kept while it is made anew. */
const asideOf = (state, target) => join(state, "aside", basename(target));

/** Makes `target` in place, from nothing. Where `make` throws, what was there before is there again.
 *  @param {string} state The project's .setup folder.
 *  @param {string} target A folder; after a kill it may be half-made, which its missing stamp tells.
 *  @param {{ wasWhole: boolean, make: () => Promise<T> }} options wasWhole: whether what is there now is worth keeping.
 *  @template T */
export async function remake(state, target, { wasWhole, make }) {
  const aside = asideOf(state, target);
  if (wasWhole && existsSync(target)) {
    remove(aside);
    mkdirSync(join(state, "aside"), { recursive: true });
    renameSync(target, aside);
  } else remove(target);
  try {
    const result = await make();
    remove(aside);
    return result;
  } catch (error) {
    remove(target);
    if (existsSync(aside)) renameSync(aside, target);
    throw error;
  }
}

/** Puts a finished folder in the place of an old one.
 *  @param {string} made The new folder, on the same file system.
 *  @param {string} target Where it goes. */
export function putInPlace(state, made, target) {
  const aside = asideOf(state, target);
  remove(aside);
  mkdirSync(join(state, "aside"), { recursive: true });
  if (existsSync(target)) renameSync(target, aside);
  renameSync(made, target);
  remove(aside);
}
