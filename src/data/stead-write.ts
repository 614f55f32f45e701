// Writes seismograms in the layout of STEAD: an HDF5 file with the waveforms, a table of their attributes beside it.
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { csvField } from "./csv-field.js";
import type { AttributeValue } from "./hdf5.js";
import { type Hdf5Attribute, writeHdf5 } from "./hdf5-write.js";
import type { Recording } from "./recording.js";
import { steadColumns } from "./stead-attributes.js";

/** Writes STEM.hdf5 and STEM.csv, which `stead.open`, SeisBench and EQTransformer read.
 *
 *  The HDF5 file has a group "data", one float32 data set [sample, 3] a record, and as its attributes STEAD's 35 columns (numbers
 *  as 64-bit floats, "" for what is not known) and whatever else the record's attributes hold (whole numbers as integers). The table has
 *  STEAD's columns, one row a record. The same records give the same bytes.
 *
 *  @param stem Path without suffix.
 *  @param recordings Records at 100 Hz, channels E, N, Z; each is taken when the one before is written. Their name, `p` and `s` stand
 *    for trace_name and the arrivals.
 *  @returns Paths of both files.
 *  @throws RangeError if a record is not [sample, 3], not at 100 Hz, or has another's name; Error as HDF5 or the file system says it.
 *  @see Mousavi et al. (2019), doi:10.1109/ACCESS.2019.2947848. */
export async function write(
  stem: string,
  recordings: Iterable<Recording>,
): Promise<{ readonly hdf5: string; readonly csv: string }> {
  const [hdf5, csv] = [`${stem}.hdf5`, `${stem}.csv`];
  const lines: string[] = [`${steadColumns.join(",")}\n`];
  const names = new Set<string>();
  function* contents() {
    for (const record of recordings) {
      requireStead(record, names);
      const known: Readonly<Record<string, AttributeValue | undefined>> = {
        ...record.attributes,
        trace_name: record.name,
        p_arrival_sample: record.p,
        s_arrival_sample: record.s,
      };
      lines.push(`${steadColumns.map((column) => cell(known[column])).join(",")}\n`);
      yield { name: record.name, values: record.waveform, attributes: attributesOf(known) };
    }
  }
  await writeHdf5(hdf5, "data", contents());
  const draft = `${csv}.partial`;
  try {
    writeFileSync(draft, lines.join(""));
    renameSync(draft, csv);
  } finally {
    rmSync(draft, { force: true });
  }
  return { hdf5, csv };
}

function requireStead({ name, waveform, dt }: Recording, names: Set<string>): void {
  const { data, shape } = waveform;
  if (shape.length !== 2 || shape[1] !== 3 || data.length !== shape[0]! * 3)
    throw new RangeError(
      `stead.write: a record must have the shape [sample, 3], got [${shape.join(", ")}] and ${data.length} samples in "${name}"`,
    );
  if (Math.abs(dt - 0.01) > 1e-9)
    throw new RangeError(
      `stead.write: a record must be at 100 Hz, got ${1 / dt} Hz in "${name}"; resample it first`,
    );
  if (name === "" || name.includes("/") || names.has(name))
    throw new RangeError(`stead.write: names must differ and hold no "/", got "${name}"`);
  names.add(name);
}

function attributesOf(
  known: Readonly<Record<string, AttributeValue | undefined>>,
): Record<string, Hdf5Attribute> {
  const columns = new Set<string>(steadColumns);
  const own = steadColumns.map((name): [string, Hdf5Attribute] => [name, plain(known[name] ?? "")]);
  const more = Object.entries(known).flatMap(([name, value]): [string, Hdf5Attribute][] =>
    columns.has(name) || value === undefined ? [] : [[name, whole(value)]],
  );
  return Object.fromEntries([...own, ...more]);
}

const isNumbers = (value: readonly (number | string | boolean)[]): value is readonly number[] =>
  value.every((v) => typeof v === "number");

/** Lists that hold text become text, as STEAD itself writes lists in places. */
function plain(value: AttributeValue): Hdf5Attribute {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (typeof value !== "object") return value;
  return isNumbers(value) ? value : value.join(" ");
}

function whole(value: AttributeValue): Hdf5Attribute {
  const stored = plain(value);
  if (typeof stored === "number") return Number.isSafeInteger(stored) ? BigInt(stored) : stored;
  if (typeof stored !== "object" || stored.length === 0) return stored;
  const list = stored as readonly number[];
  return list.every((v) => Number.isSafeInteger(v)) ? list.map(BigInt) : list;
}

/** A cell as STEAD's table has it: 700.0, [56.8000 55.4000 47.4000], nothing. */
function cell(value: AttributeValue | undefined): string {
  if (value === undefined) return "";
  if (typeof value === "number") return decimal(value);
  if (typeof value === "object")
    return `[${value.map((v) => (typeof v === "number" ? (Number.isNaN(v) ? "nan" : v.toFixed(4)) : v)).join(" ")}]`;
  return csvField(String(value));
}

const decimal = (value: number) => (Number.isInteger(value) ? value.toFixed(1) : String(value));
