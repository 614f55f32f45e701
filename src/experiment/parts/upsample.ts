// Twice as fine a grid whose even points are the old ones: what a prediction on the finer grid must beat.
import type { Grid } from "../../core/index.js";

/** A line of n values to 2n: even places are the old values, odd ones lie halfway; the last one beyond the line is extrapolated linearly. */
function doubled(line: Float64Array, method: "linear" | "cubic"): Float64Array {
  const n = line.length;
  const at = (i: number): number => {
    if (i < 0) return 2 * line[0]! - line[1]!;
    return i < n ? line[i]! : line[n - 1]! + (i - n + 1) * (line[n - 1]! - line[n - 2]!);
  };
  return Float64Array.from({ length: 2 * n }, (_, j) => {
    const i = j >> 1;
    if (j % 2 === 0) return at(i);
    if (method === "linear") return (at(i) + at(i + 1)) / 2;
    return (9 * (at(i) + at(i + 1)) - at(i - 1) - at(i + 2)) / 16;
  });
}

/** Fields on a grid twice as fine both ways, aligned: new point 2 i is old point i.
 *
 *  @param grid [.., n, n], n >= 2.
 *  @param method Between the points: "linear", or "cubic" through the four nearest.
 *  @returns [.., 2 n, 2 n]. */
export function upsampled(grid: Grid, method: "linear" | "cubic" = "cubic"): Grid {
  const n = grid.shape.at(-1)!;
  const count = grid.data.length / (n * n);
  const out = new Float32Array(4 * grid.data.length);
  const half = new Float64Array(2 * n * n);
  for (let f = 0; f < count; f++) {
    for (let x = 0; x < n; x++) {
      const column = Float64Array.from({ length: n }, (_, z) => grid.data[(f * n + z) * n + x]!);
      doubled(column, method).forEach((value, z) => {
        half[z * n + x] = value;
      });
    }
    for (let z = 0; z < 2 * n; z++)
      out.set(doubled(half.subarray(z * n, (z + 1) * n), method), (f * 2 * n + z) * 2 * n);
  }
  return { data: out, shape: [...grid.shape.slice(0, -2), 2 * n, 2 * n] };
}
