// Records to pick, out of files of any length: STEAD's HDF5, miniSEED, SAC. What cannot be read is named, the rest goes on.
import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { stead } from "../data/index.js";
import { type FileSource, fileSource, openMiniSeed, readSac } from "../formats/index.js";
import { isRecordHead } from "../formats/miniseed-record.js";
import type { Trace } from "./rate.js";
import { stretchesOf, type TimedStretch } from "./stretches.js";

/** A record of one station: a data set of a STEAD file, or what files hold of one instrument. */
export interface PickRecord {
  /** Name of the data set, or NET.STA.LOC and the first two letters of the channel. */
  readonly file: string;
  /** NET.STA.LOC.CHA, the channel without its last letter; for QuakeML. */
  readonly id: string;
  readonly station: string;
  /** Time of the first sample, seconds since 1970; undefined where the file does not say. */
  readonly start?: number;
  /** Where the stretches' times count from, seconds. */
  readonly zero: number;
  /** Samples a second, of the file. */
  readonly rate: number;
  readonly stretches: readonly TimedStretch[];
}

/** What pick files hold, record by record. */
export interface PickFiles {
  /** Read while they are gone through. */
  readonly records: AsyncIterable<PickRecord>;
  /** Records. */
  readonly count: number;
  /** What could not be read, a line each; grows while records are read. */
  readonly faults: readonly string[];
  /** What was left out on purpose; grows too. */
  readonly notes: readonly string[];
  close(): void;
}

/** What a picker needs to see. */
export interface PickWanted {
  /** Letters of its components. */
  readonly components: string;
  /** Samples a second. */
  readonly rate: number;
}

/** Time of STEAD's trace_start_time, "2012-08-25 05:14:59.60", seconds since 1970. */
function steadTime(text: string | undefined): number | undefined {
  const parts = /^(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d(?:\.\d+)?)/.exec(text?.trim() ?? "");
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return Date.UTC(year, month - 1, day, hour, minute) / 1000 + second;
}

function steadRecord(file: stead.SteadFile, name: string, wanted: PickWanted, notes: string[]): PickRecord {
  const { waveform, dt, attributes } = file.read(name);
  const [n] = waveform.shape as [number, number];
  const { network_code: network = "", receiver_code: station = "", receiver_type: type = "" } = attributes;
  const traces = [..."ENZ"].map(
    (letter, c): Trace => ({
      id: `${network}.${station}..${type}${letter}`,
      start: 0,
      rate: 1 / dt,
      length: n,
      read: (first, count) =>
        Float32Array.from({ length: count }, (_, i) => waveform.data[3 * (first + i) + c]!),
    }),
  );
  const found = stretchesOf(traces, wanted.components, wanted.rate);
  notes.push(...found.notes.map((note) => `${name}: ${note}`));
  const start = steadTime(attributes.trace_start_time);
  return {
    file: name,
    id: `${network}.${station}..${type}`,
    station: [network, station].filter(Boolean).join("."),
    ...(start === undefined ? {} : { start }),
    zero: 0,
    rate: 1 / dt,
    stretches: found.stretches,
  };
}

/** Bytes that a SAC file should have by its header: 0 where that makes no sense. */
function sacBytes(source: FileSource): number {
  const head = source.read(0, Math.min(632, source.size));
  if (head.length < 632) return 0;
  const view = new DataView(head.buffer, head.byteOffset, 632);
  const isLittle = [6, 7].includes(view.getInt32(304, true));
  const npts = view.getInt32(316, isLittle);
  return npts > 0 ? 632 + 4 * npts + (view.getInt32(304, isLittle) === 7 ? 176 : 0) : 0;
}

/** The trace of a SAC file. One that is shorter than its header says is read as far as it goes. */
function sacTrace(name: string, file: FileSource, faults: string[]): Trace & { readonly isTimed: boolean } {
  const promised = sacBytes(file);
  const isCut = file.size > 632 && promised > file.size;
  if (isCut) faults.push(`${name}: cut short, ${file.size} of ${promised} bytes; picked as far as it goes`);
  // what is missing reads as zeros, which nobody asks for
  const source = !isCut
    ? file
    : {
        size: promised,
        read(offset: number, length: number, into?: Uint8Array): Uint8Array {
          const bytes = into?.subarray(0, length) ?? new Uint8Array(length);
          const there = Math.max(0, Math.min(length, file.size - offset));
          if (there > 0) bytes.set(file.read(offset, there));
          return bytes;
        },
      };
  const { id, start, dt, header } = readSac(source, { samples: [0, 0] });
  if (!(dt > 0)) throw new RangeError(`the sample interval must be > 0, got ${dt}`);
  return {
    id,
    start: start ?? 0,
    isTimed: start !== undefined,
    // float32 in the header: 0.01 comes as 0.009999999776
    rate: Number((1 / dt).toPrecision(6)),
    length: isCut ? Math.floor((file.size - 632) / 4) : (header.npts ?? 0),
    read: (first, count) => readSac(source, { samples: [first, first + count] }).data,
  };
}

