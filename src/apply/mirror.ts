// Sections mirrored at their edges, turned round and cut back.
import type { Grid } from "../core/index.js";

/** Which sample of an axis stands where once it has a mirrored rim; the edge itself is not repeated.
 *  @param n Length of the axis. @param rim Samples on each side at least. @param multiple The new length divides by it. */
export function mirrorPlaces(n: number, rim: number, multiple: number): Int32Array {
  const length = Math.ceil((n + 2 * rim) / multiple) * multiple;
  const period = Math.max(1, 2 * (n - 1));
  return Int32Array.from({ length }, (_, i) => {
    const k = (((i - rim) % period) + period) % period;
    return Math.min(k, period - k, n - 1);
  });
}

/** Puts a mirrored rim round a section; the edge itself is not repeated.
 *
 *  @param section [nt, nx].
 *  @param rim Samples at least on each side, >= 0.
 *  @param multiple Both sides of the result divide by it; what that takes is added below and to the right.
 *  @returns [nt + 2 rim + .., nx + 2 rim + ..]; where the rim is longer than the section it goes to and fro. */
export function mirrored(section: Grid, rim: number, multiple: number): Grid {
  const [nt, nx] = section.shape as [number, number];
  const [rows, columns] = [mirrorPlaces(nt, rim, multiple), mirrorPlaces(nx, rim, multiple)];
  const data = new Float32Array(rows.length * columns.length);
  for (let t = 0, i = 0; t < rows.length; t++)
    for (let x = 0; x < columns.length; x++, i++) data[i] = section.data[rows[t]! * nx + columns[x]!]!;
  return { data, shape: [rows.length, columns.length] };
}

/** The inside of `mirrored`: [nt, nx] from row and column `rim` on. */
export function withoutRim({ data, shape }: Grid, rim: number, nt: number, nx: number): Grid {
  const across = shape[1]!;
  const out = new Float32Array(nt * nx);
  for (let t = 0; t < nt; t++)
    out.set(data.subarray((t + rim) * across + rim, (t + rim) * across + rim + nx), t * nx);
  return { data: out, shape: [nt, nx] };
}

/** Times a factor, and read backwards along t, along x, or both.
 *  @returns A new section. */
export function turned({ data, shape }: Grid, alongT: boolean, alongX: boolean, factor: number): Grid {
  const [nt, nx] = shape as [number, number];
  const out = new Float32Array(nt * nx);
  for (let t = 0; t < nt; t++) {
    const row = (alongT ? nt - 1 - t : t) * nx;
    for (let x = 0; x < nx; x++) out[t * nx + x] = factor * data[row + (alongX ? nx - 1 - x : x)]!;
  }
  return { data: out, shape: [nt, nx] };
}
