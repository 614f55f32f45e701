// The post-stack sections of the denoising and interpolation protocols.
import { readFileSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { find } from "./find.js";

/** Float32 numbers of a file of exactly that length. */
function numbers(name: string, count: number): Float32Array {
  const bytes = readFileSync(find(`poststack/aaspip/${name}`));
  if (bytes.length !== 4 * count)
    throw new Error(`data.poststack: ${name} must hold ${count} float32, got ${bytes.length} bytes`);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** [nt, nx] of traces that lie one after the other. */
function section(traces: Float32Array, nt: number): Grid {
  const nx = traces.length / nt;
  const data = new Float32Array(traces.length);
  for (let x = 0; x < nx; x++) for (let t = 0; t < nt; t++) data[t * nx + x] = traces[x * nt + t]!;
  return { data, shape: [nt, nx] };
}

/** An inline of real3d: flat layers, a few strong events.
 *  @param inline 0 .. 9; default 5, the protocols' "middle".
 *  @returns [300, 100], in the file's amplitudes.
 *  @throws RangeError for another inline; Error with both cures where the file is not on this machine. */
export function real3d(inline = 5): Grid {
  if (!Number.isInteger(inline) || inline < 0 || inline > 9)
    throw new RangeError(`data.poststack.real3d: the inline must be a whole number in 0 .. 9, got ${inline}`);
  return section(numbers("real3d.bin", 300_000).slice(30_000 * inline, 30_000 * (inline + 1)), 300);
}

/** masha_field: a field section with steep dips.
 *  @returns [800, 1000], in the file's amplitudes.
 *  @throws Error with both cures where the file is not on this machine. */
export function masha(): Grid {
  return section(numbers("masha_field_800_1000.bin", 800_000), 800);
}
