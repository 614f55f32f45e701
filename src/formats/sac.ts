// SAC: one seismogram a file, binary, versions 6 and 7, both byte orders.
import { joinBytes, numberBytes, readNumbers } from "./numbers.js";
import {
  readSacHeader,
  type SacHeader,
  type SacNumber,
  sacFooter,
  sacHeaderBytes,
  sacHeaderOf,
} from "./sac-header.js";
import { type Input, sourceOf } from "./source.js";
import { secondsOf } from "./time.js";

/** A seismogram of a SAC file. */
export interface Sac {
  /** Header fields by SAC's names; undefined ones are left out. In version 7 those that it keeps as float64 are so. */
  readonly header: SacHeader;
  /** Samples, shape [npts]: the amplitudes; of a spectrum its real part or amplitude. */
  readonly data: Float32Array;
  /** The second component of a spectrum (imaginary part or phase) or of unevenly sampled data (the times). */
  readonly second?: Float32Array;
  /** NET.STA.LOC.CHA from knetwk, kstnm, khole and kcmpnm; empty where undefined. */
  readonly id: string;
  /** Time of the first sample, seconds since 1970; undefined where the header holds no date. */
  readonly start?: number;
  /** Sample interval, s. */
  readonly dt: number;
  readonly isLittle: boolean;
  /** Bytes of the header, 632, and of the footer of version 7, 176: unused fields and blanks are written back from these. */
  readonly raw: { readonly header: Uint8Array; readonly footer: Uint8Array };
}

const footerBytes = 176;

function hasSecond(header: SacHeader): boolean {
  return header.iftype === 2 || header.iftype === 3 || header.leven === 0;
}

function startOf(header: SacHeader): number | undefined {
  const { nzyear, nzjday, nzhour, nzmin, nzsec, nzmsec, b } = header;
  const parts = [nzyear, nzjday, nzhour, nzmin, nzsec, nzmsec];
  if (parts.some((part) => part === undefined)) return undefined;
  const start = secondsOf(
    nzyear!,
    nzjday!,
    nzhour! * 3600 + nzmin! * 60 + nzsec! + nzmsec! / 1000 + (b ?? 0),
  );
  return Number.isFinite(start) ? start : undefined;
}

/** Reads a SAC file.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @param options.samples Only samples [first, end). Default: all. `header.npts` and `start` stay those of the file.
 *  @returns Header and samples.
 *  @throws RangeError if it is not a SAC file of version 6 or 7, or its length is not the one its header promises.
 *  @see SAC users' manual, "SAC data file format". */
export function readSac(
  input: Input,
  options: { readonly samples?: readonly [first: number, end: number] } = {},
): Sac {
  const source = sourceOf("readSac", input);
  if (source.size < sacHeaderBytes)
    throw new RangeError(`readSac: a SAC file must have at least 632 bytes, got ${source.size}`);
  const raw = source.read(0, sacHeaderBytes).slice();
  const view = new DataView(raw.buffer);
  const versions = [true, false].map((isLittle) => view.getInt32(304, isLittle));
  const order = versions.findIndex((version) => version === 6 || version === 7);
  if (order < 0)
    throw new RangeError(`readSac: the header version must be 6 or 7, got ${versions[1]} (byte 304)`);
  const isLittle = order === 0;
  const isSeven = versions[order] === 7;
  let header = readSacHeader(raw, isLittle);
  const npts = header.npts ?? -1;
  const parts = hasSecond(header) ? 2 : 1;
  const size = sacHeaderBytes + parts * 4 * npts + (isSeven ? footerBytes : 0);
  if (npts < 0 || size !== source.size)
    throw new RangeError(
      `readSac: a file of npts = ${npts} in ${parts} part${parts > 1 ? "s" : ""} must have ${size} bytes, got ${source.size}`,
    );
  const footer = isSeven ? source.read(size - footerBytes, footerBytes).slice() : new Uint8Array(0);
  if (isSeven) {
    const doubles = readNumbers(source, size - footerBytes, sacFooter.length, "f8", isLittle);
    const wide: { [name in SacNumber]?: number } = {};
    for (const [i, name] of sacFooter.entries()) if (doubles[i] !== -12345) wide[name] = doubles[i]!;
    header = { ...header, ...wide };
  }
  const [first, end] = options.samples ?? [0, npts];
  if (!Number.isInteger(first) || !Number.isInteger(end) || first < 0 || first > end || end > npts)
    throw new RangeError(`readSac: samples must lie in [0, ${npts}], got ${first} to ${end}`);
  const part = (i: number) =>
    readNumbers(source, sacHeaderBytes + 4 * (i * npts + first), end - first, "f4", isLittle);
  const start = startOf(header);
  return {
    header,
    data: part(0),
    ...(parts === 2 ? { second: part(1) } : {}),
    id: [header.knetwk, header.kstnm, header.khole, header.kcmpnm]
      .map((name) => name?.trim() ?? "")
      .join("."),
    ...(start === undefined ? {} : { start }),
    dt: header.delta ?? 0,
    isLittle,
    raw: { header: raw, footer },
  };
}

