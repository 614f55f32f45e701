// What a name on the command line means: a file of the catalog, a folder, a set, the beginning of names, or all.
import { catalog } from "./catalog.js";
import { nearest } from "./nearest.js";

/** Files of the catalog that a name stands for.
 *
 *  @param name A file ("segy/f3.sgy"), a folder ("first-break"), a set that is made here ("stead-ncedc"), a beginning with a star
 *    ("weights/kair*"), or "all".
 *  @returns Names of files, in the catalog's order, one at least.
 *  @throws RangeError with the nearest names if there is nothing of that name. */
export function select(name: string): string[] {
  const all = [...catalog()];
  const matches = (file: string, recipe: string | undefined) =>
    name === "all" ||
    file === name ||
    recipe === name ||
    file.startsWith(`${name.replace(/\/+$/, "")}/`) ||
    (name.endsWith("*") && file.startsWith(name.slice(0, -1)));
  const found = all.filter(([file, { recipe }]) => matches(file, recipe)).map(([file]) => file);
  if (found.length > 0) return found;
  const folders = all.flatMap(([file]) =>
    file
      .split("/")
      .slice(0, -1)
      .map((_, i, parts) => parts.slice(0, i + 1).join("/")),
  );
  const sets = all.flatMap(([, { recipe }]) => recipe ?? []);
  const names = [...new Set(["all", ...sets, ...folders, ...all.map(([file]) => file)])];
  throw new RangeError(
    `data.select: the name must be a file, a folder or a set of the catalog, got "${name}"${nearest(name, names)}`,
  );
}
