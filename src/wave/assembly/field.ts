// Sweeps over a window of a field that are no time step.
import { add, all, at, mul, put } from "./vector";

/** Sets |u| < limit to zero and tells where the rest is.
 *  @param box [4] int32: first and last row, first and last byte of a row that are not zero; untouched where all is zero. */
export function flush(u: usize, line: usize, width: usize, rows: i32, limit: f32, box: usize): void {
  const least = all(limit);
  let z0 = load<i32>(box);
  let z1 = load<i32>(box, 4);
  let x0 = load<i32>(box, 8);
  let x1 = load<i32>(box, 12);
  for (let z = 0; z < rows; z++) {
    let from = -1;
    let to = -1;
    for (let x: usize = 0; x < width; x += 16) {
      const v = at(u + x);
      const kept = v128.and(v, f32x4.ge(f32x4.abs(v), least));
      put(u + x, kept);
      if (v128.any_true(kept)) {
        if (from < 0) from = x as i32;
        to = x as i32;
      }
    }
    if (from >= 0) {
      if (z < z0) z0 = z;
      z1 = z;
      if (from < x0) x0 = from;
      if (to > x1) x1 = to;
    }
    u += line;
  }
  store<i32>(box, z0);
  store<i32>(box, z1, 4);
  store<i32>(box, x0, 8);
  store<i32>(box, x1, 12);
}

/** into += x y. */
export function image(into: usize, x: usize, y: usize, lineX: usize, lineY: usize, width: usize, rows: i32): void {
  for (let z = 0; z < rows; z++) {
    for (let i: usize = 0; i < width; i += 16) put(into + i, add(at(into + i), mul(at(x + i), at(y + i))));
    into += lineX;
    x += lineX;
    y += lineY;
  }
}
