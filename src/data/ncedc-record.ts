// One record of PhaseNet's repository: its samples in the order E, N, Z, its picks, and what its file name says.
import { basename } from "node:path";
import { fileSource, openNpz } from "../formats/index.js";
import type { Recording } from "./recording.js";

/** Arrivals that no analyst labelled, in samples of the upstream record: three or more public pickers agree on them. */
const unlabelled: Readonly<Record<string, readonly [from: number, to: number]>> = {
  BG_BUC_2016010523005440: [2700, 2900],
  BG_SQK_2016121417272497: [1730, 1920],
  BG_SSR_2010100919233912: [5040, 5260],
  CI_MLAC_2014092606030921: [1170, 1430],
  NC_GDXB_2008071720041377: [3980, 4090],
  NC_MMLB_2009102603503649: [2830, 2935],
  PG_BP_2008110314434009: [690, 1020],
};

/** The unlabelled stretch of a record, samples [from, to), where one is known. */
export const quakeIn = ({ file }: { readonly file: string }) => unlabelled[file.replace(/\.npz$/, "")];

/** A record as upstream keeps it. */
export interface NcedcRecord {
  /** File name with suffix. */
  readonly file: string;
  /** STA.NET_STAMP[_LOC]. */
  readonly name: string;
  readonly network: string;
  readonly station: string;
  /** Seconds since 1970 that the stamp in the file name stands for; origin or pick, nobody says. */
  readonly time: number;
  /** Channel codes joined by "_"; one for a vertical seismometer. */
  readonly channels: string;
  /** Samples, [sample, channel] flat, channels E, N, Z. */
  readonly data: Float64Array;
  /** Samples of the P and S arrival. */
  readonly p: number;
  readonly s: number;
}

/** Reads a record.
 *  @param path NET_STA_STAMP[_LOC].npz with the arrays data [sample, 3], itp, its and channels.
 *  @throws RangeError if the file is damaged or not such a record. */
export function npz(path: string): NcedcRecord {
  const file = basename(path);
  const [, network = "", station = "", stamp = "", more = ""] =
    /^([^_]+)_([^_]+)_(\d{14,})(?:_(.*))?\.npz$/.exec(file) ?? [];
  if (stamp === "") throw new RangeError(`ncedc: a file must be named NET_STA_STAMP[_LOC].npz, got ${file}`);
  const source = fileSource(path);
  try {
    const archive = openNpz(source);
    const { data, shape } = archive.read("data");
    if (shape.length !== 2 || shape[1] !== 3)
      throw new RangeError(`ncedc: data must be [sample, 3], got [${shape.join(", ")}] in ${file}`);
    const number = (name: string) => Number(archive.read(name).data[0]);
    const channels = String(archive.read("channels").data[0]);
    return {
      file,
      name: `${station}.${network}_${stamp}${more === "" ? "" : `_${more}`}`,
      network,
      station,
      time: secondsOf(stamp),
      channels,
      data: ordered(Float64Array.from(data as ArrayLike<number>, Number), channels, file),
      p: number("itp"),
      s: number("its"),
    };
  } finally {
    source.close();
  }
}

/** YYYYMMDDhhmm and hundredths of a second. */
function secondsOf(stamp: string): number {
  const [year, month, day, hour, minute] = [
    [0, 4],
    [4, 6],
    [6, 8],
    [8, 10],
    [10, 12],
  ].map(([a, b]) => Number(stamp.slice(a, b)));
  return Date.UTC(year!, month! - 1, day, hour, minute) / 1000 + Number(stamp.slice(12)) / 100;
}

/** Channels to E, N, Z; a vertical alone keeps the zeros that upstream put before it. */
function ordered(data: Float64Array, channels: string, file: string): Float64Array {
  const codes = channels.split("_");
  if (codes.length === 1) {
    if (data.some((v, i) => i % 3 !== 2 && v !== 0))
      throw new RangeError(`ncedc: one channel must leave the others zero, got more in ${file}`);
    return data;
  }
  const letters = codes.map((code) => code.slice(-1));
  const places = ["E", "N", "Z"].map((letter) => letters.indexOf(letter));
  if (codes.length !== 3 || places.includes(-1))
    throw new RangeError(`ncedc: channels must end in E, N and Z, got ${channels} in ${file}`);
  return data.map((_, i) => data[i - (i % 3) + places[i % 3]!]!);
}

/** Samples [from, to). */
export const rows = (data: Float64Array, from: number, to: number) =>
  data.slice(3 * Math.max(0, from), 3 * to);

/** Samples that are zero on all channels, at the front and at the end. */
export function padding(data: Float64Array): { readonly front: number; readonly back: number } {
  const first = data.findIndex((v) => v !== 0);
  const last = data.findLastIndex((v) => v !== 0);
  return { front: Math.floor(first / 3), back: data.length / 3 - 1 - Math.floor(last / 3) };
}

/** Signal-to-noise ratio of each channel, dB: 20 log10 of the 95th percentiles of |x|, 5 s from S over 5 s before P; NaN for a dead one. */
export function snr(data: Float64Array, p: number, s: number): number[] {
  return [0, 1, 2].map((channel) => {
    const sizes = (from: number, to: number) =>
      rows(data, from, to)
        .filter((_, i) => i % 3 === channel)
        .map(Math.abs);
    const [signal, before] = [percentile(sizes(s, s + 500), 0.95), percentile(sizes(p - 500, p), 0.95)];
    return signal > 0 && before > 0 ? 20 * Math.log10(signal / before) : Number.NaN;
  });
}

/** Linear between the neighbours, with NumPy's rounding. */
function percentile(values: Float64Array, q: number): number {
  const sorted = values.sort();
  const at = (sorted.length - 1) * q;
  const below = Math.floor(at);
  const [a, b, t] = [sorted[below]!, sorted[Math.min(below + 1, sorted.length - 1)]!, at - below];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}

/** A record of PhaseNet's repository whole: 90 s at 100 Hz, P at 30 s, the analyst's P and S, and `unlabelled` where it holds an arrival that nobody
 *  labelled. The STEAD layout of the same records (`stead/ncedc-110.hdf5`) has windows of 60 s of them.
 *  @param path As from `data.find("picking/phasenet-train/BG_ACR_2012082505145960.npz")`.
 *  @returns Recording with the attributes network_code, receiver_code, channels, source_file, zero_front, zero_back.
 *  @throws RangeError if the file is damaged or not such a record. */
export function phasenetRecord(path: string): Recording {
  const record = npz(path);
  const { front, back } = padding(record.data);
  const quake = quakeIn(record);
  return {
    name: record.name,
    waveform: { data: Float32Array.from(record.data), shape: [record.data.length / 3, 3] },
    dt: 0.01,
    p: record.p,
    s: record.s,
    attributes: {
      network_code: record.network,
      receiver_code: record.station,
      channels: record.channels,
      source_file: record.file,
      zero_front: front,
      zero_back: back,
      ...(quake ? { unlabelled: [...quake] } : {}),
    },
  };
}
