// Hard threshold of the 8 x 8 DCT in every window of a band: four neighbouring windows side by side in the lanes.

/** cos(k pi / 16) / 2 for k = 1, 3, 5, 7, then for 2 and 6, then sqrt(1 / 8). */
const table = memory.data<f32>([
  0.49039264020161522, 0.41573480615127262, 0.27778511650980111, 0.097545161008064133, 0.46193976625564337,
  0.19134171618254489, 0.35355339059327376,
]);

@inline
function c(i: usize): v128 {
  return v128.load32_splat(table + (i << 2));
}

@inline
function kept(x: v128, limit: v128): v128 {
  return v128.and(x, f32x4.ge(f32x4.abs(x), limit));
}

@inline
function sum(x: v128, i: usize, y: v128, j: usize): v128 {
  return f32x4.add(f32x4.mul(x, c(i)), f32x4.mul(y, c(j)));
}

@inline
function pair(x: v128, i: usize, y: v128, j: usize): v128 {
  return f32x4.sub(f32x4.mul(x, c(i)), f32x4.mul(y, c(j)));
}

/** DCT-II down the columns, of 8 rows from `from` on; 4 columns. */
@inline
function down(from: usize, to: usize, line: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + line);
  const x2 = v128.load(from + 2 * line);
  const x3 = v128.load(from + 3 * line);
  const x4 = v128.load(from + 4 * line);
  const x5 = v128.load(from + 5 * line);
  const x6 = v128.load(from + 6 * line);
  const x7 = v128.load(from + 7 * line);
  const s0 = f32x4.add(x0, x7);
  const s1 = f32x4.add(x1, x6);
  const s2 = f32x4.add(x2, x5);
  const s3 = f32x4.add(x3, x4);
  const t0 = f32x4.add(s0, s3);
  const t1 = f32x4.add(s1, s2);
  const t2 = f32x4.sub(s0, s3);
  const t3 = f32x4.sub(s1, s2);
  v128.store(to, f32x4.mul(f32x4.add(t0, t1), c(6)));
  v128.store(to + 4 * line, f32x4.mul(f32x4.sub(t0, t1), c(6)));
  v128.store(to + 2 * line, sum(t2, 4, t3, 5));
  v128.store(to + 6 * line, pair(t2, 5, t3, 4));
  const d0 = f32x4.sub(x0, x7);
  const d1 = f32x4.sub(x1, x6);
  const d2 = f32x4.sub(x2, x5);
  const d3 = f32x4.sub(x3, x4);
  v128.store(to + line, f32x4.add(sum(d0, 0, d1, 1), sum(d2, 2, d3, 3)));
  v128.store(to + 3 * line, f32x4.sub(pair(d0, 1, d1, 3), sum(d2, 0, d3, 2)));
  v128.store(to + 5 * line, f32x4.add(pair(d0, 2, d1, 0), sum(d2, 3, d3, 1)));
  v128.store(to + 7 * line, f32x4.add(pair(d0, 3, d1, 2), pair(d2, 1, d3, 0)));
}

/** The inverse down the columns, added to 8 rows from `to` on. */
@inline
function up(from: usize, to: usize, line: usize): void {
  const y0 = v128.load(from);
  const y4 = v128.load(from + 4 * line);
  const e0 = f32x4.mul(f32x4.add(y0, y4), c(6));
  const e1 = f32x4.mul(f32x4.sub(y0, y4), c(6));
  const y2 = v128.load(from + 2 * line);
  const y6 = v128.load(from + 6 * line);
  const e2 = sum(y2, 4, y6, 5);
  const e3 = pair(y2, 5, y6, 4);
  const y1 = v128.load(from + line);
  const y3 = v128.load(from + 3 * line);
  const y5 = v128.load(from + 5 * line);
  const y7 = v128.load(from + 7 * line);
  const d0 = f32x4.add(sum(y1, 0, y3, 1), sum(y5, 2, y7, 3));
  const d1 = f32x4.sub(pair(y1, 1, y3, 3), sum(y5, 0, y7, 2));
  const d2 = f32x4.add(pair(y1, 2, y3, 0), sum(y5, 3, y7, 1));
  const d3 = f32x4.add(pair(y1, 3, y3, 2), pair(y5, 1, y7, 0));
  plus(to, f32x4.add(f32x4.add(e0, e2), d0));
  plus(to + line, f32x4.add(f32x4.add(e1, e3), d1));
  plus(to + 2 * line, f32x4.add(f32x4.sub(e1, e3), d2));
  plus(to + 3 * line, f32x4.add(f32x4.sub(e0, e2), d3));
  plus(to + 4 * line, f32x4.sub(f32x4.sub(e0, e2), d3));
  plus(to + 5 * line, f32x4.sub(f32x4.sub(e1, e3), d2));
  plus(to + 6 * line, f32x4.sub(f32x4.add(e1, e3), d1));
  plus(to + 7 * line, f32x4.sub(f32x4.add(e0, e2), d0));
}

@inline
function plus(to: usize, x: v128): void {
  v128.store(to, f32x4.add(v128.load(to), x));
}

/** DCT along one row of column coefficients, threshold and back, for the windows that start at each place; their sum takes the
 *  row's place. Windows at `columns` and after it count as zero. */
