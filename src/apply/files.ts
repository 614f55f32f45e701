// Sections in files, read and written by blocks of columns: NumPy arrays and SEG-Y.
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { resolve } from "node:path";
import type { Grid } from "../core/index.js";
import { fileSource, readNpy, readSegy, type Segy, segyTraceBytes, writeNpy } from "../formats/index.js";
import { type Columns, columnsOf } from "./strips.js";

/** An open section; SEG-Y keeps its headers at hand. */
export interface SectionFile extends Columns {
  readonly segy?: Segy;
  close(): void;
}

/** A section that is being written; the file appears whole or not at all. */
export interface SectionWriter {
  /** Adds the next columns, [nt, n].
   *  @param bytes Their SEG-Y traces where they are more than new samples under the old headers. */
  add(section: Grid, bytes?: Uint8Array): void;
  /** Puts the file in its place. */
  finish(): void;
  /** Leaves nothing behind; without effect after `finish`. */
  abandon(): void;
}

const isSegyName = (path: string): boolean => /\.(sgy|segy)$/i.test(path);

/** Checks the name that a result will have. */
export function requireSectionName(path: string): void {
  if (!isSegyName(path) && !path.endsWith(".npy"))
    throw new RangeError(`section: a file must be named .npy, .sgy or .segy, got ${path}`);
}

/** [trace, time] to [time, trace], or back. */
export function transposed({ data, shape }: Grid): Grid {
  const [rows, columns] = shape as [number, number];
  const out = new Float32Array(data.length);
  const block = 32; // both sides of the copy stay in the cache
  for (let r0 = 0; r0 < rows; r0 += block)
    for (let c0 = 0; c0 < columns; c0 += block)
      for (let r = r0; r < Math.min(r0 + block, rows); r++)
        for (let c = c0; c < Math.min(c0 + block, columns); c++) out[c * rows + r] = data[r * columns + c]!;
  return { data: out, shape: [columns, rows] };
}

/** Opens a section: .npy [nt, nx], held in memory as float32, or SEG-Y, read trace by trace in the order of the file.
 *
 *  @param path Ends in .npy, .sgy or .segy.
 *  @returns The section: `read(0, nx)` is all of it, [nt, nx]; `segy` has the headers, `segy.dt` the sample interval, s. Close it.
 *  @throws Error where there is no such file; RangeError where it is not a section. */
export function openSection(path: string): SectionFile {
  requireSectionName(path);
  if (!existsSync(path)) throw new Error(`section: the file must be there, got none at ${path}`);
  const source = fileSource(path);
  try {
    if (!isSegyName(path)) {
      const grid = readNpy(source, { as: "float32" });
      if (grid.shape.length !== 2 || grid.data.length === 0)
        throw new RangeError(`section: ${path} must hold an array [nt, nx], got [${grid.shape}]`);
      source.close();
      return { ...columnsOf(grid), close() {} };
    }
    const segy = readSegy(source);
    if (segy.nTraces === 0 || segy.nSamples === 0)
      throw new RangeError(`section: ${path} must hold traces, got [${segy.nSamples}, ${segy.nTraces}]`);
    return {
      nt: segy.nSamples,
      nx: segy.nTraces,
      segy,
      read: (from, to) => transposed(segy.traces({ from, to })),
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** Begins a section's file like another one: SEG-Y gets the headers of `like`, byte for byte, and its sample format.
 *
 *  @param path Ends in .npy, or in .sgy or .segy where `like` is SEG-Y.
 *  @param like The section that it comes from; stays open until `finish`.
 *  @returns The writer; columns must be added from left to right, all of them.
 *  @throws RangeError where SEG-Y is to come from a file without headers. */
export function createSection(path: string, like: SectionFile): SectionWriter {
  requireSectionName(path);
  const { nt, nx, segy } = like;
  if (isSegyName(path) && !segy)
    throw new RangeError(
      `section: SEG-Y needs the headers of a SEG-Y input, got ${path} for an array; write .npy`,
    );
  const partial = `${resolve(path)}.part${process.pid}`;
  const file = openSync(partial, "w");
  let isOpen = true;
  let next = 0;
  const write = (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
  };
  const abandon = () => {
    if (!isOpen) return;
    close();
    rmSync(partial, { force: true });
  };
  const close = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
    process.off("exit", abandon);
  };
  process.on("exit", abandon); // a second Ctrl-C ends the process at once
  const toSegy = isSegyName(path) ? segy : undefined;
  const whole = toSegy ? undefined : new Float32Array(nt * nx);
  if (toSegy) write(toSegy.head());
  return {
    add(section, bytes) {
      const n = section.shape[1]!;
      if (toSegy) write(bytes ?? segyTraceBytes(toSegy, transposed(section), next));
      else for (let t = 0; t < nt; t++) whole!.set(section.data.subarray(t * n, (t + 1) * n), t * nx + next);
      next += n;
    },
    finish() {
      if (next !== nx) throw new Error(`section: all ${nx} traces must be written, got ${next}`);
      if (toSegy) write(toSegy.tail());
      else write(writeNpy({ data: whole!, shape: [nt, nx] }));
      close();
      renameSync(partial, path);
    },
    abandon,
  };
}

/** Bytes of traces whose samples stay as they are in the file, as far as `isKept` says so, and are new else.
 *  @param segy Open file. @param section New samples of traces from, from + 1, ..., [nt, n]. @param isKept By trace number. */
export function mixedTraceBytes(
  segy: Segy,
  section: Grid,
  from: number,
  isKept: (trace: number) => boolean,
): Uint8Array {
  const n = section.shape[1]!;
  const old = segy.traceBytes(from, from + n);
  const bytes = segyTraceBytes(segy, transposed(section), from);
  const stride = bytes.length / n;
  for (let i = 0; i < n; i++)
    if (isKept(from + i)) bytes.set(old.subarray(i * stride, (i + 1) * stride), i * stride);
  return bytes;
}
