// Reads seismograms in the layout of STEAD: an HDF5 file with a group "data", one data set a trace, metadata as its attributes.
import { openHdf5 } from "./hdf5.js";
import { nearest } from "./nearest.js";
import type { Recording } from "./recording.js";
import { type SteadAttributes, steadAttributes } from "./stead-attributes.js";

export { write } from "./stead-write.js";

/** A STEAD file open for reading; traces are read one at a time. Call `close` when done. */
export interface SteadFile {
  readonly path: string;
  /** Trace names, in the file's order. */
  readonly names: readonly string[];
  /** Attributes of a trace, without its samples. @throws RangeError with the nearest names if there is no such trace. */
  attributes(name: string): SteadAttributes;
  /** A trace with its attributes. @throws RangeError as `attributes`; Error if it is damaged or not [sample, 3]. */
  read(name: string): Recording;
  /** Closes the file; twice is once. */
  close(): void;
}

const dt = 0.01; // STEAD is sampled at 100 Hz throughout
const longest = 256 * 2 ** 20; // bytes of one trace: two days of three components

/** Opens a file in STEAD's layout.
 *
 *  @param path Path of the file, as from `data.find("stead/ncedc-110.hdf5")`.
 *  @returns Its traces; nothing but their names is read yet.
 *  @throws Error if the file is missing, is not HDF5, is damaged or has no group "data".
 *  @see Mousavi et al. (2019), doi:10.1109/ACCESS.2019.2947848. */
export async function open(path: string): Promise<SteadFile> {
  const file = await openHdf5(path);
  const names = file.members("data");
  if (names === undefined) {
    const there = file.members("/") ?? [];
    file.close();
    throw new Error(
      `stead.open: the file must have a group "data", got ${there.slice(0, 5).join(", ") || "none"} in ${path}`,
    );
  }
  const known = new Set(names);
  const place = (call: string, name: string) => {
    if (!known.has(name))
      throw new RangeError(
        `stead.${call}: the trace must be one of ${names.length}, got "${name}"${nearest(name, names)}`,
      );
    return `data/${name}`;
  };
  const attributes = (name: string) => steadAttributes(file.attributes(place("attributes", name)));
  return {
    path,
    names,
    attributes,
    read(name) {
      const { data, shape } = file.read(place("read", name), { limit: longest });
      if (shape.length !== 2 || shape[1] !== 3)
        throw new Error(
          `stead.read: a trace must have the shape [sample, 3], got [${shape.join(", ")}] in "${name}"`,
        );
      const about = attributes(name);
      const samples =
        data instanceof Float32Array ? data : Float32Array.from(data as ArrayLike<number>, Number);
      return {
        name,
        waveform: { data: samples, shape },
        dt,
        p: about.p_arrival_sample,
        s: about.s_arrival_sample,
        attributes: about,
      };
    },
    close: () => file.close(),
  };
}

/** Attributes of all traces of a file, rows for `data.frame` or `show.table`.
 *  @param path Path of the file.
 *  @returns One record a trace, in the file's order. */
export async function attributes(path: string): Promise<SteadAttributes[]> {
  const file = await open(path);
  try {
    return file.names.map((name) => file.attributes(name));
  } finally {
    file.close();
  }
}
