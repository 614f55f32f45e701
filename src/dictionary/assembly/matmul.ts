// Product of two row-major float32 matrices: tiles of 4 rows by 8 columns stay in registers.

@inline
function tail(a: usize, b: usize, c: usize, n: i32, k: i32, row: i32, column: i32): void {
  let sum: f32 = 0;
  for (let i = 0; i < k; i++)
    sum += load<f32>(a + (((row * k + i) as usize) << 2)) * load<f32>(b + (((i * n + column) as usize) << 2));
  store<f32>(c + (((row * n + column) as usize) << 2), sum);
}

/** C [m, n] = A [m, k] B [k, n]. Each element is summed over k in order, so that tiling changes no bit. */
export function matmul(a: usize, b: usize, c: usize, m: i32, n: i32, k: i32): void {
  const wide = n & ~7;
  const rowA = (k as usize) << 2;
  const rowB = (n as usize) << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    const a0 = a + (i as usize) * rowA;
    const c0 = c + (i as usize) * rowB;
    for (let j = 0; j < wide; j += 8) {
      let s0 = f32x4.splat(0);
      let s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
      let p0 = a0;
      let p1 = a0 + rowA;
      let p2 = p1 + rowA;
      let p3 = p2 + rowA;
      let q = b + ((j as usize) << 2);
      for (let l = 0; l < k; l++) {
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
        q += rowB;
      }
      let r = c0 + ((j as usize) << 2);
      v128.store(r, s0);
      v128.store(r, s1, 16);
      r += rowB;
      v128.store(r, s2);
      v128.store(r, s3, 16);
      r += rowB;
      v128.store(r, s4);
      v128.store(r, s5, 16);
      r += rowB;
      v128.store(r, s6);
      v128.store(r, s7, 16);
    }
    for (let j = wide; j < n; j++) for (let r = 0; r < 4; r++) tail(a, b, c, n, k, i + r, j);
  }
  for (; i < m; i++) {
    const a0 = a + (i as usize) * rowA;
    for (let j = 0; j < wide; j += 8) {
      let s0 = f32x4.splat(0);
      let s1 = s0;
      let q = b + ((j as usize) << 2);
      for (let l = 0; l < k; l++) {
        const x = v128.load32_splat(a0 + ((l as usize) << 2));
        s0 = f32x4.add(s0, f32x4.mul(x, v128.load(q)));
        s1 = f32x4.add(s1, f32x4.mul(x, v128.load(q, 16)));
        q += rowB;
      }
      const r = c + (i as usize) * rowB + ((j as usize) << 2);
      v128.store(r, s0);
      v128.store(r, s1, 16);
    }
    for (let j = wide; j < n; j++) tail(a, b, c, n, k, i, j);
  }
}
