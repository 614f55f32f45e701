// Baer and Kradolfer's picker: an envelope's square against its own running mean and deviation.
import { requirePositive, requireSamples, type Samples } from "./samples.js";

export interface BaerOptions {
  /** Samples that the function may lie below the threshold within one trigger. Default 20. */
  readonly down?: number;
  /** Least length of a trigger, samples. Default 8. */
  readonly up?: number;
  /** Standard deviations that trigger. Default 7. */
  readonly threshold?: number;
  /** Standard deviations above which the noise statistics are not updated. Default 12. */
  readonly ceiling?: number;
  /** Samples at the begin that only count as noise, half of the blind part. Default 40. */
  readonly preset?: number;
}

/** Running statistics of the envelope's fourth power. */
interface Noise {
  sum: number;
  squares: number;
  count: number;
  mean: number;
  deviation: number;
}

const f = Math.fround;

function learn(noise: Noise, value: number): void {
  noise.sum = f(noise.sum + value);
  noise.squares = f(noise.squares + f(value * value));
  const n = ++noise.count;
  const variance = f(f(f(n * noise.squares) - f(noise.sum * noise.sum)) / f(n * n));
  noise.deviation = variance >= 0 ? f(Math.sqrt(variance)) : 1;
  noise.mean = f(noise.sum / n);
}

/** Baer and Kradolfer's phase picker. With e = x^2 + w x'^2, w = sum x^2 / sum x'^2 so far, the characteristic function is
 *  (e^2 - mean(e^2)) / deviation(e^2). It triggers where that exceeds the threshold; the pick is the first trigger that lasts `up` samples,
 *  pauses of up to `down` allowed. (The paper lets very strong signals count as longer; ObsPy's code does not, nor does this.)
 *
 *  Numbers are float32, as in ObsPy's C code, whose answers it gives. So the trace's unit matters: peaks of 10^6 (as in PROTOCOLS 2) let
 *  squares of e^2 overflow in strong noise, which then never triggers.
 *
 *  @param x Trace, shape [n], in counts.
 *  @param dt Sample interval, s.
 *  @param options See BaerOptions.
 *  @returns Sample as ObsPy counts it, one past the first that triggers; undefined where none is found.
 *  @see Baer and Kradolfer (1987), BSSA 77; obspy.signal.trigger.pk_baer. */
export function pickBaer(x: Samples, dt: number, options: BaerOptions = {}): number | undefined {
  requireSamples("pickBaer", x);
  requirePositive("pickBaer", "dt", dt);
  const { down = 20, up = 8, threshold = 7, ceiling = 12, preset = 40 } = options;
  const rate = f(1 / dt);
  const n = x.length - 1; // the first sample has no derivative
  if (n < 1) return undefined;
  let [before, energy, slope] = [f(x[1]!), 0, 0];
  for (let i = 2; i <= Math.min(preset, n); i++) {
    const v = f(x[i]!);
    const d = f(f(v - before) * rate);
    energy = f(energy + f(v * v));
    slope = f(slope + f(d * d));
    before = v;
  }
  let weight = f(energy / slope);
  before = f(x[1]!);
  const noise: Noise = { sum: 0, squares: 0, count: 0, mean: 0, deviation: 1 };
  let level = 0;
  let [start, pause] = [0, 0]; // start is 0 where nothing has triggered
  for (let i = 1; i <= n; i++) {
    const v = f(x[i]!);
    const d = f(f(v - before) * rate);
    before = v;
    const [v2, d2] = [f(v * v), f(d * d)];
    energy = f(energy + v2);
    slope = f(slope + d2);
    const e = f(v2 + f(weight * d2));
    const value = f(e * e);
    weight = f(energy / slope);
    if (noise.deviation > 0) level = f(f(value - noise.mean) / noise.deviation);
    if (level > threshold && i > 2 * preset) {
      if (start === 0) start = i;
      pause = 0;
    } else if (start !== 0 && ++pause > down) {
      if (i - start - pause + 1 >= up) return start + 1;
      [start, pause] = [0, 0];
    }
    if (level < ceiling || i <= 2 * preset) learn(noise, value);
  }
  return start !== 0 && n + 2 - start - pause >= up ? start + 1 : undefined;
}
