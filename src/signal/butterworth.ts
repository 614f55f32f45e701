// The Butterworth band-pass: flat in the band, designed as an analogue filter and mapped to samples.
import { requireCount, requirePositive, requireSamples, type Samples } from "./samples.js";
import { type Section, sosfilt, sosfiltfilt } from "./sos.js";

interface Complex {
  readonly re: number;
  readonly im: number;
}

/** Butterworth band-pass as second-order sections: |H(f)|^2 = 1 / (1 + ((f^2 - fa fb) / (f (fb - fa)))^(2 order)) on the
 *  warped axis f = tan(pi f dt), by the bilinear transform. The section nearest the unit circle comes last.
 *
 *  @param order Order, 1 .. 12; the band-pass has `order` sections and falls off by 6 `order` dB an octave on each side.
 *  @param band Corner frequencies [low, high] at -3 dB, Hz, 0 < low < high < 1 / (2 dt).
 *  @param dt Sample interval, s.
 *  @returns Sections, equal to scipy.signal.butter(order, band, "bandpass", output="sos", fs=1/dt).
 *  @throws RangeError if the band does not fit below the Nyquist frequency. */
export function butterworth(order: number, band: readonly [number, number], dt: number): Section[] {
  const [low, high] = band;
  requireCount("butterworth", "order", order);
  if (order > 12) throw new RangeError(`butterworth: order must be <= 12, got ${order}`);
  requirePositive("butterworth", "dt", dt);
  if (!(low > 0 && high > low && high < 0.5 / dt))
    throw new RangeError(
      `butterworth: the band must satisfy 0 < low < high < ${0.5 / dt} Hz (Nyquist), got ${low} .. ${high}`,
    );
  const { poles, gain } = digitalPoles(order, low, high, dt);
  const sections: Section[] = [];
  const zeros = { plus: order, minus: order };
  for (const [p, q] of pairs(poles)) {
    const sum = takeZero(zeros, p) + takeZero(zeros, p);
    const b1 = sum === 0 ? 0 : -sum;
    const b2 = sum === 0 ? -1 : 1;
    sections.unshift({ b: [1, b1, b2], a: [-(p.re + q.re), p.re * q.re - p.im * q.im] });
  }
  const [first, ...rest] = sections;
  return [{ b: [gain * first!.b[0], gain * first!.b[1], gain * first!.b[2]], a: first!.a }, ...rest];
}

export interface BandpassOptions {
  /** Order of the Butterworth filter, each way. Default 4. */
  readonly order?: number;
  /** "zero": forward and backward, arrivals stay where they are but energy leaks ahead of them. "causal": forward only, nothing
   *  comes early, as a picker of onsets needs it, but arrivals are drawn out. Default "zero". */
  readonly phase?: "zero" | "causal";
}

/** Butterworth band-pass.
 *
 *  @param x Signal, shape [n].
 *  @param band Corner frequencies [low, high], Hz; the gain there is -3 dB a pass.
 *  @param dt Sample interval, s.
 *  @param options See BandpassOptions.
 *  @returns New signal, shape [n], float64.
 *  @throws RangeError if the band or the record's length does not fit.
 *  @see scipy.signal.sosfiltfilt and sosfilt, to which the two phases are equal. */
export function bandpass(
  x: Samples,
  band: readonly [number, number],
  dt: number,
  options: BandpassOptions = {},
): Float64Array {
  const { order = 4, phase = "zero" } = options;
  requireSamples("bandpass", x);
  if (phase !== "zero" && phase !== "causal")
    throw new RangeError(`bandpass: phase must be "zero" or "causal", got ${String(phase)}`);
  const sections = butterworth(order, band, dt);
  return phase === "zero" ? sosfiltfilt(sections, x) : sosfilt(sections, x);
}

/** Poles with im >= 0 (real ones both) of the digital filter, and its gain. */
function digitalPoles(order: number, low: number, high: number, dt: number) {
  const fa = 4 * Math.tan(Math.PI * low * dt);
  const fb = 4 * Math.tan(Math.PI * high * dt);
  const poles: Complex[] = [];
  let gain = 1;
  for (let m = 1 - order; m < order; m += 2) {
    const angle = (Math.PI * m) / (2 * order);
    const half = { re: (-Math.cos(angle) * (fb - fa)) / 2, im: (-Math.sin(angle) * (fb - fa)) / 2 };
    const root = squareRoot({
      re: half.re * half.re - half.im * half.im - fa * fb,
      im: 2 * half.re * half.im,
    });
    let product: Complex = { re: 1, im: 0 };
    for (const sign of [1, -1]) {
      const p = { re: half.re + sign * root.re, im: half.im + sign * root.im };
      const away = { re: 4 - p.re, im: -p.im };
      product = times(product, away);
      poles.push(over({ re: 4 + p.re, im: p.im }, away));
    }
    // The prototype's poles come in conjugate pairs, so the gain's imaginary parts cancel: moduli are enough.
    gain *= (4 * (fb - fa)) / Math.hypot(product.re, product.im);
  }
  return { poles, gain };
}

/** Conjugate (or two real) poles in pairs, the pair nearest the unit circle first. */
function pairs(poles: readonly Complex[]): [Complex, Complex][] {
  const isReal = (p: Complex) => Math.abs(p.im) <= 1e-13 * Math.hypot(p.re, p.im);
  const toCircle = (p: Complex) => Math.abs(1 - Math.hypot(p.re, p.im));
  const out: [Complex, Complex][] = poles
    .filter((p) => !isReal(p) && p.im > 0)
    .map((p) => [p, { re: p.re, im: -p.im }]);
  const real = poles.filter(isReal).sort((p, q) => toCircle(p) - toCircle(q));
  for (let i = 0; i + 1 < real.length; i += 2)
    out.push([
      { re: real[i]!.re, im: 0 },
      { re: real[i + 1]!.re, im: 0 },
    ]);
  return out.sort((p, q) => toCircle(p[0]) - toCircle(q[0]));
}

/** Takes the zero (+1 or -1) that lies nearer to the pole, while there is one. */
function takeZero(left: { plus: number; minus: number }, p: Complex): 1 | -1 {
  const isPlus = left.minus === 0 || (left.plus > 0 && p.re > 0);
  left[isPlus ? "plus" : "minus"]--;
  return isPlus ? 1 : -1;
}

function times(p: Complex, q: Complex): Complex {
  return { re: p.re * q.re - p.im * q.im, im: p.re * q.im + p.im * q.re };
}

function over(p: Complex, q: Complex): Complex {
  const norm = q.re * q.re + q.im * q.im;
  return { re: (p.re * q.re + p.im * q.im) / norm, im: (p.im * q.re - p.re * q.im) / norm };
}

function squareRoot(p: Complex): Complex {
  const modulus = Math.hypot(p.re, p.im);
  const re = Math.sqrt((modulus + Math.abs(p.re)) / 2);
  const im = re === 0 ? 0 : Math.abs(p.im) / (2 * re);
  const [x, y] = p.re >= 0 ? [re, im] : [im, re];
  return { re: x, im: p.im < 0 ? -y : y };
}
