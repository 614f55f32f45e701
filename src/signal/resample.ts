// Other sample intervals: by the spectrum, or by a polyphase filter.
import { irfft, rfft } from "./fft.js";
import { requireCount, requireSamples, type Samples } from "./samples.js";
import { kaiser } from "./window.js";

/** Resamples by the spectrum: frequencies are cut off or filled up with zeros. Exact for a periodic signal; one whose ends do not meet
 *  rings there: take `resamplePoly`.
 *
 *  @param x Signal, shape [n].
 *  @param length Samples of the result; its interval is dt n / length.
 *  @returns Signal, shape [length].
 *  @throws RangeError if length is not a whole number >= 1.
 *  @see scipy.signal.resample, to which it is equal. */
export function resample(x: Samples, length: number): Float64Array {
  requireSamples("resample", x);
  requireCount("resample", "length", length);
  const n = x.length;
  const from = rfft(x);
  const re = new Float64Array((length >> 1) + 1);
  const im = new Float64Array(re.length);
  const least = Math.min(n, length);
  const kept = (least >> 1) + 1;
  re.set(from.re.subarray(0, kept));
  im.set(from.im.subarray(0, kept));
  if (least % 2 === 0 && n !== length) {
    // the Nyquist frequency of the shorter one stands for two of the longer one
    const share = length < n ? 2 : 0.5;
    re[least / 2]! *= share;
    im[least / 2]! *= share;
  }
  return irfft({ re, im }, length).map((v) => (v * length) / n);
}

/** Resamples by up / down with a low-pass in between (Kaiser-windowed sinc, beta 5, ten zero crossings of the slower rate each side):
 *  y_i = sum_j x_j h(i down - j up). Outside the signal counts as 0: take a mean off first.
 *
 *  @param x Signal, shape [n].
 *  @param up Samples made of ... @param down ... so many, whole numbers >= 1: 100 Hz from 250 Hz is 2, 5.
 *  @returns Signal, shape [ceil(n up / down)], its interval dt down / up.
 *  @throws RangeError if up or down is not a whole number >= 1.
 *  @see scipy.signal.resample_poly, to which it is equal. */
export function resamplePoly(x: Samples, up: number, down: number): Float64Array {
  requireSamples("resamplePoly", x);
  requireCount("resamplePoly", "up", up);
  requireCount("resamplePoly", "down", down);
  const common = divisor(up, down);
  const [p, q] = [up / common, down / common];
  if (p === 1 && q === 1) return Float64Array.from(x as ArrayLike<number>);
  const half = 10 * Math.max(p, q);
  const h = lowpass(half, 1 / Math.max(p, q), p);
  const out = new Float64Array(Math.ceil((x.length * p) / q));
  for (let i = 0; i < out.length; i++) {
    const centre = half + i * q;
    const first = Math.max(0, Math.ceil((centre - 2 * half) / p));
    const last = Math.min(x.length - 1, Math.floor(centre / p));
    let sum = 0;
    for (let j = first; j <= last; j++) sum += x[j]! * h[centre - j * p]!;
    out[i] = sum;
  }
  return out;
}

/** Windowed sinc of 2 half + 1 taps, cut off at `cut` of the Nyquist frequency, taps summing to `gain`. */
function lowpass(half: number, cut: number, gain: number): Float64Array {
  const taps = kaiser(2 * half + 1, 5).map((w, i) => {
    const u = Math.PI * cut * (i - half);
    return w * (u === 0 ? 1 : Math.sin(u) / u);
  });
  const sum = taps.reduce((s, v) => s + v, 0);
  return taps.map((v) => (v * gain) / sum);
}

function divisor(a: number, b: number): number {
  return b === 0 ? a : divisor(b, a % b);
}
