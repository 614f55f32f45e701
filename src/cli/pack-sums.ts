// SHA256SUMS of a packed folder: written last, so that a folder that has one is whole; read back with distrust.
import { lstatSync, readFileSync, realpathSync } from "node:fs";
import { dirname, isAbsolute, join, sep } from "node:path";
import { hashFile } from "../data/place.js";
import { writeWhole } from "./whole-file.js";

/** Name of the file; `sha256sum -c SHA256SUMS` reads it too. */
export const sumsFile = "SHA256SUMS";

/** What became of a file that SHA256SUMS names. */
export interface Fault {
  readonly path: string;
  readonly state: "missing" | "damaged" | "refused";
}

/** Checksums by path.
 *
 *  @param text What the file holds.
 *  @returns Path with forward slashes to SHA-256, hexadecimal, in the file's order.
 *  @throws RangeError if a line is none of sha256sum's. */
export function readSums(text: string): Map<string, string> {
  const sums = new Map<string, string>();
  for (const [i, line] of text.split("\n").entries()) {
    if (line === "") continue;
    const match = /^([0-9a-f]{64}) [ *](.+)$/.exec(line);
    if (!match)
      throw new RangeError(
        `readSums: a line must be a checksum and a path, got "${line.slice(0, 80)}" in line ${i + 1}`,
      );
    sums.set(match[2]!, match[1]!);
  }
  return sums;
}

/** The same as a file's text. @param sums Path to SHA-256. @returns A line a file, sorted by path. */
export function sumsText(sums: ReadonlyMap<string, string>): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, sum]) => `${sum}  ${path}\n`)
    .join("");
}

/** Writes SHA256SUMS whole or not at all. @param dir The packed folder. @param sums Path to SHA-256. */
export function writeSums(dir: string, sums: ReadonlyMap<string, string>): void {
  writeWhole(join(dir, sumsFile), sumsText(sums));
}

/** Whether a path stays below the folder that it is relative to: no root, no drive, no "..", no backslash. */
export function staysInside(path: string): boolean {
  if (path === "" || isAbsolute(path) || /[\\\0]|^[a-z]:/i.test(path)) return false;
  return path.split("/").every((part) => part !== ".." && part !== "." && part !== "");
}

/** Compares a packed folder with its SHA256SUMS.
 *
 *  @param dir The folder.
 *  @param onFile Told of each file before it is read: how many are done, of how many.
 *  @returns Files that are missing, damaged, or would leave the folder (by "..", or through a link), and how many are listed.
 *  @throws Error if there is no SHA256SUMS. */
export async function verifySums(
  dir: string,
  onFile?: (done: number, total: number) => void,
): Promise<{ readonly faults: readonly Fault[]; readonly files: number }> {
  let text: string;
  try {
    text = readFileSync(join(dir, sumsFile), "utf8");
  } catch {
    throw new Error(
      `verifySums: the folder must hold ${sumsFile}, which packing writes last, got none in ${dir}; pack again, it goes on where it ended`,
    );
  }
  const sums = readSums(text);
  const home = realpathSync(dir);
  const faults: Fault[] = [];
  let done = 0;
  for (const [path, sum] of sums) {
    onFile?.(done++, sums.size);
    const state = stateOf(home, path, sum);
    if (state) faults.push({ path, state });
    if (done % 200 === 0) await new Promise((resolve) => setImmediate(resolve)); // so that Ctrl-C is heard
  }
  return { faults, files: sums.size };
}

function stateOf(home: string, path: string, sum: string): Fault["state"] | undefined {
  if (!staysInside(path)) return "refused";
  const file = join(home, path);
  try {
    const stat = lstatSync(file);
    const folder = realpathSync(dirname(file));
    if (!stat.isFile() || !(folder === home || folder.startsWith(home + sep))) return "refused";
    return hashFile(file) === sum ? undefined : "damaged";
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "missing" : "damaged";
  }
}
