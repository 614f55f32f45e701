// The provenance table: what made the numbers above it.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { remembered } from "../core/index.js";
import { type Table, table } from "../show/index.js";
import { profile, seed } from "./profile.js";

/** Rows of one folder's files with the same kind of remark, where there are more of them than a reader looks at. */
const most = 8;

/** Puts many files of one folder into one row; what differs from the catalog keeps its own. */
function folded(rows: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const remark = (text: string) => text.replace(/^sha256 [0-9a-f]+, /, "");
  const groupOf = ([what, value]: readonly [string, string]) =>
    /^data .+\//.test(what) ? `${what.slice(0, what.lastIndexOf("/") + 1)}\0${remark(value)}` : undefined;
  const sizes = new Map<string, number>();
  for (const row of rows) {
    const group = groupOf(row);
    if (group !== undefined) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const done = new Set<string>();
  return rows.flatMap((row) => {
    const group = groupOf(row);
    if (group === undefined || sizes.get(group)! <= most) return [row];
    if (done.has(group)) return [];
    done.add(group);
    const [folder, note] = group.split("\0") as [string, string];
    return [[folder, `${sizes.get(group)} files, each ${note}`] as const];
  });
}

/** What this run was made with: geodl, Node, processor, profile, seed, and whatever the rooms noted (TensorFlow, data files with checksums; many files of
 *  one folder share a row).
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
    ...folded([...remembered()]),
  ];
  return table(["what", "value"], rows);
}
