// Shot gathers in files, one at a time: a NumPy array, or SEG-Y cut where the field record number changes.
import { existsSync } from "node:fs";
import { basename } from "node:path";
import type { Grid } from "../core/index.js";
import { fileSource, readNpy, readSegy, type Segy } from "../formats/index.js";
import { transposed } from "./files.js";

/** A gather of a file. */
export interface FileGather {
  /** Field record number, or the file's name without its suffix. */
  readonly name: string;
  /** Number of its first trace in the file; traces of a field record that comes back count on from the ones before. */
  readonly from: number;
  readonly to: number;
  /** Number of its first trace within the gather. */
  readonly first: number;
  /** [trace, time]; traces in the file's order. */
  read(): Grid;
  /** Order in which neighbours stand side by side: by offset where the headers' offsets jump back and forth, else the file's. */
  readonly order: Int32Array;
  /** Time of the first sample after the shot, s, of each trace. */
  readonly delay: Float64Array;
}

/** An open file of gathers. */
export interface GatherFile {
  readonly nt: number;
  readonly traces: number;
  /** Sample interval, s; undefined for an array, 0 where SEG-Y does not say. */
  readonly dt: number | undefined;
  readonly segy: Segy | undefined;
  /** Reads one gather after the other. */
  gathers(): Iterable<FileGather>;
  close(): void;
}

const counted = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

/** Changes of direction of a row of numbers. */
function turns(values: Int32Array): number {
  let [count, before] = [0, 0];
  for (let i = 1; i < values.length; i++) {
    const d = Math.sign(values[i]! - values[i - 1]!);
    if (d !== 0 && before !== 0 && d !== before) count++;
    if (d !== 0) before = d;
  }
  return count;
}

/** Offsets as they lie in a gather: one line has one turn at most (split spread), a patch of lines one for each of them. */
function orderOf(offsets: Int32Array): Int32Array {
  const order = counted(offsets.length);
  if (turns(offsets) <= Math.max(2, offsets.length / 8)) return order;
  return order.sort((a, b) => offsets[a]! - offsets[b]! || a - b);
}

function segyGather(segy: Segy, from: number, to: number, name: string, first: number): FileGather {
  const delays = segy.column("DelayRecordingTime", { from, to });
  return {
    name,
    from,
    to,
    first,
    read: () => segy.traces({ from, to }),
    order: orderOf(segy.column("offset", { from, to })),
    delay: Float64Array.from(delays, (ms) => ms / 1000),
  };
}

/** Opens a file of gathers: .npy [time, trace] is one gather; SEG-Y is cut where the field record number changes and read gather by gather.
 *
 *  @param path Ends in .npy, .sgy or .segy.
 *  @returns The file; close it.
 *  @throws Error where there is none; RangeError where it holds no gather. */
export function openGathers(path: string): GatherFile {
  if (!existsSync(path)) throw new Error(`openGathers: the file must be there, got none at ${path}`);
  const name = basename(path).replace(/\.[^.]*$/, "");
  const source = fileSource(path);
  try {
    if (path.endsWith(".npy")) {
      const array = readNpy(source, { as: "float32" });
      source.close();
      if (array.shape.length !== 2 || array.data.length === 0)
        throw new RangeError(`openGathers: ${path} must hold an array [time, trace], got [${array.shape}]`);
      const [nt, traces] = array.shape as [number, number];
      const one: FileGather = {
        name,
        from: 0,
        to: traces,
        first: 0,
        read: () => transposed(array),
        order: counted(traces),
        delay: new Float64Array(traces),
      };
      return { nt, traces, dt: undefined, segy: undefined, gathers: () => [one], close() {} };
    }
    const segy = readSegy(source);
    if (segy.nTraces === 0 || segy.nSamples === 0)
      throw new RangeError(`openGathers: ${path} must hold traces, got [${segy.nTraces}, ${segy.nSamples}]`);
    return {
      nt: segy.nSamples,
      traces: segy.nTraces,
      dt: segy.dt,
      segy,
      *gathers() {
        const seen = new Map<number, number>();
        const records = segy.column("FieldRecord");
        for (let from = 0, to = 0; from < segy.nTraces; from = to) {
          const record = records[from]!;
          while (to < segy.nTraces && records[to] === record) to++;
          const first = seen.get(record) ?? 0;
          seen.set(record, first + to - from);
          yield segyGather(segy, from, to, record === 0 ? name : String(record), first);
        }
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}
