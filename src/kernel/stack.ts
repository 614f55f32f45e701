// Stack traces in terms of cells: TypeScript lines, the kernel's and Node's own frames left out.
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type Source, sourceOf } from "./run.js";

/** One frame that a reader of the notebook can use. */
export interface Frame {
  readonly text: string;
  readonly source: Source | undefined;
}

const own = dirname(fileURLToPath(import.meta.url));
const frames = new WeakMap<object, readonly Frame[]>();

/** Frames of an error, innermost first; undefined where its stack was made elsewhere. */
export function framesOf(error: Error): readonly Frame[] | undefined {
  void error.stack;
  return frames.get(error);
}

/** Makes `error.stack` speak of cells from now on.
 *  @param cwd Paths are shown relative to it. */
export function installStackTraces(cwd: string): void {
  Error.stackTraceLimit = 30;
  Error.prepareStackTrace = (error, sites) => {
    const list = sites.flatMap((s) => frame(s, cwd) ?? []);
    if (typeof error === "object" && error !== null) frames.set(error, list);
    return [header(error), ...list.map((f) => `    at ${f.text}`)].join("\n");
  };
}

function header(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}

function frame(site: NodeJS.CallSite, cwd: string): Frame | undefined {
  const file = site.getFileName();
  if (!file || file.startsWith("node:")) return undefined;
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (path.startsWith(own)) return undefined;
  const at = { line: (site.getLineNumber() ?? 1) - 1, column: (site.getColumnNumber() ?? 1) - 1 };
  const source = sourceOf(file, at);
  if (source && !source.place) return undefined;
  const where = source
    ? `${source.label} line ${(source.place?.line ?? 0) + 1}`
    : `${shorten(path, cwd)}:${at.line + 1}:${at.column + 1}`;
  const name = site.getFunctionName();
  const type = site.isToplevel() ? null : site.getTypeName();
  const called = name && type && !name.startsWith(type) && type !== "Object" ? `${type}.${name}` : name;
  const isAsync = (site as NodeJS.CallSite & { isAsync?(): boolean }).isAsync?.() === true;
  const prefix = `${isAsync ? "async " : ""}${site.isConstructor() ? "new " : ""}`;
  return { text: called ? `${prefix}${called} (${where})` : `${prefix}${where}`, source };
}

function shorten(path: string, cwd: string): string {
  const i = path.lastIndexOf("/node_modules/");
  return i >= 0 ? path.slice(i + "/node_modules/".length) : relative(cwd, path) || path;
}
