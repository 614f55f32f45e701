// NumPy archives: .npz files, stored or deflated, as named arrays.
import type { Grid } from "../core/grid.js";
import { type NpyArray, type NpyReadOptions, readNpy } from "./npy.js";
import { writeNpy } from "./npy-write.js";
import { openMember, type ZipMember, zipMembers } from "./npz-zip.js";
import { zipBytes } from "./npz-zip-write.js";
import { type Input, sourceOf } from "./source.js";

/** An open archive. */
export interface Npz {
  /** Names of the arrays, in the file's order. */
  readonly names: readonly string[];
  /** Reads one array. A whole array is checked against its checksum; rows of a stored one are read in place, unchecked.
   *  @throws RangeError if there is none of that name, or it is damaged. */
  read(name: string, options?: NpyReadOptions): NpyArray;
}

/** How to write an archive. */
export interface NpzWriteOptions {
  /** Deflate the arrays, as `numpy.savez_compressed`. Default false, as `numpy.savez`. */
  readonly isDeflated?: boolean;
}

/** Opens a NumPy archive; arrays are read when asked for.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @returns The archive.
 *  @throws RangeError if it is not a ZIP archive of .npy files. */
export function openNpz(input: Input): Npz {
  return openAs("openNpz", input);
}

function openAs(caller: string, input: Input): Npz {
  const source = sourceOf(caller, input);
  const members = new Map<string, ZipMember>();
  for (const member of zipMembers(caller, source)) {
    const name = member.name.replace(/\.npy$/, "");
    if (members.has(name))
      throw new RangeError(`${caller}: names must differ, got ${JSON.stringify(name)} twice`);
    members.set(name, member);
  }
  return {
    names: [...members.keys()],
    read(name, options) {
      const member = members.get(name);
      if (!member)
        throw new RangeError(
          `${caller}: the array must be one of ${[...members.keys()].join(", ")}, got ${JSON.stringify(name)}`,
        );
      return readNpy(openMember(caller, source, member, { isChecked: !options?.rows }), options);
    },
  };
}

/** Reads a NumPy archive.
 *
 *  @param input The file's bytes, or a source such as fileSource(path).
 *  @param names Arrays to read. Default: all.
 *  @returns The arrays by name, in the file's order.
 *  @throws RangeError if the file is not a ZIP archive of .npy files, is damaged, or lacks a name. */
export function readNpz(input: Input, names?: readonly string[]): ReadonlyMap<string, NpyArray> {
  const archive = openAs("readNpz", input);
  return new Map((names ?? archive.names).map((name) => [name, archive.read(name)]));
}

/** Writes a NumPy archive. Stored archives are byte for byte NumPy's own.
 *
 *  @param arrays By name: Grids, or what readNpy gave.
 *  @param options.isDeflated Pack them. Default false.
 *  @returns The file's bytes. */
export function writeNpz(
  arrays: ReadonlyMap<string, NpyArray> | Readonly<Record<string, Grid | Parameters<typeof writeNpy>[0]>>,
  options: NpzWriteOptions = {},
): Uint8Array {
  const entries = arrays instanceof Map ? [...arrays] : Object.entries(arrays);
  const members = entries.map(([name, array]) => [`${name}.npy`, writeNpy(array)] as const);
  return zipBytes("writeNpz", members, options.isDeflated ?? false);
}
