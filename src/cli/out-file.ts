// The file that a verb is to write, looked at before the work begins: hours of it must not end in a folder that is not there, nor in the input.
import { accessSync, constants, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { UsageError } from "./verb.js";

const about = (path: string) => statSync(path, { throwIfNoEntry: false });

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** Path of a file to write. One that is there already is replaced in the end, as long as it is none of the others.
 *
 *  @param option Name of the option that gave it, e.g. "--out".
 *  @param given What it gave.
 *  @param others Files that are read or written too, under any name or link.
 *  @returns The path, absolute.
 *  @throws UsageError if the folder is not there or not writable, if the path is a folder's, or one of the others'. */
export function outFile(option: string, given: string, others: readonly string[]): string {
  const path = resolve(given);
  const folder = dirname(path);
  if (!about(folder)?.isDirectory())
    throw new UsageError(`${option} must name a file in a folder that is there, got ${given}; no ${folder}`);
  if (!isWritable(folder))
    throw new UsageError(`${option} must name a file in a folder that you may write to, got ${given}`);
  const there = about(path);
  if (there?.isDirectory()) throw new UsageError(`${option} must name a file, got the folder ${given}`);
  const isSame = (other: string) => {
    const seen = about(resolve(other));
    const isOne = there !== undefined && there.ino === seen?.ino && there.dev === seen.dev;
    return isOne || resolve(other) === path;
  };
  const lost = others.find(isSame);
  if (lost !== undefined)
    throw new UsageError(`${option} must name another file than ${lost}, which would be lost, got ${given}`);
  return path;
}
