// Stamps: what each step was made from, so that it is made once and again only when that has changed.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const file = (root, name) => join(root, ".setup", "stamps", `${name}.json`);

/** A step's stamp, or undefined where it was never finished. */
export function readStamp(root, name) {
  try {
    return JSON.parse(readFileSync(file(root, name), "utf8"));
  } catch {
    return undefined;
  }
}

/** Writes a stamp whole or not at all. */
export function writeStamp(root, name, stamp) {
  const to = file(root, name);
  mkdirSync(join(root, ".setup", "stamps"), { recursive: true });
  writeFileSync(`${to}.new`, `${JSON.stringify(stamp, null, 2)}\n`);
  renameSync(`${to}.new`, to);
}

/** Takes a stamp away: from here on the step counts as not made. */
export function removeStamp(root, name) {
  rmSync(file(root, name), { force: true });
}

/** Checksum of a text, 16 hex digits. */
export function hash(text) {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Checksum of a file's bytes; "none" where there is no such file. */
export function hashFile(path) {
  try {
    return hash(readFileSync(path));
  } catch {
    return "none";
  }
}

/** Files below a folder, sorted, with forward slashes; none where there is no such folder. */
export function filesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) =>
        relative(folder, join(entry.parentPath ?? entry.path, entry.name))
          .split(sep)
          .join("/"),
      )
      .sort();
  } catch {
    return [];
  }
}

/** Checksum of a folder: the names and bytes of all its files. */
export function hashFolder(folder) {
  return hash(
    filesBelow(folder)
      .map((name) => `${name} ${hashFile(join(folder, name))}`)
      .join("\n"),
  );
}

/** Names of the inputs that differ from those of a stamp. */
export function changed(inputs, stamp) {
  const names = new Set([...Object.keys(inputs), ...Object.keys(stamp.inputs ?? {})]);
  return [...names].filter((name) => inputs[name] !== stamp.inputs?.[name]);
}
