// Wavelets of generated sections: any band, any constant phase, sampled four times finer than the section.
import type { Rng } from "../../core/index.js";

/** Fine samples a sample. */
export const fine = 4;

/** Half of the length of a wavelet, samples. */
const half = 64;

/** A wavelet on the fine grid, centred, peak magnitude 1. */
export interface FineWavelet {
  /** 2 half fine + 1 values. */
  readonly values: Float32Array;
  /** Index of time 0. */
  readonly centre: number;
}

/** Draws a wavelet: half of them Ricker, half with a flat band, 60 % with a constant phase other than 0.
 *
 *  w(t) = sum_f A(f) cos(2 pi f t + phase), A(f) = (f / f0)^2 exp(-(f / f0)^2) or a band with cosine flanks; tapered to 0 at the ends.
 *
 *  @param rng Stream.
 *  @param low Lowest peak frequency, cycles a sample. Default .02.
 *  @param high Highest. Default .2.
 *  @returns The wavelet. */
export function drawWavelet(rng: Rng, low = 0.02, high = 0.2): FineWavelet {
  const peak = Math.exp(rng.uniform(Math.log(low), Math.log(high)));
  const ricker = rng.uniform() < 0.5;
  const width = rng.uniform(0.5, 1.6); // of a band, relative to its centre
  const phase = rng.uniform() < 0.6 ? rng.uniform(-Math.PI, Math.PI) : 0;
  const [from, to] = [Math.max(peak * (1 - width / 2), 0.004), Math.min(peak * (1 + width / 2), 0.42)];
  const flank = 0.4 * peak;
  const amplitude = (f: number) => {
    if (ricker) return (f / peak) * (f / peak) * Math.exp(-(f / peak) * (f / peak));
    if (f < from) return f > from - flank ? 0.5 + 0.5 * Math.cos((Math.PI * (from - f)) / flank) : 0;
    if (f > to) return f < to + flank ? 0.5 + 0.5 * Math.cos((Math.PI * (f - to)) / flank) : 0;
    return 1;
  };
  const centre = half * fine;
  const values = new Float32Array(2 * centre + 1);
  const step = 1 / (2 * half);
  for (let k = 1; k < half; k++) {
    const f = k * step;
    const a = amplitude(f);
    if (a < 1e-4) continue;
    for (let i = 0; i < values.length; i++)
      values[i]! += a * Math.cos((2 * Math.PI * f * (i - centre)) / fine + phase);
  }
  let max = 0;
  for (let i = 0; i < values.length; i++) {
    values[i]! *= 0.5 + 0.5 * Math.cos((Math.PI * (i - centre)) / centre);
    max = Math.max(max, Math.abs(values[i]!));
  }
  for (let i = 0; i < values.length; i++) values[i]! /= max;
  return { values, centre };
}