/** Kind of a file by its first bytes. */
function kindOf(source: FileSource): "hdf5" | "sac" | "miniseed" {
  const head = source.read(0, Math.min(512, source.size));
  if (head.length >= 8 && head[0] === 0x89 && String.fromCharCode(...head.subarray(1, 4)) === "HDF")
    return "hdf5";
  // samples of a miniSEED record may look like SAC's version, its beginning like nothing else
  if (head.length >= 308 && !isRecordHead(head.subarray(0, 48))) {
    const view = new DataView(head.buffer, head.byteOffset, head.length);
    if ([true, false].some((isLittle) => [6, 7].includes(view.getInt32(304, isLittle)))) return "sac";
  }
  return "miniseed";
}

/** Files of a list of files and folders. */
function listed(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    const about = statSync(path, { throwIfNoEntry: false });
    if (!about) throw new Error(`pick: the file must be there, got none at ${path}`);
    if (!about.isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => !name.startsWith("."))
      .sort()
      .map((name) => join(path, name))
      .filter((file) => statSync(file).isFile());
  });
}

/** Opens files for picking.
 *
 *  @param paths Files and folders: STEAD's HDF5, miniSEED, SAC, told apart by their content. Channels of one instrument are put together, whichever
 *    files they lie in.
 *  @param wanted Components and rate of the picker.
 *  @returns Records; they are read while they are gone through. Close it.
 *  @throws Error where a path is missing. A file that cannot be read is a fault, no error. */
export async function openPickFiles(paths: readonly string[], wanted: PickWanted): Promise<PickFiles> {
  const [faults, notes]: [string[], string[]] = [[], []];
  const sources: { close(): void }[] = [];
  const files: stead.SteadFile[] = [];
  const instruments = new Map<string, (Trace & { readonly isTimed: boolean })[]>();
  for (const path of listed(paths)) {
    const name = basename(path);
    try {
      const source = fileSource(path);
      sources.push(source);
      const kind = kindOf(source);
      if (kind === "hdf5") {
        const file = await stead.open(path);
        sources.push(file);
        files.push(file);
        continue;
      }
      let traces: readonly (Trace & { readonly isTimed: boolean })[];
      if (kind === "sac") traces = [sacTrace(name, source, faults)];
      else {
        const found = openMiniSeed(source);
        faults.push(...found.faults.map((text) => `${name}: ${text}`));
        if (found.traces.length === 0 && found.faults.length === 0) faults.push(`${name}: holds no samples`);
        traces = found.traces.map(({ sampleRate: rate, ...trace }) => ({ ...trace, rate, isTimed: true }));
      }
      for (const trace of traces) {
        const key = trace.id.slice(0, -1);
        instruments.set(key, [...(instruments.get(key) ?? []), trace]);
      }
    } catch (error) {
      faults.push(`${name}: ${(error as Error).message}`);
    }
  }
  async function* records(): AsyncGenerator<PickRecord> {
    for (const file of files)
      for (const name of file.names) {
        let record: PickRecord;
        try {
          record = steadRecord(file, name, wanted, notes);
        } catch (error) {
          faults.push(`${name}: ${(error as Error).message}`);
          continue;
        }
        yield record;
      }
    for (const [id, traces] of instruments) {
      try {
        const { stretches, notes: more } = stretchesOf(traces, wanted.components, wanted.rate);
        notes.push(...more);
        if (stretches.length === 0) continue;
        const zero = Math.min(...traces.map(({ start }) => start));
        const [network = "", station = ""] = id.split(".");
        yield {
          file: id,
          id,
          station: [network, station].filter(Boolean).join("."),
          ...(traces.every(({ isTimed }) => isTimed) ? { start: zero } : {}),
          zero,
          rate: traces[0]!.rate,
          stretches,
        };
      } catch (error) {
        faults.push(`${id}: ${(error as Error).message}`);
      }
    }
  }
  return {
    records: records(),
    count: files.reduce((sum, { names }) => sum + names.length, 0) + instruments.size,
    faults,
    notes,
    close: () => {
      for (const source of sources) source.close();
    },
  };
}
