// A training's state on disk: written whole or not at all, with a checksum, the one before it kept.
import { createHash } from "node:crypto";
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { readSafetensors, writeSafetensors } from "../formats/index.js";

/** Vectors by name, and what else the next step depends on. */
export interface Checkpoint {
  readonly vectors: ReadonlyMap<string, Float32Array>;
  readonly state: unknown;
}

const digestLength = 32;
const previous = (file: string): string => `${file}.previous`;

/** Writes a checkpoint: safetensors followed by its SHA-256. The last one becomes FILE.previous.
 *  @param file Path; its folder exists. */
export function writeCheckpoint(file: string, { vectors, state }: Checkpoint): void {
  const tensors = new Map<string, Grid>(
    [...vectors].map(([name, data]) => [name, { data, shape: [data.length] }]),
  );
  const body = writeSafetensors(tensors, { metadata: { state: JSON.stringify(state) } });
  const partial = `${file}.part`;
  const handle = openSync(partial, "w");
  try {
    for (const bytes of [body, createHash("sha256").update(body).digest()])
      for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  if (existsSync(file)) renameSync(file, previous(file));
  renameSync(partial, file);
}

function read(file: string): Checkpoint {
  const bytes = readFileSync(file);
  const body = bytes.subarray(0, Math.max(bytes.length - digestLength, 0));
  if (!createHash("sha256").update(body).digest().equals(bytes.subarray(body.length)))
    throw new Error(`${file} is damaged: its checksum must fit its ${bytes.length} bytes`);
  const { tensors, metadata } = readSafetensors(body);
  const vectors = new Map([...tensors].map(([name, { data }]) => [name, data as Float32Array]));
  return { vectors, state: JSON.parse(metadata.state ?? "null") };
}

/** Reads the last good checkpoint.
 *  @param file As given to `writeCheckpoint`.
 *  @param warn Told in one line when the newest is damaged and the one before it is used.
 *  @returns The checkpoint, or undefined where there is none.
 *  @throws Error when what is there is damaged and nothing before it is left. */
export function readCheckpoint(file: string, warn: (line: string) => void): Checkpoint | undefined {
  const files = [file, previous(file)].filter((path) => existsSync(path));
  const faults: string[] = [];
  for (const path of files) {
    try {
      const found = read(path);
      if (faults.length > 0) warn(`fit: ${faults[0]}; going on from ${path}`);
      return found;
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
  }
  if (faults.length > 0) throw new Error(`fit: ${faults[0]}; delete it to begin anew`);
  return undefined;
}
