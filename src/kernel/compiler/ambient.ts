// The standard library and Node's declarations as one file: a program of forty files is made several times faster than
// one of a hundred and sixty, and it is made anew for each cell.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { nodeTypesKey, snapshot } from "../snapshot/snapshot.js";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** What every cell sees without importing anything. */
export interface Ambient {
  /** Path of the joined file, beside Node's declarations so that its imports are found. */
  readonly path: string;
  readonly text: string;
  /** Declarations that are modules themselves and cannot be joined. */
  readonly others: readonly string[];
  /** Path by module of Node: a quarter of all declarations, brought in by whoever names them. */
  readonly rare: Readonly<Record<string, string>>;
  /** Holds these files parsed and bound, where the process was started from a snapshot. */
  readonly registry?: TS.DocumentRegistry;
}

const isModule = /^(export|import)[\s{]/m;

/** Files of @types/node that few cells need and no other file of it. */
const rarely = /[\\/]@types[\\/]node[\\/](http2|inspector(\.generated)?|test)\.d\.ts$/;

/** First file of the standard library. */
const library = "lib.es2023.d.ts";

/** What every cell sees, from the start-up snapshot or read anew.
 *  @param nodeTypes Entry of @types/node. */
export function ambient(nodeTypes: string): Ambient {
  if (snapshot?.nodeTypes === nodeTypesKey(nodeTypes)) return snapshot.ambient;
  const { text, others, rare } = joined(nodeTypes);
  const bare = text.replace(/^[ \t]*\/\*\*[\s\S]*?\*\/[ \t]*\n?/gm, "");
  return { path: join(dirname(nodeTypes), "__ambient__.d.ts"), text: bare, others, rare };
}

/** The joined text with documentation: twice as long to parse, so only for a reader who asks. */
export function documented(nodeTypes: string): string {
  return joined(nodeTypes).text;
}

function joined(nodeTypes: string): Pick<Ambient, "text" | "others" | "rare"> {
  const libraries = dirname(ts.getDefaultLibFilePath({}));
  const seen = new Set<string>();
  const others: string[] = [];
  const rare: Record<string, string> = {};
  const texts: string[] = [];

  function add(path: string): void {
    if (seen.has(path)) return;
    seen.add(path);
    const text = readFileSync(path, "utf8");
    if (rarely.test(path)) {
      for (const [, name] of text.matchAll(/^declare module ["'](?:node:)?(.+?)["']/gm)) rare[name!] = path;
      return;
    }
    const info = ts.preProcessFile(text, false, false);
    for (const l of info.libReferenceDirectives) add(join(libraries, `lib.${l.fileName}.d.ts`));
    for (const f of info.referencedFiles) add(resolve(dirname(path), f.fileName));
    if (isModule.test(text)) others.push(path);
    else texts.push(text.replace(/^\/\/\/\s*<reference (path|lib|no-default-lib)=.*$/gm, ""));
  }

  add(join(libraries, library));
  add(nodeTypes);
  return { text: texts.join("\n"), others, rare };
}

/** Entry of @types/node.
 *  @param folders Where to look, first one first.
 *  @throws Error if none has it. */
export function findNodeTypes(folders: readonly string[]): string {
  for (const folder of folders) {
    const from = join(folder, "__geodl__.ts");
    const found = ts.resolveTypeReferenceDirective("node", from, {}, ts.sys).resolvedTypeReferenceDirective;
    if (found?.resolvedFileName) return found.resolvedFileName;
  }
  throw new Error(`findNodeTypes: @types/node must be installed, got none above ${folders.join(" or ")}`);
}
