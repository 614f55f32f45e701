// The discrete Fourier transform of any length: the one adapter around fft.js, whose powers of two carry all other lengths.
import FFT from "fft.js";
import { requireCount, requirePositive, requireSamples, type Samples } from "./samples.js";

/** Complex numbers, real and imaginary parts apart. */
export interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A transform of one length in place, forward, on interleaved numbers [re0, im0, re1, ...]. */
type Plan = (x: Float64Array) => void;

interface PowerOfTwo {
  transform(out: Float64Array, data: Float64Array): void;
}

const plans = new Map<number, Plan>();

/** Transform of length n in place, X_j = sum_k x_k exp(-2 pi i j k / n): fft.js for powers of two, else Bluestein's chirp.
 *  @returns The same function for the same n, until 64 other lengths have come by. */
export function plan(n: number): Plan {
  let found = plans.get(n);
  if (found === undefined) {
    found = n === 1 ? () => undefined : (n & (n - 1)) === 0 ? radix(n) : bluestein(n);
    if (plans.size >= 64) plans.clear();
    plans.set(n, found);
  }
  return found;
}

function radix(n: number): Plan {
  const engine = new FFT(n) as unknown as PowerOfTwo;
  const work = new Float64Array(2 * n);
  return (x) => {
    work.set(x);
    engine.transform(x, work);
  };
}

/** X_j = w_j sum_k (x_k w_k) conj(w_{j-k}), w_k = exp(-pi i k^2 / n): a convolution, hence two transforms of a power of two m >= 2n - 1.
 *  @see Bluestein (1970). */
function bluestein(n: number): Plan {
  const m = 2 ** Math.ceil(Math.log2(2 * n - 1));
  const inner = radix(m);
  const chirp = new Float64Array(2 * n);
  for (let k = 0; k < n; k++) {
    const angle = (Math.PI * ((k * k) % (2 * n))) / n; // k^2 is taken modulo its period while it is exact
    chirp[2 * k] = Math.cos(angle);
    chirp[2 * k + 1] = -Math.sin(angle);
  }
  const kernel = new Float64Array(2 * m);
  for (let k = 0; k < n; k++)
    for (const at of [k, (m - k) % m]) {
      kernel[2 * at] = chirp[2 * k]! / m;
      kernel[2 * at + 1] = -chirp[2 * k + 1]! / m;
    }
  inner(kernel);
  const work = new Float64Array(2 * m);
  return (x) => {
    work.fill(0, 2 * n);
    multiply(x, chirp, work, n);
    inner(work);
    multiply(work, kernel, work, m);
    for (let i = 1; i < 2 * m; i += 2) work[i] = -work[i]!; // the inverse transform is the conjugate of that of the conjugate
    inner(work);
    for (let i = 1; i < 2 * n; i += 2) work[i] = -work[i]!;
    multiply(work, chirp, x, n);
  };
}

function multiply(a: Float64Array, b: Float64Array, out: Float64Array, n: number): void {
  for (let i = 0; i < 2 * n; i += 2) {
    const [ar, ai, br, bi] = [a[i]!, a[i + 1]!, b[i]!, b[i + 1]!];
    out[i] = ar * br - ai * bi;
    out[i + 1] = ar * bi + ai * br;
  }
}

/** Discrete Fourier transform, X_j = sum_k x_k exp(-2 pi i j k / n), of any length, large primes among them.
 *
 *  @param x Real or complex signal, shape [n], n >= 1.
 *  @returns Complex spectrum, shape [n]: frequencies `fftFrequencies(n, dt)`.
 *  @throws RangeError if it is empty or real and imaginary part differ in length.
 *  @see numpy.fft.fft, to which it is equal. */
export function fft(x: Samples | Complex): Complex {
  const { re, im } = "re" in x ? x : { re: x, im: undefined };
  requireSamples("fft", re);
  requireCount("fft", "the length", re.length);
  if (im !== undefined && im.length !== re.length)
    throw new RangeError(`fft: re and im must have one length, got ${re.length} and ${im.length}`);
  const n = re.length;
  const work = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    work[2 * i] = re[i]!;
    if (im !== undefined) work[2 * i + 1] = im[i]!;
  }
  plan(n)(work);
  return apart(work, n);
}

