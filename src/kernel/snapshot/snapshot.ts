// What this process found in the start-up snapshot that it was started from, if any.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Ambient } from "../compiler/ambient.js";

/** A loaded compiler that has read the standard library. */
export interface Snapshot {
  /** What it was made from, as the functions below name it now. */
  readonly typescript: string;
  readonly nodeTypes: string;
  readonly ts: typeof import("typescript");
  readonly ambient: Ambient & { readonly registry: import("typescript").DocumentRegistry };
}

/** Path of the compiler. */
export const typescriptFile = createRequire(import.meta.url).resolve("typescript");

/** Names the compiler that is installed. */
export function typescriptKey(): string {
  const { size, mtimeMs } = statSync(typescriptFile);
  return [typescriptFile, size, mtimeMs].join(" ");
}

/** Names declarations of Node.
 *  @param nodeTypes Entry of @types/node. */
export function nodeTypesKey(nodeTypes: string): string {
  let folder = dirname(nodeTypes);
  while (!existsSync(join(folder, "package.json")) && folder !== dirname(folder)) folder = dirname(folder);
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return [nodeTypes, version].join(" ");
}

const found = (globalThis as { readonly [key: symbol]: Snapshot | undefined })[Symbol.for("geodl.snapshot")];

/** The contents; undefined where the process was started without, or the compiler is another one by now. */
export const snapshot = found?.typescript === typescriptKey() ? found : undefined;
