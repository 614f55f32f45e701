// What the network of first breaks sees of a gather: five channels, the last three of clicks.
import type { Grid } from "../core/index.js";
import type { firstbreak } from "../data/index.js";

/** Gain of weak samples: asinh(gain x) / asinh(gain). */
const gain = 50;
/** Standard deviation of the low-pass, samples. */
const sigma = 2;

const half = Array.from({ length: 4 * sigma + 1 }, (_, i) => Math.exp(-0.5 * (i / sigma) ** 2));
const total = 2 * half.reduce((a, b) => a + b, 0) - half[0]!;
const taps = half.map((w) => w / total);

/** Zero-phase Gaussian low-pass of a trace; edge samples repeated. */
function smoothed(x: Float64Array): Float64Array {
  const n = x.length;
  const out = new Float64Array(n);
  for (let t = 0; t < n; t++) {
    let sum = taps[0]! * x[t]!;
    for (let k = 1; k < taps.length; k++)
      sum += taps[k]! * (x[Math.max(t - k, 0)]! + x[Math.min(t + k, n - 1)]!);
    out[t] = sum;
  }
  return out;
}

/** asinh, five times as fast as Math.asinh. */
function squashed(v: number): number {
  const a = Math.log(Math.abs(v) + Math.sqrt(v * v + 1));
  return v < 0 ? -a : a;
}

function peak(x: Float64Array): number {
  let most = 0;
  for (let t = 0; t < x.length; t++) most = Math.max(most, Math.abs(x[t]!));
  return most;
}

/** Lines through clicks: linear between them, the outer slopes going on beyond the first and last; level where there is one click.
 *
 *  @param clicks At least one; of several on a trace the last counts.
 *  @param traces Number of traces.
 *  @returns Sample by trace, shape [traces].
 *  @throws RangeError without a click. */
export function linesThroughClicks(clicks: readonly firstbreak.Click[], traces: number): Float64Array {
  const at = [...new Map(clicks.map(({ trace, sample }) => [trace, sample])).entries()].sort(
    ([a], [b]) => a - b,
  );
  if (at.length === 0) throw new RangeError("linesThroughClicks: there must be a click, got none");
  return Float64Array.from({ length: traces }, (_, x) => {
    let right = at.findIndex(([trace]) => trace >= x);
    if (right < 0) right = at.length - 1;
    const left = Math.max(0, right === 0 ? 0 : right - 1);
    if (right === 0) right = Math.min(1, at.length - 1);
    const [[xa, ta], [xb, tb]] = [at[left]!, at[right]!];
    return xa === xb ? ta : ta + ((tb - ta) * (x - xa)) / (xb - xa);
  });
}

/** Channels of the network: asinh(50 x / max|x|) / asinh(50) of each trace less its median; the same after a zero-phase Gaussian low-pass of 2
 *  samples, which takes out bursts that all traces share; and of clicks tanh((t - line) / 16), 1 / (1 + d / 3) with d the traces to the nearest
 *  click, exp(-((t - click) / 3)^2 / 2) on the clicked traces; zeros without clicks (PROTOCOLS 2).
 *
 *  @param gather [trace, time]; samples that are not finite count as 0.
 *  @param clicks Analyst's picks in this gather. Default none.
 *  @returns [trace, time, 5]. */
export function firstBreakInputs(
  { data, shape }: Grid<Float32Array | Float64Array>,
  clicks: readonly firstbreak.Click[] = [],
): Grid {
  const [traces, nt] = shape as [number, number];
  const out = new Float32Array(traces * nt * 5);
  const unit = Math.asinh(gain);
  const trace = new Float64Array(nt);
  for (let x = 0; x < traces; x++) {
    for (let t = 0; t < nt; t++) {
      const v = data[x * nt + t]!;
      trace[t] = Number.isFinite(v) ? v : 0;
    }
    const sorted = trace.slice().sort();
    const median = (sorted[(nt - 1) >> 1]! + sorted[nt >> 1]!) / 2;
    for (let t = 0; t < nt; t++) trace[t]! -= median;
    [trace, smoothed(trace)].forEach((signal, c) => {
      const scale = gain / (peak(signal) || 1);
      for (let t = 0; t < nt; t++) out[(x * nt + t) * 5 + c] = squashed(scale * signal[t]!) / unit;
    });
  }
  if (clicks.length === 0) return { data: out, shape: [traces, nt, 5] };
  const line = linesThroughClicks(clicks, traces);
  const clicked = new Map(clicks.map(({ trace, sample }) => [trace, sample]));
  for (let x = 0; x < traces; x++) {
    let d = Number.POSITIVE_INFINITY;
    for (const c of clicked.keys()) d = Math.min(d, Math.abs(c - x));
    const here = clicked.get(x);
    for (let t = 0; t < nt; t++) {
      const at = (x * nt + t) * 5;
      out[at + 2] = Math.tanh((t - line[x]!) / 16);
      out[at + 3] = 1 / (1 + d / 3);
      if (here !== undefined) out[at + 4] = Math.exp(-0.5 * ((t - here) / 3) ** 2);
    }
  }
  return { data: out, shape: [traces, nt, 5] };
}
