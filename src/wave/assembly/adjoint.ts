// The transpose of what a layer adds to a time step (strip.ts), in two sweeps: first what each cell of the layer hands on, then its derivatives.
import { first, second } from "./strip";
import { add, all, at, mul, put, sub } from "./vector";

/** First sweep: q = y + a s, t = y + b q; then e = b (q + t), g = b' t + a b p, t and s = q are left in the layer.
 *  @param y First cell of the strip in the adjoint field, times v^2 dt^2 / h^2. Other arguments as in `strip`. */
export function adjointStrip(
  y: usize,
  line: usize,
  p: usize,
  s: usize,
  e: usize,
  g: usize,
  t: usize,
  stripLine: usize,
  coefficients: usize,
  rowStep: usize,
  vectorStep: usize,
  rows: i32,
  width: usize,
): void {
  for (let z = 0; z < rows; z++) {
    let f = coefficients;
    for (let x: usize = 0; x < width; x += 16) {
      const b = at(f);
      const inside = v128.load(f, 32);
      const here = at(y + x);
      const q = add(here, mul(v128.load(f, 48), at(s + x)));
      const v = add(here, mul(b, q));
      put(e + x, mul(b, add(q, v)));
      put(g + x, add(mul(v128.load(f, 16), v), mul(v128.load(f, 64), at(p + x))));
      put(t + x, mul(inside, v));
      put(s + x, mul(inside, q));
      f += vectorStep;
    }
    coefficients += rowStep;
    y += line;
    p += stripLine;
    s += stripLine;
    e += stripLine;
    g += stripLine;
    t += stripLine;
  }
}

@inline
function run(
  into: usize,
  c: usize,
  line: usize,
  p: usize,
  e: usize,
  g: usize,
  t: usize,
  stripLine: usize,
  d: usize,
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
): void {
  for (let z = 0; z < rows; z++) {
    let f = coefficients;
    for (let x: usize = 0; x < width; x += 16) {
      const sum = sub(second(e + x, d, w0, w1, w2, w3, w4, wide), first(g + x, d, d1, d2, d3, d4, wide));
      put(into + x, add(at(into + x), mul(at(c + x), sum)));
      const slope = first(t + x, d, d1, d2, d3, d4, wide);
      put(p + x, sub(mul(v128.load(f, 48), at(p + x)), mul(v128.load(f, 32), slope)));
      f += vectorStep;
    }
    coefficients += rowStep;
    into += line;
    c += line;
    p += stripLine;
    e += stripLine;
    g += stripLine;
    t += stripLine;
  }
}

/** Second sweep: y' += c (D2 e - D1 g), p = a p - D1 t. It reaches half a stencil past the layer. */
export function adjointField(
  into: usize,
  c: usize,
  line: usize,
  p: usize,
  e: usize,
  g: usize,
  t: usize,
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
  if (w4 != 0)
    run(into, c, line, p, e, g, t, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, true);
  else
    run(into, c, line, p, e, g, t, stripLine, stripStep, coefficients, rowStep, vectorStep, rows, width, a0, a1, a2, a3, a4, b1, b2, b3, b4, false);
}
