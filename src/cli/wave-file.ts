// Models with sources from an .npz archive, and an .npy array of their waves that appears whole or not at all.
import { closeSync, existsSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import type { WaveCase } from "../apply/index.js";
import type { Grid } from "../core/index.js";
import { fileSource, type Npz, openNpz, writeNpy } from "../formats/index.js";
import { npyHeaderBytes } from "../formats/npy-header.js";

/** Sides that a model may have, cells. */
const sides = [64, 256] as const;

/** An array of any kind of number. */
function numbers(archive: Npz, name: string): Grid<Float64Array> {
  const { data, shape, dtype } = archive.read(name);
  if (dtype === "str" || dtype === "bytes")
    throw new RangeError(`propagate: ${name} must hold numbers, got ${dtype}`);
  return { data: Float64Array.from(data as ArrayLike<number>, Number), shape };
}

/** Reads `v` [n, N, N], km/s, and `source` [n, 2], cells, of an archive as peers/make_waves.py writes it.
 *
 *  @param path Ends in .npz.
 *  @returns Models in m/s with sources.
 *  @throws Error where there is no such file; RangeError for arrays that are missing or of other shapes, units or values. */
export function readWaves(path: string): WaveCase[] {
  if (!existsSync(path)) throw new Error(`propagate: the file must be there, got none at ${path}`);
  const file = fileSource(path);
  try {
    const archive = openNpz(file);
    for (const name of ["v", "source"])
      if (!archive.names.includes(name))
        throw new RangeError(
          `propagate: ${path} must hold arrays v and source, got ${archive.names.join(", ")}`,
        );
    const v = numbers(archive, "v");
    const source = numbers(archive, "source");
    const [n, rows, columns] = v.shape as [number, number, number];
    if (v.shape.length !== 3 || rows !== columns || rows < sides[0] || rows > sides[1] || n < 1)
      throw new RangeError(
        `propagate: v must be [n, N, N] with N in ${sides[0]} .. ${sides[1]}, got [${v.shape}]`,
      );
    if (source.shape.length !== 2 || source.shape[0] !== n || source.shape[1] !== 2)
      throw new RangeError(`propagate: source must be [${n}, 2], got [${source.shape}]`);
    const places = source.data;
    const bad = places.findIndex((i) => !(Number.isInteger(i) && i >= 0 && i < rows));
    if (bad >= 0)
      throw new RangeError(
        `propagate: source must hold cells in 0 .. ${rows - 1}, got ${places[bad]} for sample ${bad >> 1}`,
      );
    const speeds = v.data;
    const odd = speeds.findIndex((x) => !(x >= 0.1 && x <= 20));
    if (odd >= 0)
      throw new RangeError(
        `propagate: v must be in km/s, 0.1 .. 20, got ${speeds[odd]} in sample ${Math.floor(odd / (rows * rows))}`,
      );
    return Array.from({ length: n }, (_, i) => ({
      model: {
        data: Float32Array.from(speeds.subarray(i * rows * rows, (i + 1) * rows * rows), (x) => 1000 * x),
        shape: [rows, rows],
      },
      source: [places[2 * i]!, places[2 * i + 1]!],
    }));
  } finally {
    file.close();
  }
}

/** An array that is being written, one element of its first axis after the other. */
export interface ArrayWriter {
  /** @param part float32, the shape without its first axis. */
  add(part: Grid): void;
  /** Puts the file in its place. */
  finish(): void;
  /** Leaves nothing behind; without effect after `finish`. */
  abandon(): void;
}

/** Begins a float32 array in C order.
 *  @param path Ends in .npy. @param shape Whole.
 *  @throws Error where it cannot be written. */
export function createArray(path: string, shape: readonly number[]): ArrayWriter {
  const partial = `${path}.part${process.pid}`;
  const handle = openSync(partial, "w");
  let isOpen = true;
  let left = shape[0]!;
  const close = () => {
    if (isOpen) closeSync(handle);
    isOpen = false;
  };
  writeSync(handle, npyHeaderBytes({ dtype: "float32", shape, width: 1, isFortran: false, isLittle: true }));
  return {
    add({ data, shape: part }) {
      const bytes = writeNpy({ data, shape: part }, { dtype: "float32" });
      writeSync(handle, bytes.subarray(bytes.length - 4 * data.length));
      left--;
    },
    finish() {
      if (left !== 0) throw new Error(`createArray: all parts must be there, got ${left} too few`);
      close();
      renameSync(partial, path);
    },
    abandon() {
      close();
      rmSync(partial, { force: true });
    },
  };
}
