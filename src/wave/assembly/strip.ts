// What an absorbing layer adds to a time step. One strip = the cells of one side's layer; the same loop serves layers along rows and along columns,
// for only the distance between neighbours differs.
import { add, all, at, mul, put, sub } from "./vector";

/** Sum of weights times (x[k] + x[-k]), and the centre's. */
@inline
export function second(p: usize, d: usize, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, wide: bool): v128 {
  let s = add(mul(w0, at(p)), mul(w1, add(at(p + d), at(p - d))));
  s = add(s, mul(w2, add(at(p + 2 * d), at(p - 2 * d))));
  if (wide) {
    s = add(s, mul(w3, add(at(p + 3 * d), at(p - 3 * d))));
    s = add(s, mul(w4, add(at(p + 4 * d), at(p - 4 * d))));
  }
  return s;
}

/** Sum of weights times (x[k] - x[-k]). */
@inline
export function first(p: usize, d: usize, d1: v128, d2: v128, d3: v128, d4: v128, wide: bool): v128 {
  let s = add(mul(d1, sub(at(p + d), at(p - d))), mul(d2, sub(at(p + 2 * d), at(p - 2 * d))));
  if (wide) {
    s = add(s, mul(d3, sub(at(p + 3 * d), at(p - 3 * d))));
    s = add(s, mul(d4, sub(at(p + 4 * d), at(p - 4 * d))));
  }
  return s;
}

@inline
function run(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  step: usize,
  p: usize,
  next: usize,
  s: usize,
  stripLine: usize,
  stripStep: usize,
  coefficients: usize,
  rowStep: usize,
  vectorStep: usize,
  rows: i32,
  width: usize,
  w0: v128,
  w1: v128,
  w2: v128,
  w3: v128,
  w4: v128,
  d1: v128,
  d2: v128,
  d3: v128,
  d4: v128,
  wide: bool,
  keep: bool,
): void {
  for (let z = 0; z < rows; z++) {
    let f = coefficients;
    for (let x: usize = 0; x < width; x += 16) {
      const b = at(f);
      const lap = second(u + x, step, w0, w1, w2, w3, w4, wide);
      const g = first(u + x, step, d1, d2, d3, d4, wide);
      const h = first(p + x, stripStep, d1, d2, d3, d4, wide);
      // e = t - lap, t the stretched derivative of the stretched derivative
      const e = add(add(mul(b, lap), mul(v128.load(f, 16), g)), mul(v128.load(f, 32), h));
      const q = add(mul(b, add(lap, e)), at(s + x));
      const add_ = mul(at(c + x), add(e, q));
      put(into + x, add(at(into + x), add_));
      if (keep) put(snap + x, add(at(snap + x), add_));
      const a = v128.load(f, 48);
      put(next + x, add(mul(a, at(p + x)), mul(v128.load(f, 64), g)));
      put(s + x, mul(a, q));
      f += vectorStep;
    }
    coefficients += rowStep;
    u += line;
    into += line;
    c += line;
    if (keep) snap += line;
    p += stripLine;
    next += stripLine;
    s += stripLine;
  }
}

/** Adds a layer's part to the next field: with g = D1 u and t = (1 + b) D2 u + b' g + D1 p, q = b t + s: u' += c (t + q - D2 u),
 *  p' = a p + a b g, s' = a q; a and b are Pasalic and McGarry's (2010), p and s their psi and zeta times a.
 *  @param u, into, c, snap, line As in `narrow`; @param step Bytes from a cell to its neighbour in the layer's direction.
 *  @param p, next, s Memory variables: p before and after, s; @param stripLine Bytes of their rows; @param stripStep As `step`.
 *  @param coefficients Vectors b, b', 1 in the layer and 0 outside, a, a b; @param rowStep, vectorStep Bytes on to those of the next row, vector. */
export function strip(
  u: usize,
  into: usize,
  c: usize,
  snap: usize,
  line: usize,
  step: usize,
  p: usize,
  next: usize,
  s: usize,
  stripLine: usize,
  stripStep: usize,
  coefficients: usize,
  rowStep: usize,
  vectorStep: usize,
  rows: i32,
  width: usize,
  w0: f32,
  w1: f32,
  w2: f32,
  w3: f32,
  w4: f32,
  d1: f32,
  d2: f32,
  d3: f32,
  d4: f32,
): void {
  const a0 = all(w0);
  const a1 = all(w1);
  const a2 = all(w2);
  const a3 = all(w3);
  const a4 = all(w4);
  const b1 = all(d1);
  const b2 = all(d2);
  const b3 = all(d3);
  const b4 = all(d4);
  const z: usize = 0;
  if (w4 != 0) {
    if (snap)
      run(u, into, c, snap, line, step, p, next, s, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, true, true);
    else
      run(u, into, c, z, line, step, p, next, s, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, true, false);
  } else if (snap)
    run(u, into, c, snap, line, step, p, next, s, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, false, true);
  else
    run(u, into, c, z, line, step, p, next, s, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, false, false);
}
