// Missing traces along the slopes of the events: linear interpolation that follows dips, nothing trained.
import type { Grid } from "../core/index.js";
import { interpolateLinear, neighbours } from "./linear.js";
import { traceMask } from "./mask.js";

/** How slopes are found. */
export interface SlopeOptions {
  /** Steepest slope tried, samples a trace, > 0. Default 2. */
  readonly steepest?: number;
  /** From one slope to the next, samples a trace, > 0. Default 0.25. */
  readonly step?: number;
  /** Cost of a steep slope, this times p^2, >= 0. Default 0.1. */
  readonly penalty?: number;
  /** Softness of the choice between slopes, > 0. Default 0.05. */
  readonly softness?: number;
}

/** Reach of the mean of differences, standard deviations in samples and traces. */
const reach = [10, 2] as const;

/** Half-widths of three running means that together have the variance of a Gaussian (Wells 1986). */
function halfWidths(sigma: number): readonly number[] {
  const wide = Math.floor(Math.sqrt(4 * sigma * sigma + 1));
  const low = wide % 2 ? wide : wide - 1;
  const narrow = Math.round((3 * low * low + 12 * low + 9 - 12 * sigma * sigma) / (4 * low + 4));
  return [0, 1, 2].map((i) => (i < narrow ? (low - 1) / 2 : (low + 1) / 2));
}

/** Nearly Gaussian mean along an axis of [outer, n, inner], mirrored at its ends. */
function smooth(x: Float32Array, n: number, inner: number, sigma: number): Float32Array {
  const mirror = (i: number): number => {
    const k = ((i % (2 * n)) + 2 * n) % (2 * n);
    return k < n ? k : 2 * n - 1 - k;
  };
  const sums = new Float64Array(inner);
  let from = x;
  for (const half of halfWidths(sigma)) {
    const to = new Float32Array(x.length);
    const add = (base: number, row: number, sign: number): void => {
      const at = base + mirror(row) * inner;
      for (let j = 0; j < inner; j++) sums[j] = sums[j]! + sign * from[at + j]!;
    };
    for (let base = 0; base < x.length; base += n * inner) {
      sums.fill(0);
      for (let k = -half; k <= half; k++) add(base, k, 1);
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < inner; j++) to[base + i * inner + j] = sums[j]! / (2 * half + 1);
        add(base, i + half + 1, 1);
        add(base, i - half, -1);
      }
    }
    from = to;
  }
  return from;
}

/** Interpolates along one slope p: estimate (1 - a) L(t - p dl) + a R(t + p dr), and the smoothed normalised difference. */
function along(section: Grid, mask: Uint8Array, p: number): { estimate: Float32Array; cost: Float32Array } {
  const [nt, nx] = section.shape as [number, number];
  const { data } = section;
  const { left, right } = neighbours(mask);
  const estimate = new Float32Array(nt * nx);
  const difference = new Float32Array(nt * nx);
  const size = new Float32Array(nt * nx);
  const at = (x: number, t: number): number => {
    if (!(t >= 0 && t <= nt - 1)) return 0;
    const i = Math.floor(t);
    const f = t - i;
    const one = data[i * nx + x]!;
    return f > 0 ? (1 - f) * one + f * data[(i + 1) * nx + x]! : one;
  };
  for (let x = 0; x < nx; x++) {
    const l = left[x]!;
    const r = right[x]!;
    if (mask[x] || l < 0 || r < 0) continue;
    const a = (x - l) / (r - l);
    for (let t = 0; t < nt; t++) {
      const before = at(l, t - p * (x - l));
      const after = at(r, t + p * (r - x));
      estimate[t * nx + x] = (1 - a) * before + a * after;
      difference[t * nx + x] = Math.abs(before - after);
      size[t * nx + x] = Math.abs(before) + Math.abs(after);
    }
  }
  const mean = (x: Float32Array): Float32Array => smooth(smooth(x, nt, nx, reach[0]), nx, 1, reach[1]);
  const sizes = mean(size);
  const cost = mean(difference).map((d, i) => (sizes[i]! > 0 ? Math.min(Math.max(d / sizes[i]!, 0), 1) : 0));
  return { estimate, cost };
}

/** Slope-guided linear interpolation. For every slope p the neighbours l < x < r of a missing trace are moved along it and
 *  averaged, e_p = (1 - a) s_l(t - p (x - l)) + a s_r(t + p (r - x)), a = (x - l) / (r - l). How well they then agree,
 *  c_p = G|s_l - s_r| / G(|s_l| + |s_r|) + penalty p^2 with a Gaussian mean G over 10 samples and 2 traces, decides:
 *  result = sum_p w_p e_p, w_p = exp(-c_p / softness) / sum.
 *
 *  @param section [nt, nx]; what it holds in missing traces is not read.
 *  @param kept Trace numbers from 0; traces beyond them are copies of the last.
 *  @param options Slopes and the choice between them.
 *  @returns New section; kept traces bit for bit.
 *  @throws RangeError where an option is outside its range. */
export function interpolateAlongSlopes(
  section: Grid,
  kept: ArrayLike<number>,
  options: SlopeOptions = {},
): Grid {
  const mask = traceMask("interpolateAlongSlopes", section, kept);
  const { steepest = 2, step = 0.25, penalty = 0.1, softness = 0.05 } = options;
  for (const [name, value] of Object.entries({ steepest, step, softness }))
    if (!(value > 0 && Number.isFinite(value)))
      throw new RangeError(`interpolateAlongSlopes: ${name} must be > 0, got ${value}`);
  if (!(penalty >= 0)) throw new RangeError(`interpolateAlongSlopes: penalty must be >= 0, got ${penalty}`);
  const nx = mask.length;
  const sum = new Float64Array(section.data.length);
  const weights = new Float64Array(section.data.length);
  const n = Math.floor(steepest / step);
  for (let k = -n; k <= n; k++) {
    const p = k * step;
    const { estimate, cost } = along(section, mask, p);
    for (let i = 0; i < sum.length; i++) {
      const w = Math.exp(-(cost[i]! + penalty * p * p) / softness);
      sum[i] = sum[i]! + w * estimate[i]!;
      weights[i] = weights[i]! + w;
    }
  }
  const { data } = interpolateLinear(section, kept);
  const { left, right } = neighbours(mask);
  for (let i = 0; i < data.length; i++) {
    const x = i % nx;
    if (!mask[x] && left[x]! >= 0 && right[x]! >= 0 && weights[i]! > 0) data[i] = sum[i]! / weights[i]!;
  }
  return { data, shape: section.shape };
}
