// Solved wave samples in one file, so that sets larger than memory are computed once: models, travel times, waves in half precision.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { straightRayTimes, type WaveCase, waveScale } from "../../apply/index.js";
import { fromFloat16, toFloat16 } from "../../formats/float16.js";
import { side, solvedWaves, type WaveSet, waveCases } from "./waves.js";

const cells = side * side;
const snapshots = 16;
/** Bytes of a record: source, model, travel times, wave. */
const recordBytes = 8 + 4 * cells + 4 * cells + 2 * cells * snapshots;

/** A sample as it is stored. */
export interface StoredWave {
  readonly source: readonly [number, number];
  /** m/s, [64, 64]. */
  readonly model: Float32Array;
  /** Straight-ray times, s, [64, 64]. */
  readonly times: Float32Array;
  /** Wave over `waveScale`, half-precision patterns, [64, 64, 16]. */
  readonly wave: Uint16Array;
}

/** Samples by number. */
export interface WaveStore {
  readonly length: number;
  read(i: number): StoredWave;
}

let halves: Float32Array | undefined;

/** Numbers of all half-precision patterns, [65536]. */
export function halfTable(): Float32Array {
  halves ??= Float32Array.from({ length: 65536 }, (_, bits) => fromFloat16(bits));
  return halves;
}

function record(wave: WaveCase, snapshotData: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(recordBytes);
  new Int32Array(bytes.buffer, 0, 2).set(wave.source);
  new Float32Array(bytes.buffer, 8, cells).set(wave.model.data);
  new Float32Array(bytes.buffer, 8 + 4 * cells, cells).set(straightRayTimes(wave).data);
  const out = new Uint16Array(bytes.buffer, 8 + 8 * cells, cells * snapshots);
  for (let k = 0; k < snapshots; k++)
    for (let i = 0; i < cells; i++)
      out[i * snapshots + k] = toFloat16(snapshotData[k * cells + i]! / waveScale);
  return bytes;
}

/** One part of a set: how many of which media. */
export type WavePart = WaveSet & { readonly count: number };

function make(
  file: string,
  parts: readonly WavePart[],
  onReport?: (done: number, total: number) => void,
): void {
  mkdirSync(dirname(file), { recursive: true });
  const partial = `${file}.part${process.pid}`;
  const total = parts.reduce((sum, { count }) => sum + count, 0);
  const handle = openSync(partial, "w");
  try {
    let done = 0;
    for (const { count, ...set } of parts) {
      const waves = waveCases(count, set);
      let i = 0;
      for (const { data } of solvedWaves(waves)) {
        writeSync(handle, record(waves[i++]!, data));
        if (++done % 250 === 0 || done === total) onReport?.(done, total);
      }
    }
    closeSync(handle);
    renameSync(partial, file);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
}

/** A set of solved samples, in .cache/waves/NAME.bin; it is computed when it is not there (about 40 CPU s a thousand).
 *
 *  @param name Of the file; another set needs another name.
 *  @param parts What is in it, one part behind the other.
 *  @param onReport Called while it is computed.
 *  @returns Samples, read from the file when asked for. */
export function waveStore(
  name: string,
  parts: readonly WavePart[],
  onReport?: (done: number, total: number) => void,
): WaveStore {
  const file = join(fileURLToPath(new URL("../../..", import.meta.url)), ".cache", "waves", `${name}.bin`);
  const length = parts.reduce((sum, { count }) => sum + count, 0);
  if (!existsSync(file) || statSync(file).size !== length * recordBytes) make(file, parts, onReport);
  const handle = openSync(file, "r");
  return {
    length,
    read(i) {
      if (!Number.isInteger(i) || i < 0 || i >= length)
        throw new RangeError(`waveStore: samples are 0 .. ${length - 1}, got ${i}`);
      const { buffer } = new Uint8Array(recordBytes);
      if (readSync(handle, new Uint8Array(buffer), 0, recordBytes, i * recordBytes) !== recordBytes)
        throw new Error(`waveStore: ${file} must hold sample ${i}; remove it and try again`);
      const [iz, ix] = new Int32Array(buffer, 0, 2);
      return {
        source: [iz!, ix!],
        model: new Float32Array(buffer, 8, cells),
        times: new Float32Array(buffer, 8 + 4 * cells, cells),
        wave: new Uint16Array(buffer, 8 + 8 * cells, cells * snapshots),
      };
    },
  };
}