/** Inverse of `fft`, x_k = 1/n sum_j X_j exp(2 pi i j k / n).
 *
 *  @param spectrum Complex, shape [n].
 *  @returns Complex signal, shape [n].
 *  @see numpy.fft.ifft, to which it is equal. */
export function ifft(spectrum: Complex): Complex {
  const { re, im } = spectrum;
  const n = re.length;
  const swapped = fft({ re: im, im: re }); // swapping both sides turns the direction round
  return { re: swapped.im.map((v) => v / n), im: swapped.re.map((v) => v / n) };
}

/** Transform of a real signal: the frequencies 0 .. Nyquist, the others being their conjugates.
 *
 *  @param x Signal, shape [length].
 *  @param n Length of the transform: the signal is cut or padded with zeros to it. Default: the signal's.
 *  @returns Complex, shape [floor(n / 2) + 1]: frequencies `rfftFrequencies(n, dt)`.
 *  @throws RangeError if n is not a whole number >= 1.
 *  @see numpy.fft.rfft, to which it is equal. */
export function rfft(x: Samples, n: number = x.length): Complex {
  requireSamples("rfft", x);
  requireCount("rfft", "n", n);
  const work = new Float64Array(2 * n);
  for (let i = 0; i < Math.min(n, x.length); i++) work[2 * i] = x[i]!;
  plan(n)(work);
  return apart(work, (n >> 1) + 1);
}

/** Inverse of `rfft`; imaginary parts at frequency 0 and, for even n, at Nyquist count as 0.
 *
 *  @param spectrum Complex, shape [floor(n / 2) + 1].
 *  @param n Length of the signal. Default 2 (length - 1), which is even.
 *  @returns Signal, shape [n].
 *  @throws RangeError if the spectrum's length is not floor(n / 2) + 1.
 *  @see numpy.fft.irfft, to which it is equal. */
export function irfft(spectrum: Complex, n: number = 2 * (spectrum.re.length - 1)): Float64Array {
  const { re, im } = spectrum;
  requireCount("irfft", "n", n);
  if (re.length !== (n >> 1) + 1 || im.length !== re.length)
    throw new RangeError(`irfft: the spectrum of ${n} samples must have ${(n >> 1) + 1}, got ${re.length}`);
  const work = new Float64Array(2 * n);
  work[0] = re[0]!;
  for (let j = 1; j < re.length; j++) {
    work[2 * j] = re[j]!;
    work[2 * (n - j)] = re[j]!;
    if (2 * j === n) continue;
    work[2 * j + 1] = -im[j]!;
    work[2 * (n - j) + 1] = im[j]!;
  }
  plan(n)(work);
  return Float64Array.from({ length: n }, (_, k) => work[2 * k]! / n);
}

/** Frequencies of `rfft`, j / (n dt), j = 0 .. floor(n / 2).
 *  @param n Length of the transform. @param dt Sample interval, s. @returns Hz. */
export function rfftFrequencies(n: number, dt: number): Float64Array {
  requireCount("rfftFrequencies", "n", n);
  requirePositive("rfftFrequencies", "dt", dt);
  return Float64Array.from({ length: (n >> 1) + 1 }, (_, j) => j / (n * dt));
}

/** Frequencies of `fft`, j / (n dt): from 0 up, then the negative ones.
 *  @param n Length of the transform. @param dt Sample interval, s (or trace interval, m). @returns Hz (or 1/m). */
export function fftFrequencies(n: number, dt: number): Float64Array {
  requireCount("fftFrequencies", "n", n);
  requirePositive("fftFrequencies", "dt", dt);
  return Float64Array.from({ length: n }, (_, j) => (2 * j < n ? j : j - n) / (n * dt));
}

function apart(interleaved: Float64Array, n: number): Complex {
  const re = new Float64Array(n);
  const im = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    re[j] = interleaved[2 * j]!;
    im[j] = interleaved[2 * j + 1]!;
  }
  return { re, im };
}
