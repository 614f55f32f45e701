// Wraps emitted JavaScript in a function and remembers where its lines came from.
import { constants, Script } from "node:vm";
import type { Emitted } from "./compiler/emit.js";
import type { Place } from "./compiler/sourcemap.js";
import { decode, original } from "./compiler/sourcemap.js";

/** Function made of emitted code; async code returns a promise. */
export type Evaluate = (...args: readonly unknown[]) => unknown;

interface Known {
  readonly mappings: string;
  readonly label: string;
  readonly text: string;
}

const known = new Map<string, Known>();

/** Compiles emitted code as a function.
 *  @param file Name that V8 gives to its stack frames; must be unique.
 *  @param emitted What the emitter made.
 *  @param parameters Names that the code sees.
 *  @param source.label What a stack trace calls it, e.g. In[7].
 *  @param source.text What its author wrote. */
export function compileFunction(
  file: string,
  emitted: Emitted,
  parameters: readonly string[],
  source: { readonly label: string; readonly text: string },
): Evaluate {
  known.set(file, { mappings: emitted.mappings, ...source });
  const head = `(${emitted.isAsync ? "async " : ""}function (${parameters.join(", ")}) {\n`;
  const script = new Script(`${head}${emitted.js}\n})`, {
    filename: file,
    lineOffset: -1,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  return script.runInThisContext() as Evaluate;
}

/** A place in what someone wrote. */
export interface Source {
  readonly label: string;
  readonly text: string;
  /** Line and column from 0; undefined where the compiler added the code. */
  readonly place: Place | undefined;
}

/** Where a place in emitted code came from.
 *  @param file Name given to `compileFunction`.
 *  @param at Line and column of the emitted code, from 0.
 *  @returns Undefined for files that are not compiled here. */
export function sourceOf(file: string, at: Place): Source | undefined {
  const k = known.get(file);
  return k && { label: k.label, text: k.text, place: original(decode(k.mappings), at) };
}
