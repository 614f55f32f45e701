// log and exp made of + - * / alone, so that their bits do not depend on the engine's own versions of them.

/** Product as an unevaluated sum of two doubles (Dekker 1971). */
function product(a: number, b: number): readonly [number, number] {
  const split = 134217729; // 2^27 + 1
  const ca = split * a;
  const cb = split * b;
  const ah = ca - (ca - a);
  const bh = cb - (cb - b);
  const al = a - ah;
  const bl = b - bh;
  const p = a * b;
  return [p, al * bl - (p - ah * bh - al * bh - ah * bl)];
}

/** Sum of two unevaluated sums, renormalised. */
function add(ah: number, al: number, bh: number, bl: number): readonly [number, number] {
  const s = ah + bh;
  const t = s - ah;
  const e = ah - (s - t) + (bh - t) + al + bl;
  const h = s + e;
  return [h, e - (h - s)];
}

/** Natural logarithm, rounded correctly but for one argument in about 2^40.
 *
 *  With z = m 2^e and s = (m - 1) / (m + 1): log z = e log 2 + 2 (s + s^3/3 + s^5/5 + ...), in pairs of doubles.
 *
 *  @param z Normal number, > 0.
 *  @returns log z. */
export function exactLog(z: number): number {
  let m = z;
  let e = 0;
  while (m < Math.SQRT1_2) {
    m *= 2;
    e--;
  }
  while (m > Math.SQRT2) {
    m /= 2;
    e++;
  }
  const upper = m - 1; // exact: m lies within a factor 2 of 1
  const [lowerHigh, lowerLow] = add(m, 0, 1, 0);
  const s = upper / lowerHigh;
  const [p, q] = product(s, lowerHigh);
  const sLow = (upper - p - q - s * lowerLow) / lowerHigh;
  let [squareHigh, squareLow] = product(s, s);
  squareLow += 2 * s * sLow;
  let high = 0;
  let low = 0;
  for (let k = 41; k >= 1; k -= 2) {
    // Horner: sum = 1/k + s^2 sum
    const [ph, pl] = product(high, squareHigh);
    const inverse = 1 / k;
    const [rh, rl] = product(inverse, k);
    [high, low] = add(inverse, (1 - rh - rl) / k, ph, pl + high * squareLow + low * squareHigh);
  }
  const [th, tl] = product(high, 2 * s);
  const [nh, nl] = product(e, Math.LN2);
  [high, low] = add(nh, nl + e * 2.3190468138462996e-17, th, tl + 2 * (high * sLow + low * s));
  return high + low;
}

/** exp x for -700 < x <= 0, to about one unit in the last place.
 *
 *  exp x = 2^n exp r with |r| <= log(2) / 2, the latter by its Taylor series.
 *
 *  @param x Exponent.
 *  @returns exp x. */
export function exactExp(x: number): number {
  const n = Math.round(x / Math.LN2);
  const r = x - n * 0.6931471803691238 - n * 1.9082149292705877e-10;
  let sum = 1;
  for (let k = 18; k >= 1; k--) sum = 1 + (sum * r) / k;
  for (let i = 0; i > n; i--) sum *= 0.5;
  return sum;
}
