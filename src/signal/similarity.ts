// Local similarity: where two sections resemble each other, sample by sample. Of a result and what was taken off, it shows leaked signal.
import type { Grid } from "../core/index.js";
import { mirrored, type Reals, requireSection } from "./section.js";

export interface SimilarityOptions {
  /** Radius of the smoothing in samples and traces, >= 1: how large a neighbourhood a similarity stands for. Default [10, 5]. */
  readonly radius?: readonly [number, number];
  /** Steps of conjugate gradients, >= 1. Default 20. */
  readonly iterations?: number;
}

/** Local similarity of two sections, gamma = sqrt(|c1 c2|) with the sign of c1: c1 and c2 solve a c1 = b and b c2 = a in the least squares
 *  sense with smooth c (shaping regularisation), c1 = H [l^2 I + H (A^2 - l^2 I) H]^-1 H A b, H a triangle smoothing, l = rms of a.
 *
 *  For noise taken off a section (`difference`) beside the result it is near 0 where only noise went and near 1 where signal leaked.
 *
 *  @param a Section [nt, nx], e.g. the denoised one.
 *  @param b Section of the same shape, e.g. the noise taken off.
 *  @param options See SimilarityOptions.
 *  @returns Similarity [nt, nx], float32, -1 .. 1 (clipped there); 0 where a section is 0 everywhere.
 *  @throws RangeError where shapes differ or an option is outside its range.
 *  @see Fomel (2007), Local seismic attributes; Chen and Fomel (2015) for leaked signal. */
export function localSimilarity(
  a: Grid<Reals>,
  b: Grid<Reals>,
  options: SimilarityOptions = {},
): Grid<Float32Array> {
  const [nt, nx] = requireSection("localSimilarity", a);
  const other = requireSection("localSimilarity", b);
  if (other[0] !== nt || other[1] !== nx)
    throw new RangeError(`localSimilarity: both must have one shape, got [${a.shape}] and [${b.shape}]`);
  const { radius = [10, 5], iterations = 20 } = options;
  if (radius.length !== 2 || radius.some((r) => !Number.isInteger(r) || r < 1))
    throw new RangeError(`localSimilarity: radius must be two whole numbers >= 1, got [${radius}]`);
  if (!Number.isInteger(iterations) || iterations < 1)
    throw new RangeError(`localSimilarity: iterations must be a whole number >= 1, got ${iterations}`);
  const smooth = (x: Float64Array) => triangle(triangle(x, nt, nx, radius[0]), nx, 1, radius[1]);
  const c1 = divide(b.data, a.data, smooth, iterations);
  const c2 = divide(a.data, b.data, smooth, iterations);
  const data = Float32Array.from(c1, (v, i) => Math.sign(v) * Math.min(1, Math.sqrt(Math.abs(v * c2[i]!))));
  return { data, shape: [nt, nx] };
}

type Smooth = (x: Float64Array) => Float64Array;

/** Smooth division: c such that below * c is near above, by conjugate gradients. */
function divide(above: Reals, below: Reals, smooth: Smooth, iterations: number): Float64Array {
  const n = below.length;
  let energy = 0;
  for (let i = 0; i < n; i++) energy += below[i]! * below[i]!;
  const level = energy / n; // lambda^2
  if (level === 0) return new Float64Array(n);
  // over lambda^2, so that the operator is near the identity: I + H (A^2 / l^2 - I) H
  const apply = (p: Float64Array) => {
    const smoothed = smooth(p);
    for (let i = 0; i < n; i++) smoothed[i]! *= (below[i]! * below[i]!) / level - 1;
    const out = smooth(smoothed);
    for (let i = 0; i < n; i++) out[i]! += p[i]!;
    return out;
  };
  const residual = smooth(Float64Array.from({ length: n }, (_, i) => (below[i]! * above[i]!) / level));
  const p = residual.slice();
  const x = new Float64Array(n);
  let rr = dot(residual, residual);
  const first = rr;
  for (let k = 0; k < iterations && rr > 1e-20 * first; k++) {
    const ap = apply(p);
    const step = rr / dot(p, ap);
    for (let i = 0; i < n; i++) {
      x[i]! += step * p[i]!;
      residual[i]! -= step * ap[i]!;
    }
    const next = dot(residual, residual);
    for (let i = 0; i < n; i++) p[i] = residual[i]! + (next / rr) * p[i]!;
    rr = next;
  }
  return smooth(x);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** Triangle smoothing of a given radius along an axis of [outer, n, inner], weights (radius - |k|) / radius^2, mirrored at the ends (edge samples
 *  repeated), so that it is symmetric and keeps constants: two running means of `radius` samples, one after the other. */
function triangle(x: Float64Array, n: number, inner: number, radius: number): Float64Array {
  const out = new Float64Array(x.length);
  const once = new Float64Array((n + radius - 1) * inner);
  const sum = new Float64Array(inner);
  const scale = 1 / (radius * radius);
  for (let base = 0; base < x.length; base += n * inner) {
    const row = (i: number) => base + mirrored(i, n, "half") * inner;
    sum.fill(0);
    for (let i = 1 - radius; i < n + radius - 1; i++) {
      const [come, go] = [row(i), i > 0 ? row(i - radius) : -1];
      for (let j = 0; j < inner; j++) sum[j]! += x[come + j]! - (go < 0 ? 0 : x[go + j]!);
      if (i >= 0) once.set(sum, i * inner);
    }
    sum.fill(0);
    for (let i = 0; i < n + radius - 1; i++) {
      const [come, go] = [i * inner, (i - radius) * inner];
      for (let j = 0; j < inner; j++) sum[j]! += once[come + j]! - (go < 0 ? 0 : once[go + j]!);
      const to = base + (i - radius + 1) * inner;
      if (i >= radius - 1) for (let j = 0; j < inner; j++) out[to + j] = scale * sum[j]!;
    }
  }
  return out;
}
