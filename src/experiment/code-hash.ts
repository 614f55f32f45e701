// A hash of the code behind an experiment: its module and every file of this package that it imports, directly or not.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const built = fileURLToPath(new URL("..", import.meta.url));
/** What only shows or runs, and what TensorFlow computes is no matter of. */
const outside = ["kernel", "notebook", "show", "cli"].map((room) => join(built, room) + sep);

/** Hash of a module and its relative imports; rooms that only show or run are left out. Comments count: a hash that differs says that
 *  results may be old, one that is equal that they are not.
 *
 *  @param module Path or file: URL of a built module.
 *  @returns 16 hexadecimal digits. */
export function codeHash(module: string | URL): string {
  const first = String(module).startsWith("file:") ? fileURLToPath(module) : resolve(String(module));
  const files = new Map<string, string>();
  const visit = (file: string): void => {
    if (files.has(file) || !existsSync(file) || outside.some((folder) => file.startsWith(folder))) return;
    const text = readFileSync(file, "utf8");
    files.set(file, text);
    for (const [, target] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"\n]+)"/g))
      visit(resolve(dirname(file), target!));
  };
  visit(first);
  const hash = createHash("sha256");
  const base = dirname(first);
  for (const file of [...files.keys()].sort())
    hash.update(
      `${file.startsWith(built) ? file.slice(built.length) : file.slice(base.length)}\0${files.get(file)}\0`,
    );
  return hash.digest("hex").slice(0, 16);
}
