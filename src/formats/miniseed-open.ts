// A miniSEED file of any length, open for reading piece by piece, as far as it is sound: what is damaged is named and passed over.
import { buffered, decode, isSuccessor, kindOfEmpty, type MiniSeedSegment, requireHeld } from "./miniseed.js";
import { isRecordHead, type MiniSeedRecord, readRecord } from "./miniseed-record.js";
import { type ByteSource, type Input, sourceOf } from "./source.js";

/** Samples without a gap that are still in the file. */
export interface MiniSeedTrace {
  /** NET.STA.LOC.CHA. */
  readonly id: string;
  /** D, R, Q or M. */
  readonly quality: string;
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
  /** Samples a second. */
  readonly sampleRate: number;
  /** Samples. */
  readonly length: number;
  /** @param first First sample. @param count How many; first + count <= length. */
  read(first: number, count: number): Int32Array | Float32Array | Float64Array;
}

/** What a file holds. */
export interface MiniSeedFile {
  readonly traces: readonly MiniSeedTrace[];
  /** What could not be read, a sentence each, at most 20 and then their number. */
  readonly faults: readonly string[];
}

/** Places of a run's records: 16 bytes a record. */
class Run {
  private offsets = new Float64Array(16);
  private firsts = new Float64Array(16);
  private n = 0;
  length = 0;
  constructor(
    readonly head: MiniSeedRecord,
    public last: MiniSeedRecord,
  ) {}

  push(record: MiniSeedRecord): void {
    if (this.n === this.offsets.length)
      for (const name of ["offsets", "firsts"] as const) {
        const wider = new Float64Array(2 * this.n);
        wider.set(this[name]);
        this[name] = wider;
      }
    this.offsets[this.n] = record.offset;
    this.firsts[this.n++] = this.length;
    this.length += record.nSamples;
    this.last = record;
  }

  /** Records that hold samples first .. first + count, and the number of the first one's first sample. */
  around(source: ByteSource, first: number, count: number): { records: MiniSeedRecord[]; from: number } {
    let [low, high] = [0, this.n - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.firsts[middle]! <= first) low = middle;
      else high = middle - 1;
    }
    const records: MiniSeedRecord[] = [];
    for (let i = low; i < this.n && this.firsts[i]! < first + count; i++)
      records.push(readRecord("openMiniSeed", source, this.offsets[i]!));
    return { records, from: this.firsts[low]! };
  }
}

function traceOf(run: Run, file: ByteSource): MiniSeedTrace {
  const { id, quality, start, sampleRate } = run.head;
  // a buffer of its own: channels may lie far from each other
  let source: ByteSource | undefined;
  return {
    id,
    quality,
    start,
    sampleRate,
    length: run.length,
    read(first, count) {
      if (!(first >= 0 && count >= 0 && first + count <= run.length))
        throw new RangeError(
          `openMiniSeed: samples must lie in 0 .. ${run.length}, got ${first} to ${first + count}`,
        );
      if (count === 0) return new Int32Array(0);
      source ??= buffered(file, 2 ** 18);
      const { records, from } = run.around(source, first, count);
      const data = decode(source, records) as Exclude<MiniSeedSegment["data"], Uint8Array>;
      return data.subarray(first - from, first - from + count);
    },
  };
}

/** Offset of the next record after damage: byte by byte, for a file may be cut anywhere. */
function nextRecord(source: ByteSource, from: number): number {
  for (let at = from; at < source.size; at += 65_536 - 48) {
    const piece = source.read(at, Math.min(65_536, source.size - at));
    for (let i = 0; i + 48 <= piece.length; i++) {
      if (!isRecordHead(piece.subarray(i, i + 48))) continue;
      try {
        readRecord("openMiniSeed", source, at + i);
        return at + i;
      } catch {
        // looks like one, and is none
      }
    }
  }
  return source.size;
}

/** Opens a miniSEED file for reading by pieces. All records are looked at once, their frames decoded and checked; text is passed over. Memory: 16
 *  bytes a record.
 *
 *  @param input The file's bytes, or a source such as fileSource(path), which stays open.
 *  @returns Traces, channel by channel in the order in which they first come, and what was damaged: `readMiniSeed` would refuse such a file.
 *  @see SEED manual 2.4, chapter 8. */
export function openMiniSeed(input: Input): MiniSeedFile {
  const file = sourceOf("openMiniSeed", input);
  const source = buffered(file);
  const streams = new Map<string, Run[]>();
  const faults: string[] = [];
  let nFaults = 0;
  const fault = (text: string): void => {
    if (++nFaults <= 20) faults.push(text);
  };
  let offset = 0;
  while (offset < source.size) {
    const head = source.read(offset, Math.min(48, source.size - offset));
    if (!isRecordHead(head)) {
      const empty = kindOfEmpty(head);
      if (empty) {
        offset += 128;
        while (empty === "control" && offset + 48 <= source.size && !isRecordHead(source.read(offset, 48)))
          offset += 128;
        continue;
      }
      const next = nextRecord(file, offset + 1);
      fault(`bytes ${offset} to ${next} hold no record`);
      offset = next;
      continue;
    }
    let record: MiniSeedRecord;
    try {
      record = readRecord("openMiniSeed", source, offset);
    } catch (error) {
      fault((error as Error).message.replace(/^openMiniSeed: /, ""));
      offset = nextRecord(file, offset + 1);
      continue;
    }
    offset += record.length;
    if (record.nSamples === 0 || record.sampleRate === 0) continue;
    try {
      requireHeld(record);
      decode(source, [record]);
    } catch (error) {
      fault(`${record.id}: ${(error as Error).message.replace(/^readMiniSeed: /, "")}`);
      continue;
    }
    const key = `${record.id} ${record.quality}`;
    const runs = streams.get(key) ?? [];
    streams.set(key, runs);
    let run = runs.at(-1);
    if (!run || !isSuccessor(record, run.last)) {
      run = new Run(record, record);
      runs.push(run);
    }
    run.push(record);
  }
  if (nFaults > 20) faults.push(`and ${nFaults - 20} more places`);
  return { traces: [...streams.values()].flat().map((run) => traceOf(run, file)), faults };
}
