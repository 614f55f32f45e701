// The TypeScript compiler; the only file that loads it.
import { createRequire } from "node:module";
import { snapshot } from "../snapshot/snapshot.js";

/** TypeScript's own API: the start-up snapshot's, or loaded by require, since its CommonJS build has no fast ES form. */
export const ts =
  snapshot?.ts ?? (createRequire(import.meta.url)("typescript") as typeof import("typescript"));

export type { default as TS } from "typescript";
