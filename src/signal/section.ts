// What counts as a section in this room, and how its traces are reached.
import type { Grid } from "../core/index.js";

/** Numbers of a section: single or double precision; results have the input's. */
export type Reals = Float32Array | Float64Array;

/** Throws unless `section` is [nt, nx] of float32 or float64, and returns both. */
export function requireSection(name: string, section: Grid<Reals>): readonly [number, number] {
  const { shape, data } = section;
  if (!(data instanceof Float32Array || data instanceof Float64Array))
    throw new TypeError(
      `${name}: a section must hold float32 or float64, got ${(data as object)?.constructor.name}`,
    );
  const [nt = 0, nx = 0] = shape;
  if (shape.length !== 2 || nt * nx !== data.length || data.length === 0)
    throw new RangeError(`${name}: a section must be [nt, nx] of its ${data.length} values, got [${shape}]`);
  return [nt, nx];
}

/** Zeros of the same precision. */
export function like<T extends Reals>(data: T, length: number = data.length): T {
  return (data instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T;
}

/** Applies a filter of one trace to each trace of a section, y(:, x) = f(s(:, x)).
 *
 *  @param section [nt, nx]; unchanged.
 *  @param filter Takes a trace, shape [nt], float64, and its number; gives one of the same length,
 *    e.g. `(trace) => bandpass(trace, [5, 60], dt)`.
 *  @returns New section.
 *  @throws RangeError if the filter's result has another length. */
export function eachTrace<T extends Reals>(
  section: Grid<T>,
  filter: (trace: Float64Array, x: number) => ArrayLike<number>,
): Grid<T> {
  const [nt, nx] = requireSection("eachTrace", section);
  const data = like(section.data);
  for (let x = 0; x < nx; x++) {
    const made = filter(
      Float64Array.from({ length: nt }, (_, t) => section.data[t * nx + x]!),
      x,
    );
    if (made.length !== nt)
      throw new RangeError(`eachTrace: the filter must return ${nt} samples, got ${made.length}`);
    for (let t = 0; t < nt; t++) data[t * nx + x] = made[t]!;
  }
  return { data, shape: [nt, nx] };
}

/** Index of the sample that stands for i outside 0 .. n - 1: mirrored with the edge sample repeated ("half", d c b a | a b c d | d c b a)
 *  or not ("whole", d c b | a b c d | c b a). */
export function mirrored(i: number, n: number, kind: "half" | "whole"): number {
  if (n === 1) return 0;
  const period = kind === "half" ? 2 * n : 2 * n - 2;
  const k = ((i % period) + period) % period;
  return k < n ? k : (kind === "half" ? 2 * n - 1 : 2 * n - 2) - k;
}
