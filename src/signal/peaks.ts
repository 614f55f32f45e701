// Local maxima of a characteristic function: all of them above a height, and those that stand apart.
import { requireSamples, type Samples } from "./samples.js";

/** A local maximum. */
export interface Peak {
  /** Sample; of a flat top its middle, rounded down. */
  readonly index: number;
  readonly value: number;
}

export interface PeakOptions {
  /** Least value. Default none. */
  readonly height?: number;
  /** Least distance, samples, >= 1: of two that are nearer the higher one stays. Default 1. */
  readonly distance?: number;
}

/** A finder of local maxima that takes its samples one by one, so that a curve may be of any length.
 *
 *  @param height Least value.
 *  @param onPeak Called for each maximum, in order, once the sample after it has come.
 *  @returns A function that takes the next sample; the first and the last one are never maxima, NaN parts the curve. */
export function peakScanner(
  height: number,
  onPeak: (index: number, value: number) => void,
): (value: number) => void {
  let last = Number.NaN;
  let start = -1; // where the top began, -1 while the curve does not rise
  let at = 0;
  return (value) => {
    if (value > last) start = at;
    else if (value < last) {
      if (start >= 0 && last >= height) onPeak((start + at - 1) >> 1, last);
      start = -1;
    } else if (value !== last) start = -1;
    last = value;
    at++;
  };
}

/** Peaks at least `distance` samples apart: the highest stays, those nearer to it go, then the next highest, and so on.
 *
 *  @param peaks In the order of their samples.
 *  @param distance Samples, >= 1.
 *  @returns Those that stay, in order. */
export function keepApart(peaks: readonly Peak[], distance: number): Peak[] {
  const order = peaks.map((_, i) => i).sort((a, b) => peaks[b]!.value - peaks[a]!.value || b - a);
  const gone = new Uint8Array(peaks.length);
  for (const i of order) {
    if (gone[i]) continue;
    for (let k = i - 1; k >= 0 && peaks[i]!.index - peaks[k]!.index < distance; k--) gone[k] = 1;
    for (let k = i + 1; k < peaks.length && peaks[k]!.index - peaks[i]!.index < distance; k++) gone[k] = 1;
  }
  return peaks.filter((_, i) => !gone[i]);
}

/** Local maxima of a curve: x[i-1] < x[i] > x[i+1], flat tops at their middle, the ends left out.
 *
 *  @param x Curve, shape [n]; NaN parts it.
 *  @param options See PeakOptions.
 *  @returns Peaks in order.
 *  @throws RangeError unless distance >= 1.
 *  @see scipy.signal.find_peaks, to which it is equal. */
export function findPeaks(x: Samples, options: PeakOptions = {}): Peak[] {
  requireSamples("findPeaks", x);
  const { height = Number.NEGATIVE_INFINITY, distance = 1 } = options;
  if (!(distance >= 1)) throw new RangeError(`findPeaks: distance must be >= 1, got ${distance}`);
  const peaks: Peak[] = [];
  const scan = peakScanner(height, (index, value) => peaks.push({ index, value }));
  for (let i = 0; i < x.length; i++) scan(x[i]!);
  return keepApart(peaks, distance);
}
