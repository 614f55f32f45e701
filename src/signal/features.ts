// Five numbers that say whether a window looks like an earthquake, for detectors that are no larger than a page.
import { rfft, rfftFrequencies } from "./fft.js";
import { requirePositive, requireSamples, type Samples } from "./samples.js";
import { classicStaLta } from "./stalta.js";
import { hann } from "./window.js";

/** Features of a window. */
export interface WindowFeatures {
  /** log10 of the largest STA/LTA, .2 s over 2 s. */
  readonly staLta: number;
  /** log10 of m4 / m2^2; .48 for Gaussian noise. */
  readonly kurtosis: number;
  /** Largest magnitude over root mean square, log10. */
  readonly crest: number;
  /** Mean frequency of the power spectrum, Hz. */
  readonly centroid: number;
  /** Standard deviation of frequency in the power spectrum, Hz. */
  readonly bandwidth: number;
}

/** Features of one component: how sudden, how peaked, how broad and how high it sounds. The mean is taken off; the scale does not matter.
 *
 *  @param x Signal, shape [n], at least 2 s.
 *  @param dt Sample interval, s.
 *  @returns Five numbers; a signal of zeros gives zeros.
 *  @throws RangeError for a shorter signal or dt <= 0. */
export function windowFeatures(x: Samples, dt: number): WindowFeatures {
  requireSamples("windowFeatures", x);
  requirePositive("windowFeatures", "dt", dt);
  const n = x.length;
  const nlta = Math.round(2 / dt);
  if (n < nlta) throw new RangeError(`windowFeatures: needs at least 2 s = ${nlta} samples, got ${n}`);
  const values = Float64Array.from(x as ArrayLike<number>);
  const mean = values.reduce((sum, v) => sum + v, 0) / n;
  const centred = values.map((v) => v - mean);
  const moment = (p: number) => centred.reduce((sum, v) => sum + v ** p, 0) / n;
  const power = moment(2);
  if (power === 0) return { staLta: 0, kurtosis: 0, crest: 0, centroid: 0, bandwidth: 0 };
  const peak = centred.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
  const ratio = classicStaLta(centred, Math.max(1, Math.round(0.2 / dt)), nlta);
  const window = hann(n, { periodic: true });
  const { re, im } = rfft(centred.map((v, i) => v * window[i]!));
  const spectrum = re.map((v, i) => v * v + im[i]! * im[i]!);
  const frequencies = rfftFrequencies(n, dt);
  const total = spectrum.reduce((sum, v) => sum + v, 0);
  const centroid = spectrum.reduce((sum, v, i) => sum + v * frequencies[i]!, 0) / total;
  const spread = spectrum.reduce((sum, v, i) => sum + v * (frequencies[i]! - centroid) ** 2, 0) / total;
  return {
    staLta: Math.log10(ratio.reduce((max, v) => Math.max(max, v), 1e-3)),
    kurtosis: Math.log10(moment(4) / power ** 2),
    crest: Math.log10(peak / Math.sqrt(power)),
    centroid,
    bandwidth: Math.sqrt(spread),
  };
}
