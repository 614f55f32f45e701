// One time step without layers, u' = 2u - u'' + c (D2x + D2z) u, where u'' is the field before u and u' takes its place. Two rows at a time,
// so that they share what they read above and below.
import { add, all, at, mul, put, sub } from "./vector";

/** Two rows and four columns of orders 2 and 4. */
@inline
function narrowRows(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  width: usize,
  a0: v128,
  a1: v128,
  a2: v128,
  keep: bool,
): void {
  const next = u + line;
  const above = u - line;
  const below = next + line;
  for (let x: usize = 0; x < width; x += 16) {
    const p = u + x;
    const q = next + x;
    const m = at(p);
    const k = at(q);
    const one = at(above + x);
    const three = at(below + x);
    let s = mul(a0, m);
    s = add(s, mul(a1, add(add(v128.load(p - 4), v128.load(p, 4)), add(one, k))));
    s = add(s, mul(a2, add(add(v128.load(p - 8), v128.load(p, 8)), add(at(above - line + x), three))));
    s = mul(at(c + x), s);
    if (keep) put(snap + x, s);
    put(into + x, add(s, sub(add(m, m), at(into + x))));
    s = mul(a0, k);
    s = add(s, mul(a1, add(add(v128.load(q - 4), v128.load(q, 4)), add(m, three))));
    s = add(s, mul(a2, add(add(v128.load(q - 8), v128.load(q, 8)), add(one, at(below + line + x)))));
    s = mul(at(c + line + x), s);
    if (keep) put(snap + line + x, s);
    put(into + line + x, add(s, sub(add(k, k), at(into + line + x))));
  }
}

/** Two rows and four columns of order 8: neighbours along the row are shifted out of vectors that are read once. */
@inline
function wideRows(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  width: usize,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
  a4: v128,
  keep: bool,
): void {
  const end = u + width;
  const toInto = into - u;
  const toC = c - u;
  const toSnap = snap - u;
  let l = v128.load(u - 16);
  let m = at(u);
  let lk = v128.load(u + line - 16);
  let k = at(u + line);
  for (let p = u; p < end; p += 16) {
    const q = p + line;
    const top = p - 4 * line;
    const low = q + line;
    const r1 = at(top + line);
    const r2 = at(top + 2 * line);
    const r3 = at(p - line);
    const r6 = at(low);
    const r7 = at(low + line);
    const r8 = at(low + 2 * line);
    const r = v128.load(p, 16);
    let s = mul(a0, m);
    s = add(s, mul(a1, add(add(v128.shuffle<f32>(l, m, 3, 4, 5, 6), v128.shuffle<f32>(m, r, 1, 2, 3, 4)), add(r3, k))));
    s = add(s, mul(a2, add(add(v128.shuffle<f32>(l, m, 2, 3, 4, 5), v128.shuffle<f32>(m, r, 2, 3, 4, 5)), add(r2, r6))));
    s = add(s, mul(a3, add(add(v128.shuffle<f32>(l, m, 1, 2, 3, 4), v128.shuffle<f32>(m, r, 3, 4, 5, 6)), add(r1, r7))));
    s = mul(at(p + toC), add(s, mul(a4, add(add(l, r), add(at(top), r8)))));
    if (keep) put(p + toSnap, s);
    put(p + toInto, add(s, sub(add(m, m), at(p + toInto))));
    const rk = v128.load(q, 16);
    s = mul(a0, k);
    s = add(s, mul(a1, add(add(v128.shuffle<f32>(lk, k, 3, 4, 5, 6), v128.shuffle<f32>(k, rk, 1, 2, 3, 4)), add(m, r6))));
    s = add(s, mul(a2, add(add(v128.shuffle<f32>(lk, k, 2, 3, 4, 5), v128.shuffle<f32>(k, rk, 2, 3, 4, 5)), add(r3, r7))));
    s = add(s, mul(a3, add(add(v128.shuffle<f32>(lk, k, 1, 2, 3, 4), v128.shuffle<f32>(k, rk, 3, 4, 5, 6)), add(r2, r8))));
    s = mul(at(q + toC), add(s, mul(a4, add(add(lk, rk), add(r1, at(low + 3 * line))))));
    if (keep) put(q + toSnap, s);
    put(q + toInto, add(s, sub(add(k, k), at(q + toInto))));
    l = m;
    m = r;
    lk = k;
    k = rk;
  }
}

/** Orders 2 and 4.
 *  @param u, into, c First cell of the window in the field, in the field before it (which becomes the next one), in v^2 dt^2 / h^2.
 *  @param snap Where c (D2x + D2z) u goes, same strides; 0 for nowhere.
 *  @param line Bytes a row; @param width Bytes of the window's rows, a multiple of 16; @param rows Rows, rounded up to even.
 *  @param w0, w1, w2 Weights of the sum of both second derivatives. */
export function narrow(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  width: usize,
  rows: i32,
  w0: f32,
  w1: f32,
  w2: f32,
): void {
  const a0 = all(w0);
  const a1 = all(w1);
  const a2 = all(w2);
  for (let z = 0; z < rows; z += 2) {
    if (snap) {
      narrowRows(u, into, c, snap, line, width, a0, a1, a2, true);
      snap += 2 * line;
    } else narrowRows(u, into, c, snap, line, width, a0, a1, a2, false);
    u += 2 * line;
    into += 2 * line;
    c += 2 * line;
  }
}

/** Order 8; arguments as in `narrow`. */
export function wide(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  width: usize,
  rows: i32,
  w0: f32,
  w1: f32,
  w2: f32,
  w3: f32,
  w4: f32,
): void {
  const a0 = all(w0);
  const a1 = all(w1);
  const a2 = all(w2);
  const a3 = all(w3);
  const a4 = all(w4);
  for (let z = 0; z < rows; z += 2) {
    if (snap) {
      wideRows(u, into, c, snap, line, width, a0, a1, a2, a3, a4, true);
      snap += 2 * line;
    } else wideRows(u, into, c, snap, line, width, a0, a1, a2, a3, a4, false);
    u += 2 * line;
    into += 2 * line;
    c += 2 * line;
  }
}
