// A window as a network wants to see it: mean off, each component divided by its own size.
import type { Grid } from "../core/index.js";
import type { WindowSettings } from "../nn/index.js";

/** Puts a window, normalised, into a batch.
 *
 *  @param samples [length, channels], C order; what is not finite counts as 0.
 *  @param out Where it goes, the same size or more.
 *  @param channels Components.
 *  @param norm "peak": over max |x|; "std": over the standard deviation (n - 1); "std-live": over that, times 3 / number of components that are not
 *    constant; "std-all": all over the standard deviation of all; "none": the mean off only.
 *  @param n Samples that are real; those after them are filling and stay 0.
 *  @param taper Samples of a cosine taper at both ends of the window, from 0 to 1. */
export function prepare(
  samples: Float32Array,
  out: Float32Array,
  channels: number,
  norm: WindowSettings["norm"],
  n = samples.length / channels,
  taper = 0,
): void {
  const scales = new Float64Array(channels);
  const means = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    let sum = 0;
    let isWhole = true;
    for (let i = c; i < n * channels; i += channels) sum += samples[i]!;
    if (!Number.isFinite(sum)) {
      isWhole = false;
      sum = 0;
      for (let i = c; i < n * channels; i += channels) if (Number.isFinite(samples[i]!)) sum += samples[i]!;
    }
    const mean = sum / n;
    let size = 0;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = c; i < n * channels; i += channels) {
      const x = isWhole || Number.isFinite(samples[i]!) ? samples[i]! : 0;
      if (x < low) low = x;
      if (x > high) high = x;
      size += (x - mean) * (x - mean);
    }
    means[c] = mean;
    squares[c] = size;
    if (norm === "peak") scales[c] = Math.max(high - mean, mean - low) + 1e-10;
    else if (norm === "none") scales[c] = 1;
    else if (low < high) scales[c] = Math.sqrt(size / Math.max(n - 1, 1)) + 1e-10;
    else scales[c] = norm === "std" ? 1e-10 : Infinity;
  }
  if (norm === "std-all") {
    const all = squares.reduce((sum, s) => sum + s, 0);
    scales.fill(Math.sqrt(all / Math.max(n * channels - 1, 1)) + 1e-10);
  }
  if (norm === "std-live") {
    const live = scales.reduce((count, s) => count + (s < Infinity ? 1 : 0), 0);
    for (let c = 0; c < channels; c++) scales[c]! *= live / 3;
  }
  for (let c = 0; c < channels; c++) {
    const mean = means[c]!;
    const factor = 1 / scales[c]!;
    for (let i = c; i < n * channels; i += channels) {
      const x = samples[i]!;
      out[i] = (Number.isFinite(x) ? x - mean : -mean) * factor;
    }
  }
  out.fill(0, n * channels, samples.length);
  for (let i = 0; i < taper; i++) {
    const weight = 0.5 * (1 - Math.cos((Math.PI * i) / Math.max(taper - 1, 1)));
    for (let c = 0; c < channels; c++) {
      out[i * channels + c]! *= weight;
      out[samples.length - (i + 1) * channels + c]! *= weight;
    }
  }
}

/** A window as a picker sees it, and as one is trained.
 *
 *  @param waveform [sample, component]; what is not finite counts as 0.
 *  @param norm Default "std-live": each component minus its mean, over its standard deviation times (components that are not constant) / 3, so that a
 *    missing component leaves the input as strong; the others are those of SeisBench, "peak", "std" and "none".
 *  @returns A new grid of the same shape.
 *  @throws RangeError for another rank. */
export function normaliseWindow(waveform: Grid, norm: WindowSettings["norm"] = "std-live"): Grid {
  const { data, shape } = waveform;
  if (shape.length !== 2)
    throw new RangeError(`normaliseWindow: the waveform must be [sample, component], got [${shape}]`);
  const out = new Float32Array(data.length);
  prepare(data, out, shape[1]!, norm);
  return { data: out, shape };
}
