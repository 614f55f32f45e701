// The analytic signal: envelope, phase and frequency at every sample.
import { type Complex, fft, ifft } from "./fft.js";
import { requireCount, requirePositive, requireSamples, type Samples } from "./samples.js";

/** Analytic signal, x + i H(x): negative frequencies taken out, positive ones doubled.
 *
 *  @param x Signal, shape [n], n >= 1; taken as periodic, so ends that do not meet show at both.
 *  @returns Complex, shape [n]; its real part is x.
 *  @see Taner, Koehler and Sheriff (1979); scipy.signal.hilbert, to which it is equal. */
export function analyticSignal(x: Samples): Complex {
  requireSamples("analyticSignal", x);
  requireCount("analyticSignal", "the length", x.length);
  const { re, im } = fft(x);
  const n = x.length;
  for (let j = 1; j < n; j++) {
    const gain = 2 * j < n ? 2 : 2 * j === n ? 1 : 0;
    re[j]! *= gain;
    im[j]! *= gain;
  }
  return ifft({ re, im });
}

/** Envelope (instantaneous amplitude), |x + i H(x)|.
 *
 *  @param x Signal, shape [n].
 *  @returns Shape [n], >= |x|.
 *  @see obspy.signal.filter.envelope, to which it is equal. */
export function envelope(x: Samples): Float64Array {
  const { re, im } = analyticSignal(x);
  return re.map((v, i) => Math.hypot(v, im[i]!));
}

/** Instantaneous phase, arg(x + i H(x)), without jumps.
 *
 *  @param x Signal, shape [n].
 *  @returns Radians, shape [n]; the first in -pi .. pi, steps between neighbours at most pi.
 *  @see numpy.unwrap(numpy.angle(scipy.signal.hilbert(x))), to which it is equal. */
export function instantaneousPhase(x: Samples): Float64Array {
  const { re, im } = analyticSignal(x);
  const phase = re.map((v, i) => Math.atan2(im[i]!, v));
  let turns = 0;
  let before = phase[0]!;
  for (let i = 1; i < phase.length; i++) {
    const now = phase[i]!;
    turns -= Math.round((now - before) / (2 * Math.PI));
    before = now;
    phase[i] = now + 2 * Math.PI * turns;
  }
  return phase;
}

/** Instantaneous frequency, the phase's slope over 2 pi: central differences, one-sided at the ends.
 *
 *  @param x Signal, shape [n], n >= 2.
 *  @param dt Sample interval, s.
 *  @returns Hz, shape [n]; of no meaning where the envelope is small, and negative there at times. */
export function instantaneousFrequency(x: Samples, dt: number): Float64Array {
  requirePositive("instantaneousFrequency", "dt", dt);
  requireCount("instantaneousFrequency", "the length", x.length, 2);
  const phase = instantaneousPhase(x);
  const last = phase.length - 1;
  return phase.map((_, i) => {
    const [from, to] = [Math.max(0, i - 1), Math.min(last, i + 1)];
    return (phase[to]! - phase[from]!) / (2 * Math.PI * dt * (to - from));
  });
}
