// Product of two row-major float32 matrices: tiles of 4 rows by 8 columns stay in registers.

/** Rows of B packed at a time: with 8 columns, 8 kB. */
const depth = 256;
const panel = memory.data(depth * 32, 16);

/** C [m, n] = A [m, k] B [k, n]. Each element is summed over k in order, so that neither tiling nor packing changes a bit. */
export function matmul(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  if (k == 0) memory.fill(c, 0, ((m * n) as usize) << 2);
  for (let first = 0; first < k; first += depth) {
    const part = min(depth, k - first);
    for (let j = 0; j < (n & ~7); j += 8) {
      const rowB = (n as usize) << 2;
      let from = b + (first as usize) * rowB + ((j as usize) << 2);
      for (let to = panel, end = panel + ((part as usize) << 5); to < end; to += 32, from += rowB) {
        v128.store(to, v128.load(from));
        v128.store(to, v128.load(from, 16), 16);
      }
      columns8(a + ((first as usize) << 2), c + ((j as usize) << 2), m, n, k, part, first > 0);
    }
    for (let j = n & ~7; j < n; j++) column(a, b, c + ((j as usize) << 2), m, n, k, j, first, part);
  }
}

/** Eight columns of C from the packed panel; `more` adds to what is there. */
function columns8(a: usize, c: usize, m: i32, n: i32, k: i32, part: i32, more: bool): void {
  const rowA = (k as usize) << 2;
  const rowC = (n as usize) << 2;
  const end = panel + ((part as usize) << 5);
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const r0 = c + (i as usize) * rowC;
    const r1 = r0 + rowC;
    const r2 = r1 + rowC;
    const r3 = r2 + rowC;
    let s0 = f32x4.splat(0);
    let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
    if (more) {
      s0 = v128.load(r0);
      s1 = v128.load(r0, 16);
      s2 = v128.load(r1);
      s3 = v128.load(r1, 16);
      s4 = v128.load(r2);
      s5 = v128.load(r2, 16);
      s6 = v128.load(r3);
      s7 = v128.load(r3, 16);
    }
    let p0 = a + (i as usize) * rowA;
    let p1 = p0 + rowA;
    let p2 = p1 + rowA;
    let p3 = p2 + rowA;
    for (let q = panel; q < end; q += 32) {
      const b0 = v128.load(q);
      const b1 = v128.load(q, 16);
      let x = v128.load32_splat(p0);
      s0 = f32x4.add(s0, f32x4.mul(x, b0));
      s1 = f32x4.add(s1, f32x4.mul(x, b1));
      x = v128.load32_splat(p1);
      s2 = f32x4.add(s2, f32x4.mul(x, b0));
      s3 = f32x4.add(s3, f32x4.mul(x, b1));
      x = v128.load32_splat(p2);
      s4 = f32x4.add(s4, f32x4.mul(x, b0));
      s5 = f32x4.add(s5, f32x4.mul(x, b1));
      x = v128.load32_splat(p3);
      s6 = f32x4.add(s6, f32x4.mul(x, b0));
      s7 = f32x4.add(s7, f32x4.mul(x, b1));
      p0 += 4;
      p1 += 4;
      p2 += 4;
      p3 += 4;
    }
    v128.store(r0, s0);
    v128.store(r0, s1, 16);
    v128.store(r1, s2);
    v128.store(r1, s3, 16);
    v128.store(r2, s4);
    v128.store(r2, s5, 16);
    v128.store(r3, s6);
    v128.store(r3, s7, 16);
  }
  for (; i < m; i++) {
    const r = c + (i as usize) * rowC;
    let s0 = f32x4.splat(0);
    let s1 = s0;
    if (more) {
      s0 = v128.load(r);
      s1 = v128.load(r, 16);
    }
    let p = a + (i as usize) * rowA;
    for (let q = panel; q < end; q += 32, p += 4) {
      const x = v128.load32_splat(p);
      s0 = f32x4.add(s0, f32x4.mul(x, v128.load(q)));
      s1 = f32x4.add(s1, f32x4.mul(x, v128.load(q, 16)));
    }
    v128.store(r, s0);
    v128.store(r, s1, 16);
  }
}

/** One column of C at the right edge. */
function column(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32, j: i32, first: i32, part: i32): void {
  for (let i = 0; i < m; i++) {
    const at = c + (((i * n) as usize) << 2);
    let sum: f32 = first > 0 ? load<f32>(at) : 0;
    for (let l = first; l < first + part; l++)
      sum += load<f32>(a + (((i * k + l) as usize) << 2)) * load<f32>(b + (((l * n + j) as usize) << 2));
    store<f32>(at, sum);
  }
}
