// Writes HDF5 files: data sets of numbers, compressed, with attributes. The same content gives the same bytes.
import { renameSync, rmSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { guarded, load, opening } from "./hdf5-library.js";

/** What an attribute may be: numbers are 64-bit floats, bigints 64-bit integers, text is UTF-8 of any length. */
export type Hdf5Attribute = number | bigint | string | readonly number[] | readonly bigint[];

/** A data set to write. */
export interface Hdf5Content {
  readonly name: string;
  readonly values: Grid;
  readonly attributes: Readonly<Record<string, Hdf5Attribute>>;
}

/** Writes a file with one group of data sets, each one chunk, packed by gzip.
 *
 *  @param path Path of the file; it appears whole or not at all.
 *  @param group Name of the group, e.g. "data".
 *  @param contents Data sets; each is taken when the one before is written.
 *  @throws Error as HDF5 or the file system says it. */
export async function writeHdf5(path: string, group: string, contents: Iterable<Hdf5Content>): Promise<void> {
  const h5 = await load();
  const draft = `${path}.partial`;
  rmSync(draft, { force: true });
  try {
    const file = opening(draft, () => new h5.File(draft, "w", { libver: ["earliest", "v110"] }));
    if (file.file_id <= 0n) throw new Error(`hdf5: ${draft}: the file cannot be written`);
    try {
      const into = guarded(draft, () => file.create_group(group));
      for (const { name, values, attributes } of contents)
        atTimeZero(() =>
          guarded(`${draft}, ${group}/${name}`, () => {
            const shape = [...values.shape];
            const set = into.create_dataset({
              name,
              data: values.data,
              shape,
              ...(values.data.length > 0
                ? { chunks: shape, compression: "gzip" as const, compression_opts: 9 }
                : {}),
            });
            for (const [key, value] of Object.entries(attributes)) {
              const { data, shape } = stored(value);
              set.create_attribute(key, data, shape);
            }
          }),
        );
    } finally {
      guarded(draft, () => file.close());
    }
    renameSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
}

function stored(value: Hdf5Attribute): {
  readonly data: string | Float64Array | BigInt64Array;
  readonly shape: number[] | null;
} {
  if (typeof value === "string") return { data: value, shape: null };
  if (typeof value === "number") return { data: Float64Array.of(value), shape: [] };
  if (typeof value === "bigint") return { data: BigInt64Array.of(value), shape: [] };
  if (value.length > 0 && value.every((v) => typeof v === "bigint"))
    return { data: BigInt64Array.from(value as readonly bigint[]), shape: [value.length] };
  return { data: Float64Array.from(value as readonly number[]), shape: [value.length] };
}

/** The library stamps each data set with the time; without it the same content gives the same checksum. */
function atTimeZero(work: () => void): void {
  const { now } = Date;
  Date.now = () => 0;
  try {
    work();
  } finally {
    Date.now = now;
  }
}
