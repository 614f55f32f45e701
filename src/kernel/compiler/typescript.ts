// The TypeScript compiler; the only file that imports it.
import { createRequire } from "node:module";

/** TypeScript's own API. Loaded by require: its CommonJS build has no fast ES form. */
export const ts = createRequire(import.meta.url)("typescript") as typeof import("typescript");

export type { default as TS } from "typescript";
