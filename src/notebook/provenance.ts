// The provenance table: what made the numbers above it.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { remembered } from "../core/index.js";
import { type Table, table } from "../show/index.js";
import { profile, seed } from "./profile.js";

/** What this run was made with: geodl, Node, processor, profile, seed, and whatever the rooms noted (TensorFlow, data files with checksums).
 *
 *  @returns A table of two columns, for the end of a notebook. */
export function provenance(): Table {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
    readonly version: string;
  };
  const rows: (readonly [string, string])[] = [
    ["geodl", version],
    ["Node", process.version],
    ["processor", `${cpus()[0]?.model.trim() ?? "unknown"}, ${availableParallelism()} threads`],
    ["profile", profile()],
    ["seed", String(seed())],
    ...remembered(),
  ];
  return table(["what", "value"], rows);
}