/** Writes a SAC file. What readSac gave goes back to the same bytes.
 *
 *  @param sac Samples and header. `npts` is set to their number; where the header lacks them, nvhdr = 6, iftype = 1
 *    (time series), leven = 1, b = 0, e, depmin, depmax and depmen are made from the samples. All else stays as given:
 *    after changing samples, leave depmin, depmax, depmen and e out of the header to have them made anew.
 *  @param options.isLittle Byte order. Default: as `sac.isLittle`, else true.
 *  @returns The file's bytes.
 *  @throws RangeError if delta is missing, or a field does not fit. */
export function writeSac(
  sac: Pick<Sac, "data" | "header"> & Partial<Pick<Sac, "second" | "isLittle" | "raw">>,
  options: { readonly isLittle?: boolean } = {},
): Uint8Array {
  const { data, second } = sac;
  const isLittle = options.isLittle ?? sac.isLittle ?? true;
  const given = sac.header;
  if (given.delta === undefined || !(given.delta > 0))
    throw new RangeError(`writeSac: header.delta, the sample interval, must be > 0, got ${given.delta}`);
  const b = given.b ?? 0;
  const header: SacHeader = {
    nvhdr: 6,
    iftype: 1,
    leven: 1,
    ...summary(data),
    b,
    e: b + Math.max(0, data.length - 1) * given.delta,
    ...given,
    npts: data.length,
  };
  if (hasSecond(header) !== (second !== undefined) || (second && second.length !== data.length))
    throw new RangeError(
      `writeSac: a second component of ${data.length} samples must go with iftype 2 or 3 or leven 0, got iftype ${header.iftype}, leven ${header.leven} and ${second?.length ?? "none"}`,
    );
  if (header.nvhdr !== 6 && header.nvhdr !== 7)
    throw new RangeError(`writeSac: nvhdr must be 6 or 7, got ${header.nvhdr}`);
  const like = sac.raw && isLittle === sac.isLittle ? sac.raw : undefined;
  const short = Object.fromEntries(
    Object.entries(header).map(([name, value]) => {
      const isWide =
        typeof value === "number" && header.nvhdr === 7 && (sacFooter as string[]).includes(name);
      return [name, isWide ? Math.fround(value) : value];
    }),
  ) as SacHeader;
  const pieces = [sacHeaderOf(short, isLittle, like?.header), numberBytes(data, isLittle)];
  if (second) pieces.push(numberBytes(second, isLittle));
  if (header.nvhdr === 7) pieces.push(footerOf(header, isLittle, like?.footer));
  return joinBytes(pieces);
}

function footerOf(header: SacHeader, isLittle: boolean, like?: Uint8Array): Uint8Array {
  const footer =
    like?.length === footerBytes ? like.slice() : numberBytes(new Float64Array(22).fill(-12345), isLittle);
  const view = new DataView(footer.buffer);
  for (const [i, name] of sacFooter.entries()) view.setFloat64(8 * i, header[name] ?? -12345, isLittle);
  return footer;
}

function summary(data: Float32Array): SacHeader {
  if (data.length === 0) return {};
  let [low, high, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of data) {
    low = Math.min(low, value);
    high = Math.max(high, value);
    sum += value;
  }
  return { depmin: low, depmax: high, depmen: sum / data.length };
}
