// Crops of generated sections in units of the noise, as the networks of notebooks 01 and 02 see them.
import { type Grid, type Rng, rng } from "../../core/index.js";
import { synthetic } from "../../data/index.js";

/** Sections of one seed, made when first asked for and kept.
 *  @param count How many.
 *  @param seed Of all of them.
 *  @returns The section of a number, [128, 128], largest magnitude 1. */
export function sectionPool(
  count: number,
  seed: number,
  options: { readonly textures?: boolean; readonly rough?: boolean } = {},
): (i: number) => Grid {
  const pool: (Grid | undefined)[] = new Array(count).fill(undefined);
  const root = rng(seed).fork("sections");
  return (i) => (pool[i] ??= synthetic.section(root.fork(`${i}`), options));
}

/** A square crop, scaled to a drawn peak amplitude in units of the noise: log10 A uniform in .4 to 1.5 (three quarters) or 1.5 to 2.4; drawn sign and, if
 *  wanted, one of the eight orientations.
 *  @param section [nt, nx]. @param size Samples a side.
 *  @param turn Also transposed; else only mirrored along x and t.
 *  @returns [size, size], a new array. */
export function drawCrop(section: Grid, size: number, rng: Rng, turn: boolean): Float32Array {
  const [nt, nx] = section.shape as [number, number];
  const [t0, x0] = [rng.integer(0, nt - size + 1), rng.integer(0, nx - size + 1)];
  const exponent = rng.uniform() < 0.75 ? rng.uniform(0.4, 1.5) : rng.uniform(1.5, 2.4);
  const scale = (rng.uniform() < 0.5 ? -1 : 1) * Math.exp(exponent * Math.LN10);
  const [flipT, flipX, swap] = [rng.uniform() < 0.5, rng.uniform() < 0.5, turn && rng.uniform() < 0.5];
  const out = new Float32Array(size * size);
  for (let t = 0; t < size; t++)
    for (let x = 0; x < size; x++) {
      const row = t0 + (flipT ? size - 1 - t : t);
      const column = x0 + (flipX ? size - 1 - x : x);
      out[swap ? x * size + t : t * size + x] = scale * section.data[row * nx + column]!;
    }
  return out;
}
