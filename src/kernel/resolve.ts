// Finding what a cell imports at run time: geodl, files of the project, packages of the project, packages of geodl.
import { existsSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { constants, Script } from "node:vm";

/** Where a specifier leads. */
export type Target =
  | { readonly kind: "script"; readonly path: string }
  | { readonly kind: "json"; readonly path: string }
  /** Loaded by Node itself: a URL, or a bare name looked up from `dir`. */
  | { readonly kind: "native"; readonly name: string };

const scripts = [".ts", ".tsx", ".mts", ".cts"];
const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** Resolves as the checker does: TypeScript files by name with or without ending, also under a name that ends in .js.
 *  @param name The specifier.
 *  @param dir Folder of the file that imports it.
 *  @param geodl Root of the geodl package. */
export function resolveImport(name: string, dir: string, geodl: string): Target {
  if (isBuiltin(name)) return { kind: "native", name: name.startsWith("node:") ? name : `node:${name}` };
  if (name === "geodl" || name.startsWith("geodl/")) {
    const room = join(geodl, "dist", name.slice("geodl".length), "index.js");
    if (existsSync(room)) return { kind: "native", name: pathToFileURL(room).href };
  }
  if (!/^(\.{1,2}(\/|$)|\/|file:)/.test(name)) return { kind: "native", name };
  const base = name.startsWith("file:") ? fileURLToPath(name) : resolve(dir, name);
  const stem = base.replace(/\.([mc]?)jsx?$/, ".$1ts");
  const candidates = [
    base,
    ...(stem === base ? [] : [stem, stem.replace(/ts$/, "tsx")]),
    ...[...scripts, ".js", ".mjs", ".cjs", ".json"].map((e) => base + e),
    ...[...scripts, ".js"].map((e) => join(base, `index${e}`)),
  ];
  const path = candidates.find(isFile) ?? base;
  if (scripts.some((e) => path.endsWith(e))) return { kind: "script", path };
  if (path.endsWith(".json")) return { kind: "json", path };
  return { kind: "native", name: pathToFileURL(path).href };
}

/** Node's own import(), as a file of the given folder would call it. */
export type NativeImport = (name: string) => Promise<object>;

const importers = new Map<string, NativeImport>();

/** @param dir Bare names are looked up from here. */
export function importFrom(dir: string): NativeImport {
  const known = importers.get(dir);
  if (known) return known;
  const script = new Script("(name) => import(name)", {
    filename: join(dir, "__geodl__.mjs"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const f = script.runInThisContext() as NativeImport;
  importers.set(dir, f);
  return f;
}
