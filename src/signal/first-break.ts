// Classical pickers of first breaks, a trace at a time: STA/LTA, modified energy ratio, Coppens, AIC. (Baer and Kradolfer: baer.ts.)
import { requireCount, requirePositive, requireSamples, type Samples } from "./samples.js";

/** Running sum of squares, e[i] = sum of the first i. */
function energyOf(name: string, x: Samples): Float64Array {
  requireSamples(name, x);
  const e = new Float64Array(x.length + 1);
  for (let i = 0; i < x.length; i++) e[i + 1] = e[i]! + x[i]! * x[i]!;
  return e;
}

export interface StaLtaPickOptions {
  /** Samples after the one in hand. Default 10. */
  readonly nsta?: number;
  /** Samples before it. Default 80. */
  readonly nlta?: number;
  /** Ratio that is a pick. Default 6. */
  readonly threshold?: number;
}

/** First sample at which r[i] = mean of x^2 over [i, i + nsta) / (mean over [i - nlta, i) + 1e-6 of the trace's mean) exceeds the threshold.
 *
 *  The windows lie side by side, not one in the other as in `classicStaLta`, so the ratio jumps at the onset itself. At the trace's begin the
 *  long window is shorter; the first nsta samples are no pick.
 *
 *  @param x Trace, shape [n], without its offset.
 *  @returns Sample, or undefined where the ratio never exceeds the threshold: a dead trace, too.
 *  @see Allen (1978); PROTOCOLS 2. */
export function pickStaLta(
  x: Samples,
  { nsta = 10, nlta = 80, threshold = 6 }: StaLtaPickOptions = {},
): number | undefined {
  const e = energyOf("pickStaLta", x);
  requireCount("pickStaLta", "nsta", nsta);
  requireCount("pickStaLta", "nlta", nlta);
  requirePositive("pickStaLta", "threshold", threshold);
  const n = x.length;
  const floor = (1e-6 * e[n]!) / n;
  for (let i = nsta; i < n; i++) {
    const begin = Math.max(i - nlta, 0);
    const sta = (e[Math.min(i + nsta, n)]! - e[i]!) / nsta;
    const lta = (e[i]! - e[begin]!) / (i - begin);
    if (sta > threshold * (lta + floor)) return i;
  }
  return undefined;
}

/** Sample with the largest modified energy ratio (E |x|)^3, E = energy of [i, i + length) / (energy of [i - length, i) + 1e-6 of all); the
 *  first 5 samples are no pick.
 *
 *  @param x Trace, shape [n], without its offset.
 *  @param length Of both windows, samples. Default 40, two to three periods.
 *  @returns Sample, or undefined for a trace of zeros.
 *  @see Han et al. (2009), CREWES; PROTOCOLS 2. */
export function pickEnergyRatio(x: Samples, length = 40): number | undefined {
  const e = energyOf("pickEnergyRatio", x);
  requireCount("pickEnergyRatio", "length", length);
  const n = x.length;
  let best: number | undefined;
  let most = 0;
  for (let i = 5; i < n; i++) {
    const after = e[Math.min(i + length, n)]! - e[i]!;
    const before = e[i]! - e[Math.max(i - length, 0)]! + 1e-6 * e[n]!;
    const ratio = (after / before) * Math.abs(x[i]!);
    if (ratio > most) [best, most] = [i, ratio];
  }
  return best;
}

export interface CoppensOptions {
  /** Samples of the leading window, about one period. Default 30. */
  readonly length?: number;
  /** Keeps the ratio still where there is no energy yet, in units of x^2. Default .02, for a trace scaled to a peak of 1. */
  readonly beta?: number;
  /** Samples of the smoothing's windows. Default 25. */
  readonly width?: number;
}

/** Coppens' picker: r[i] = energy of the last `length` samples / (energy of all so far + beta), smoothed with edges kept, where it rises most.
 *
 *  @param x Trace, shape [n], without its offset, peak 1.
 *  @returns Sample, or undefined for a trace of zeros.
 *  @see Coppens (1985), Geophysical Prospecting 33; Sabbione and Velis (2010), Geophysics 75; PROTOCOLS 2. */
export function pickCoppens(
  x: Samples,
  { length = 30, beta = 0.02, width = 25 }: CoppensOptions = {},
): number | undefined {
  const e = energyOf("pickCoppens", x);
  requireCount("pickCoppens", "length", length);
  requirePositive("pickCoppens", "beta", beta);
  const n = x.length;
  if (n < 2 || e[n] === 0) return undefined;
  const ratio = Float64Array.from(
    { length: n },
    (_, i) => (e[i + 1]! - e[Math.max(i + 1 - length, 0)]!) / (e[i + 1]! + beta),
  );
  const smooth = edgePreserving(ratio, width);
  let best = 1;
  for (let i = 2; i < n; i++) if (smooth[i]! - smooth[i - 1]! > smooth[best]! - smooth[best - 1]!) best = i;
  return best;
}

