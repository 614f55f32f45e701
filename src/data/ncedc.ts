// The 110 records of PhaseNet's repository in the layout of STEAD: windows of 60 s, the noise before P, a split.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type NcedcRecord, npz, padding, quakeIn, rows, snr } from "./ncedc-record.js";
import type { Recording } from "./recording.js";
import { write } from "./stead-write.js";

const nt = 6000; // 60 s, as STEAD
const [earliest, latest] = [500, 2500]; // where P may lie in the window
const noiseLength = 2900; // ends 1 s before the analyst's P

/** Writes STEM.hdf5 and STEM.csv (events), STEM-noise.hdf5 and STEM-noise.csv (what was recorded before P), STEM-splits.csv.
 *
 *  P lies 5 to 25 s into an event's window, from a hash of the record's name. Records of one station, or within 120 s of each other, form a
 *  group, and a hash of the group chooses train (70 %), val (10 %) or test (20 %). A record whose front is padded with zeros or
 *  holds an arrival that nobody labelled gives no noise.
 *
 *  @param paths Upstream files NET_STA_STAMP[_LOC].npz, 9001 samples x 3 channels at 100 Hz with P and S.
 *  @param stem Path without suffix.
 *  @throws RangeError if a file is not such a record; Error if one cannot be read or written. */
export async function ncedc(paths: readonly string[], stem: string): Promise<void> {
  const records = [...paths].sort().map(npz);
  const groups = groupsOf(records);
  const sorted = records
    .map((record, i) => ({ record, group: groups[i]!, split: splitOf(groups[i]!) }))
    .sort((a, b) => (a.record.name < b.record.name ? -1 : 1));
  const quiet = sorted.filter(({ record }) => isQuiet(record));
  await write(
    stem,
    lazily(sorted, ({ record }) => event(record)),
  );
  await write(
    `${stem}-noise`,
    lazily(quiet, ({ record }) => noise(record)),
  );
  const line = (suffix: string) => (of: (typeof sorted)[number]) =>
    `${of.record.name}${suffix},${of.split},${of.group},${of.record.file}\n`;
  const lines = [...sorted.map(line("_EV")), ...quiet.map(line("_NO"))].sort();
  writeFileSync(`${stem}-splits.csv`, `trace_name,split,group,source_file\n${lines.join("")}`);
}

function* lazily<T>(items: readonly T[], make: (item: T) => Recording): Generator<Recording> {
  for (const item of items) yield make(item);
}

function isQuiet(record: NcedcRecord): boolean {
  const quake = quakeIn(record);
  return padding(record.data).front <= 1 && !(quake !== undefined && quake[0] < noiseLength);
}

function event(record: NcedcRecord): Recording {
  const p = earliest + Math.floor(unitHash(`window:${record.name}`) * (latest - earliest + 1));
  const start = record.p - p;
  const s = p + record.s - record.p;
  const window = rows(record.data, start, start + nt);
  if (start < 0 || window.length !== 3 * nt)
    throw new RangeError(`ncedc: the window must lie in the record, got sample ${start} of ${record.file}`);
  const { front, back } = padding(window);
  const quake = quakeIn(record);
  const isInside = quake !== undefined && quake[1] > start && quake[0] < start + nt;
  return recording(record, `${record.name}_EV`, window, p, s, {
    p_status: "manual",
    s_status: "manual",
    snr_db: snr(window, p, s),
    trace_category: "earthquake_local",
    source_offset: start,
    zero_front: front,
    zero_back: back,
    ...(isInside ? { unlabelled: [Math.max(0, quake[0] - start), Math.min(nt, quake[1] - start)] } : {}),
  });
}

function noise(record: NcedcRecord): Recording {
  const window = rows(record.data, 0, noiseLength);
  const more = { trace_category: "noise", source_offset: 0, noise_samples: noiseLength };
  return recording(record, `${record.name}_NO`, window, undefined, undefined, more);
}

function recording(
  record: NcedcRecord,
  name: string,
  window: Float64Array,
  p: number | undefined,
  s: number | undefined,
  more: Recording["attributes"],
): Recording {
  const attributes = {
    network_code: record.network,
    receiver_code: record.station,
    receiver_type: record.channels.slice(0, 2),
    channels: record.channels,
    source_file: record.file,
    ...more,
  };
  const waveform = { data: Float32Array.from(window), shape: [window.length / 3, 3] };
  return { name, waveform, dt: 0.01, p, s, attributes };
}

/** A stable number in [0, 1) from a text: 52 bits of its SHA-256. */
function unitHash(text: string): number {
  return Number.parseInt(createHash("sha256").update(text).digest("hex").slice(0, 13), 16) / 16 ** 13;
}

/** Salt 10 is the first of 0, 1, ... with which the three shares come within one record of 70, 10 and 20 %. */
function splitOf(group: string): "train" | "val" | "test" {
  const u = unitHash(`split-10:${group}`);
  return u < 0.7 ? "train" : u < 0.8 ? "val" : "test";
}

/** For each record the least name of its group. */
function groupsOf(records: readonly NcedcRecord[]): string[] {
  const parent = records.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at]!;
    return at;
  };
  for (const [i, a] of records.entries())
    for (const [j, b] of records.slice(0, i).entries()) {
      const isSame = a.network === b.network && a.station === b.station;
      if (isSame || Math.abs(a.time - b.time) < 120) parent[root(i)] = root(j);
    }
  const least = new Map<number, string>();
  for (const [i, { name }] of records.entries()) {
    const known = least.get(root(i));
    if (known === undefined || name < known) least.set(root(i), name);
  }
  return records.map((_, i) => least.get(root(i))!);
}
