// The sections, noise and masks of the denoising and interpolation protocols.
import { type Grid, rng } from "../core/index.js";
import { poststack } from "../data/index.js";

/** Sections by name, divided by their largest magnitude. */
export type SectionName = "real3d" | "masha" | `real3d-${number}`;
/** Levels of noise by name. */
export type Level = "s25" | "snr0";

const made = new Map<string, Grid>();

function scaled({ data, shape }: Grid): Grid {
  const peak = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return { data: data.map((x) => x / peak), shape };
}

/** A part of a section.
 *  @param section [nt, nx].
 *  @param rows First row and their number.
 *  @param columns First column and their number.
 *  @returns A copy. */
export function partOf(
  section: Grid,
  [t0, nt]: readonly [number, number],
  [x0, nx]: readonly [number, number],
): Grid {
  const across = section.shape[1]!;
  const data = new Float32Array(nt * nx);
  for (let t = 0; t < nt; t++)
    data.set(section.data.subarray((t0 + t) * across + x0, (t0 + t) * across + x0 + nx), t * nx);
  return { data, shape: [nt, nx] };
}

/** A section of the protocols: "real3d", the middle inline, [300, 100]; "real3d-7", another one; "masha", the centre, [400, 256].
 *  @returns In -1 .. 1; kept, so do not change it.
 *  @throws Error where the file is not on this machine. */
export function protocolSection(name: SectionName): Grid {
  const known = made.get(name);
  if (known) return known;
  const section =
    name === "masha"
      ? partOf(poststack.masha(), [200, 400], [372, 256])
      : poststack.real3d(name === "real3d" ? 5 : Number(name.slice(7)));
  const result = scaled(section);
  made.set(name, result);
  return result;
}

/** Root of the mean square. */
export function rms({ data }: Grid): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]! * data[i]!;
  return Math.sqrt(sum / data.length);
}

/** Standard deviation of the noise of a level: 2 * 25 / 255 of the range, or as strong as the section. */
export const sigmaOf = (section: Grid, level: Level): number => (level === "s25" ? 50 / 255 : rms(section));

/** The section with noise, s + sigma n, n = NumPy's `default_rng(seed).standard_normal(s.shape)`. @returns New, [nt, nx]. */
export function withNoise(section: Grid, sigma: number, seed: number): Grid {
  const noise = rng.numpy(seed).standardNormal(section.shape);
  return { data: section.data.map((x, i) => x + sigma * noise[i]!), shape: section.shape };
}
