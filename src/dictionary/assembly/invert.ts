// Inverse of a float64 matrix by Gauss-Jordan elimination with row pivots, two pivots a sweep.

@inline
function at(row: usize, column: i32): usize {
  return row + ((column as usize) << 3);
}

function exchange(one: usize, two: usize, width: usize): void {
  for (let i: usize = 0; i < width; i += 16) {
    const x = v128.load(one + i);
    v128.store(one + i, v128.load(two + i));
    v128.store(two + i, x);
  }
}

/** row = row - f other, in full. */
function subtract(row: usize, other: usize, f: f64, width: usize): void {
  const g = f64x2.splat(f);
  for (let i: usize = 0; i < width; i += 16)
    v128.store(row + i, f64x2.sub(v128.load(row + i), f64x2.mul(g, v128.load(other + i))));
}

/** Makes row k the pivot row: divided by its pivot, in whose place 1 / pivot comes. */
function normalise(row: usize, k: i32, width: usize): void {
  const s = f64x2.splat(1 / load<f64>(at(row, k)));
  store<f64>(at(row, k), 1);
  for (let i: usize = 0; i < width; i += 16) v128.store(row + i, f64x2.mul(v128.load(row + i), s));
}

/** Takes pivot rows R (column k) and S (column k + 1) off rows r and r + 1, in one sweep over them. */
function sweep(row: usize, pivots: usize, k: i32, width: usize): void {
  const next = row + width;
  const second = pivots + width;
  const r = load<f64>(at(pivots, k + 1));
  const f0 = load<f64>(at(row, k));
  const f1 = load<f64>(at(next, k));
  const g0 = load<f64>(at(row, k + 1)) - f0 * r;
  const g1 = load<f64>(at(next, k + 1)) - f1 * r;
  // so that column k ends as 0 - f R - g S, column k + 1 as 0 - g S
  store<f64>(at(row, k), 0);
  store<f64>(at(next, k), 0);
  store<f64>(at(row, k + 1), f0 * r);
  store<f64>(at(next, k + 1), f1 * r);
  const a = f64x2.splat(f0);
  const b = f64x2.splat(g0);
  const c = f64x2.splat(f1);
  const d = f64x2.splat(g1);
  for (let i: usize = 0; i < width; i += 16) {
    const x = v128.load(pivots + i);
    const y = v128.load(second + i);
    v128.store(row + i, f64x2.sub(f64x2.sub(v128.load(row + i), f64x2.mul(a, x)), f64x2.mul(b, y)));
    v128.store(next + i, f64x2.sub(f64x2.sub(v128.load(next + i), f64x2.mul(c, x)), f64x2.mul(d, y)));
  }
}

/** Inverts A [n, n] in place, n even.
 *  @param swaps [n] int32, work.
 *  @returns 0 where A is singular. */
export function invert(a: usize, n: i32, swaps: usize): i32 {
  const width = (n as usize) << 3;
  for (let k = 0; k < n; k += 2) {
    const first = a + (k as usize) * width;
    const second = first + width;
    let best: f64 = 0;
    let from = k;
    for (let i = k; i < n; i++) {
      const x = Math.abs(load<f64>(at(a + (i as usize) * width, k)));
      if (x > best) {
        best = x;
        from = i;
      }
    }
    if (!(best > 0)) return 0;
    store<i32>(swaps + ((k as usize) << 2), from);
    if (from != k) exchange(first, a + (from as usize) * width, width);
    normalise(first, k, width);
    // column k + 1 as the first pivot will leave it
    const r = load<f64>(at(first, k + 1));
    best = 0;
    from = k + 1;
    for (let i = k + 1; i < n; i++) {
      const row = a + (i as usize) * width;
      const x = Math.abs(load<f64>(at(row, k + 1)) - load<f64>(at(row, k)) * r);
      if (x > best) {
        best = x;
        from = i;
      }
    }
    if (!(best > 0)) return 0;
    store<i32>(swaps + (((k + 1) as usize) << 2), from);
    if (from != k + 1) exchange(second, a + (from as usize) * width, width);
    const f = load<f64>(at(second, k));
    store<f64>(at(second, k), 0);
    subtract(second, first, f, width);
    normalise(second, k + 1, width);
    for (let i = 0; i < n; i += 2) if (i != k) sweep(a + (i as usize) * width, first, k, width);
    store<f64>(at(first, k + 1), 0);
    subtract(first, second, r, width);
  }
  for (let k = n - 1; k >= 0; k--) {
    const from = load<i32>(swaps + ((k as usize) << 2));
    if (from == k) continue;
    for (let i = 0; i < n; i++) {
      const row = a + (i as usize) * width;
      const x = load<f64>(at(row, k));
      store<f64>(at(row, k), load<f64>(at(row, from)));
      store<f64>(at(row, from), x);
    }
  }
  return 1;
}
