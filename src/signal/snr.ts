// How well an arrival stands out of the noise before it.
import { requireCount, requireSamples, type Samples } from "./samples.js";

/** Signal-to-noise ratio of an arrival, 20 log10(rms after / rms before), dB; the window before has its mean taken off both.
 *
 *  @param x Signal, shape [n].
 *  @param pick Sample of the arrival.
 *  @param window Length of each window, samples, >= 2; cut at the record's ends.
 *  @returns dB; NaN where a window is empty or the noise is 0 (padding, a dead channel).
 *  @throws RangeError if the pick lies outside the record. */
export function pickSnr(x: Samples, pick: number, window: number): number {
  requireSamples("pickSnr", x);
  requireCount("pickSnr", "window", window, 2);
  if (!(pick >= 0 && pick < x.length))
    throw new RangeError(`pickSnr: the pick must lie in 0 .. ${x.length - 1}, got ${pick}`);
  const at = Math.round(pick);
  const noise = x.subarray(Math.max(0, at - window), at) as Samples;
  const signal = x.subarray(at, at + window) as Samples;
  let mean = 0;
  for (let i = 0; i < noise.length; i++) mean += noise[i]! / noise.length;
  const ratio = rms(signal, mean) / rms(noise, mean);
  return ratio > 0 && Number.isFinite(ratio) ? 20 * Math.log10(ratio) : Number.NaN;
}

function rms(x: Samples, mean: number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - mean) * (x[i]! - mean);
  return Math.sqrt(sum / x.length);
}