function along(row: usize, columns: i32, line: usize, limit: v128): void {
  const zero = f32x4.splat(0);
  let p4 = zero, p5 = zero, p6 = zero, p7 = zero; // right halves of the four windows before
  let u1 = zero, u2 = zero, u3 = zero;
  let left = columns;
  for (let p = row, end = row + line - 32; p < end; p += 16) {
    const x0 = v128.load(p);
    const x1 = v128.load(p, 4);
    const x2 = v128.load(p, 8);
    const x3 = v128.load(p, 12);
    const x4 = v128.load(p, 16);
    const x5 = v128.load(p, 20);
    const x6 = v128.load(p, 24);
    const x7 = v128.load(p, 28);
    const s0 = f32x4.add(x0, x7);
    const s1 = f32x4.add(x1, x6);
    const s2 = f32x4.add(x2, x5);
    const s3 = f32x4.add(x3, x4);
    const t0 = f32x4.add(s0, s3);
    const t1 = f32x4.add(s1, s2);
    const t2 = f32x4.sub(s0, s3);
    const t3 = f32x4.sub(s1, s2);
    const d0 = f32x4.sub(x0, x7);
    const d1 = f32x4.sub(x1, x6);
    const d2 = f32x4.sub(x2, x5);
    const d3 = f32x4.sub(x3, x4);
    let y0 = kept(f32x4.mul(f32x4.add(t0, t1), c(6)), limit);
    let y4 = kept(f32x4.mul(f32x4.sub(t0, t1), c(6)), limit);
    let y2 = kept(sum(t2, 4, t3, 5), limit);
    let y6 = kept(pair(t2, 5, t3, 4), limit);
    let y1 = kept(f32x4.add(sum(d0, 0, d1, 1), sum(d2, 2, d3, 3)), limit);
    let y3 = kept(f32x4.sub(pair(d0, 1, d1, 3), sum(d2, 0, d3, 2)), limit);
    let y5 = kept(f32x4.add(pair(d0, 2, d1, 0), sum(d2, 3, d3, 1)), limit);
    let y7 = kept(f32x4.add(pair(d0, 3, d1, 2), pair(d2, 1, d3, 0)), limit);
    if (left < 4) {
      const inside = i32x4.gt_s(i32x4.splat(left), i32x4(0, 1, 2, 3));
      y0 = v128.and(y0, inside);
      y1 = v128.and(y1, inside);
      y2 = v128.and(y2, inside);
      y3 = v128.and(y3, inside);
      y4 = v128.and(y4, inside);
      y5 = v128.and(y5, inside);
      y6 = v128.and(y6, inside);
      y7 = v128.and(y7, inside);
    }
    left -= 4;
    const e0 = f32x4.mul(f32x4.add(y0, y4), c(6));
    const e1 = f32x4.mul(f32x4.sub(y0, y4), c(6));
    const e2 = sum(y2, 4, y6, 5);
    const e3 = pair(y2, 5, y6, 4);
    const a0 = f32x4.add(e0, e2);
    const a1 = f32x4.add(e1, e3);
    const a2 = f32x4.sub(e1, e3);
    const a3 = f32x4.sub(e0, e2);
    const b0 = f32x4.add(sum(y1, 0, y3, 1), sum(y5, 2, y7, 3));
    const b1 = f32x4.sub(pair(y1, 1, y3, 3), sum(y5, 0, y7, 2));
    const b2 = f32x4.add(pair(y1, 2, y3, 0), sum(y5, 3, y7, 1));
    const b3 = f32x4.add(pair(y1, 3, y3, 2), pair(y5, 1, y7, 0));
    // sample j of a window lands j places on: by 4 is the next vector, by 1, 2, 3 a shift across two
    const w0 = f32x4.add(f32x4.add(a0, b0), p4);
    const w1 = f32x4.add(f32x4.add(a1, b1), p5);
    const w2 = f32x4.add(f32x4.add(a2, b2), p6);
    const w3 = f32x4.add(f32x4.add(a3, b3), p7);
    const v = f32x4.add(
      f32x4.add(w0, v128.shuffle<f32>(u1, w1, 3, 4, 5, 6)),
      f32x4.add(v128.shuffle<f32>(u2, w2, 2, 3, 4, 5), v128.shuffle<f32>(u3, w3, 1, 2, 3, 4)),
    );
    v128.store(p, v);
    u1 = w1;
    u2 = w2;
    u3 = w3;
    p4 = f32x4.sub(a3, b3);
    p5 = f32x4.sub(a2, b2);
    p6 = f32x4.sub(a1, b1);
    p7 = f32x4.sub(a0, b0);
  }
}

/** Sum over the windows of a band of their thresholded 8 x 8 DCT, brought back.
 *  @param band [rows + 7, stride] float32, zero past its width; stride a multiple of 4 and >= columns + 16.
 *  @param into The same shape, added to. @param rows, columns Windows down and across.
 *  @param work float32: 8 * stride. */
export function dctBand(band: usize, into: usize, stride: i32, rows: i32, columns: i32, t: f32, work: usize): void {
  const line = (stride as usize) << 2;
  const limit = f32x4.splat(t);
  for (let y = 0; y < rows; y++) {
    const top = (y as usize) * line;
    for (let x: usize = 0; x < line; x += 16) down(band + top + x, work + x, line);
    for (let k: usize = 0; k < 8; k++) along(work + k * line, columns, line, limit);
    for (let x: usize = 0; x < line; x += 16) up(work + x, into + top + x, line);
  }
}
