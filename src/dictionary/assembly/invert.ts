// Inverse of a float64 matrix by Gauss-Jordan elimination with row pivots.

/** Inverts A [n, n] in place, n even.
 *  @param swaps [n] int32, work.
 *  @returns 0 where A is singular. */
export function invert(a: usize, n: i32, swaps: usize): i32 {
  const width = (n as usize) << 3;
  for (let k = 0; k < n; k++) {
    const row = a + (k as usize) * width;
    const column = (k as usize) << 3;
    let best: f64 = 0;
    let from = k;
    for (let i = k; i < n; i++) {
      const x = Math.abs(load<f64>(a + (i as usize) * width + column));
      if (x > best) {
        best = x;
        from = i;
      }
    }
    if (!(best > 0)) return 0;
    store<i32>(swaps + ((k as usize) << 2), from);
    if (from != k) {
      const other = a + (from as usize) * width;
      for (let i: usize = 0; i < width; i += 16) {
        const x = v128.load(row + i);
        v128.store(row + i, v128.load(other + i));
        v128.store(other + i, x);
      }
    }
    const scale = 1 / load<f64>(row + column);
    store<f64>(row + column, 1);
    const s = f64x2.splat(scale);
    for (let i: usize = 0; i < width; i += 16) v128.store(row + i, f64x2.mul(v128.load(row + i), s));
    // the rows two at a time, so that the pivot row is read once for both
    for (let r = 0; r < n; r += 2) {
      if ((r ^ k) < 2) {
        if (r == k) subtract(a + ((r + 1) as usize) * width, row, column, width);
        else subtract(a + (r as usize) * width, row, column, width);
        continue;
      }
      const one = a + (r as usize) * width;
      const two = one + width;
      const f = f64x2.splat(load<f64>(one + column));
      const g = f64x2.splat(load<f64>(two + column));
      store<f64>(one + column, 0);
      store<f64>(two + column, 0);
      for (let i: usize = 0; i < width; i += 16) {
        const x = v128.load(row + i);
        v128.store(one + i, f64x2.sub(v128.load(one + i), f64x2.mul(f, x)));
        v128.store(two + i, f64x2.sub(v128.load(two + i), f64x2.mul(g, x)));
      }
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    const from = load<i32>(swaps + ((k as usize) << 2));
    if (from == k) continue;
    const one = (k as usize) << 3;
    const two = (from as usize) << 3;
    for (let i = 0; i < n; i++) {
      const row = a + (i as usize) * width;
      const x = load<f64>(row + one);
      store<f64>(row + one, load<f64>(row + two));
      store<f64>(row + two, x);
    }
  }
  return 1;
}

@inline
function subtract(other: usize, row: usize, column: usize, width: usize): void {
  const f = f64x2.splat(load<f64>(other + column));
  store<f64>(other + column, 0);
  for (let i: usize = 0; i < width; i += 16)
    v128.store(other + i, f64x2.sub(v128.load(other + i), f64x2.mul(f, v128.load(row + i))));
}