/** Edge-preserving smoothing: of all windows that hold a sample, the mean of the one with the least standard deviation; edge samples repeated.
 *
 *  @param x Values, shape [n].
 *  @param width Samples of a window.
 *  @returns Shape [n].
 *  @see Luo et al. (2002), The Leading Edge 21. */
export function edgePreserving(x: Samples, width: number): Float64Array {
  requireSamples("edgePreserving", x);
  requireCount("edgePreserving", "width", width);
  const n = x.length;
  const count = n + width - 1; // windows that hold a sample at least
  const [mean, deviation] = [new Float64Array(count), new Float64Array(count)];
  for (let k = 0; k < count; k++) {
    let sum = 0;
    for (let j = 0; j < width; j++) sum += x[Math.min(Math.max(k - width + 1 + j, 0), n - 1)]!;
    const m = sum / width;
    let squares = 0;
    for (let j = 0; j < width; j++) squares += (x[Math.min(Math.max(k - width + 1 + j, 0), n - 1)]! - m) ** 2;
    [mean[k], deviation[k]] = [m, squares];
  }
  return Float64Array.from({ length: n }, (_, i) => {
    let best = i;
    for (let k = i + 1; k < i + width; k++) if (deviation[k]! < deviation[best]!) best = k;
    return mean[best]!;
  });
}

/** Maeda's AIC between two samples, least value: k log var(x[0..k-1]) + (n - k - 1) log var(x[k..n-1]).
 *
 *  @param x Trace, shape [n].
 *  @param options.from First sample of the window. Default 0.
 *  @param options.to One past its last sample. Default behind the largest |x|, so that noise and one onset are in it.
 *  @returns Sample in x; undefined for a trace of zeros; the window's last sample where it holds fewer than 5.
 *  @see Maeda (1985), Zisin 38; `aicPick`, which wants windows of 8 and keeps away from their ends. */
export function pickAic(
  x: Samples,
  options: { readonly from?: number; readonly to?: number } = {},
): number | undefined {
  requireSamples("pickAic", x);
  let peak = 0;
  for (let i = 1; i < x.length; i++) if (Math.abs(x[i]!) > Math.abs(x[peak]!)) peak = i;
  if (x.length === 0 || x[peak] === 0) return undefined;
  const from = Math.max(options.from ?? 0, 0);
  const to = Math.min(options.to ?? peak + 1, x.length);
  const n = to - from;
  if (n < 5) return Math.max(to - 1, 0);
  const [sum, squares] = [new Float64Array(n + 1), new Float64Array(n + 1)];
  for (let i = 0; i < n; i++) {
    sum[i + 1] = sum[i]! + x[from + i]!;
    squares[i + 1] = squares[i]! + x[from + i]! ** 2;
  }
  const logVariance = (a: number, b: number) => {
    const mean = (sum[b]! - sum[a]!) / (b - a);
    return Math.log(Math.max((squares[b]! - squares[a]!) / (b - a) - mean * mean, 0) + 1e-20);
  };
  let [best, least] = [2, Number.POSITIVE_INFINITY];
  for (let k = 2; k < n - 2; k++) {
    const value = k * logVariance(0, k) + (n - k - 1) * logVariance(k, n);
    if (value < least) [best, least] = [k, value];
  }
  return from + best;
}

/** Running median of picks over the traces of a gather.
 *
 *  @param picks Samples, NaN for none, shape [trace].
 *  @param width Traces, odd. Default 5; the gather's end traces are repeated.
 *  @returns Shape [trace]; NaN where no trace of the window has a pick, so gaps of a few traces are filled. */
export function medianOfPicks(picks: ArrayLike<number>, width = 5): Float64Array {
  requireCount("medianOfPicks", "width", width);
  const half = width >> 1;
  return Float64Array.from({ length: picks.length }, (_, x) => {
    const near: number[] = [];
    for (let k = x - half; k <= x + half; k++) {
      const pick = picks[Math.min(Math.max(k, 0), picks.length - 1)]!;
      if (Number.isFinite(pick)) near.push(pick);
    }
    near.sort((a, b) => a - b);
    const n = near.length;
    return n === 0 ? Number.NaN : (near[(n - 1) >> 1]! + near[n >> 1]!) / 2;
  });
}
