// The two-dimensional transform of a real section: traces in pairs as one complex signal, then along x.
import type { Grid } from "../core/index.js";
import { plan } from "./fft.js";
import { like, type Reals, requireSection } from "./section.js";

/** Half of the spectrum of a real section: frequencies 0 .. Nyquist, all wavenumbers; the rest are conjugates. */
export interface Spectrum2 {
  /** Real parts, shape [floor(nt / 2) + 1, nx]. */
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** [nt, nx] of the section. */
  readonly shape: readonly [number, number];
}

/** Two-dimensional transform, S(f, k) = sum_t sum_x s(t, x) exp(-2 pi i (f t / nt + k x / nx)), not scaled.
 *
 *  @param section [nt, nx], any lengths.
 *  @returns Its half spectrum, row f, column k in the order of `fftFrequencies`.
 *  @see numpy.fft.fft2, whose first floor(nt / 2) + 1 rows it equals. */
export function fft2(section: Grid<Reals>): Spectrum2 {
  const [nt, nx] = requireSection("fft2", section);
  const half = alongTime(section.data, nt, nx);
  alongTraces(half, (nt >> 1) + 1, nx);
  return { ...half, shape: [nt, nx] };
}

/** The real section of a half spectrum; inverse of `fft2`.
 *
 *  @param spectrum As from `fft2`; unchanged.
 *  @param kind An array of the type that the numbers shall have. Default float64.
 *  @returns Section, [nt, nx]. */
export function ifft2(spectrum: Spectrum2): Grid<Float64Array>;
export function ifft2<T extends Reals>(spectrum: Spectrum2, kind: T): Grid<T>;
export function ifft2(spectrum: Spectrum2, kind: Reals = new Float64Array(0)): Grid<Reals> {
  const [nt, nx] = spectrum.shape;
  // Swapped real and imaginary parts turn the direction round: the result's parts come out swapped too.
  const half = { re: spectrum.im.slice(), im: spectrum.re.slice() };
  alongTraces(half, (nt >> 1) + 1, nx);
  const data = backAlongTime({ re: half.im, im: half.re }, [nt, nx], like(kind, nt * nx), nt, nx);
  return { data, shape: [nt, nx] };
}

/** rfft of every trace, [nf, nx]: two real traces a and b are one signal a + i b, whose spectrum C holds
 *  A = (C_j + conj C_-j) / 2 and B = (C_j - conj C_-j) / 2i. */
export function alongTime(
  data: ArrayLike<number>,
  nt: number,
  nx: number,
  n = nt,
): { readonly re: Float64Array; readonly im: Float64Array } {
  const nf = (n >> 1) + 1;
  const re = new Float64Array(nf * nx);
  const im = new Float64Array(nf * nx);
  const work = new Float64Array(2 * n);
  const transform = plan(n);
  for (let x = 0; x < nx; x += 2) {
    const isPair = x + 1 < nx;
    work.fill(0);
    for (let t = 0; t < nt; t++) {
      work[2 * t] = data[t * nx + x]!;
      if (isPair) work[2 * t + 1] = data[t * nx + x + 1]!;
    }
    transform(work);
    for (let j = 0; j < nf; j++) {
      const back = 2 * ((n - j) % n);
      const [a, b, c, d] = [work[2 * j]!, work[2 * j + 1]!, work[back]!, work[back + 1]!];
      re[j * nx + x] = (a + c) / 2;
      im[j * nx + x] = (b - d) / 2;
      if (!isPair) continue;
      re[j * nx + x + 1] = (b + d) / 2;
      im[j * nx + x + 1] = (c - a) / 2;
    }
  }
  return { re, im };
}

/** irfft of every trace into `out`, [nt, nx], from spectra of n samples, over `scale`; pairs again. */
export function backAlongTime<T extends Reals>(
  { re, im }: { readonly re: Float64Array; readonly im: Float64Array },
  [nt, nx]: readonly [number, number],
  out: T,
  n = nt,
  scale = 1,
): T {
  const nf = (n >> 1) + 1;
  const work = new Float64Array(2 * n);
  const transform = plan(n);
  for (let x = 0; x < nx; x += 2) {
    const isPair = x + 1 < nx;
    for (let j = 0; j < nf; j++) {
      const isReal = j === 0 || 2 * j === n;
      const [a, b] = [re[j * nx + x]!, isReal ? 0 : im[j * nx + x]!];
      const [c, d] = isPair ? [re[j * nx + x + 1]!, isReal ? 0 : im[j * nx + x + 1]!] : [0, 0];
      const back = 2 * ((n - j) % n);
      // conj of A + i B at j and at -j: a forward transform of conjugates is the conjugate of the way back
      work[2 * j] = a - d;
      work[2 * j + 1] = -(b + c);
      work[back] = a + d;
      work[back + 1] = b - c;
    }
    transform(work);
    for (let t = 0; t < nt; t++) {
      out[t * nx + x] = work[2 * t]! / (n * scale);
      if (isPair) out[t * nx + x + 1] = -work[2 * t + 1]! / (n * scale);
    }
  }
  return out;
}

/** fft of every row in place. */
function alongTraces({ re, im }: { re: Float64Array; im: Float64Array }, rows: number, nx: number): void {
  const work = new Float64Array(2 * nx);
  const transform = plan(nx);
  for (let j = 0, first = 0; j < rows; j++, first += nx) {
    for (let x = 0; x < nx; x++) {
      work[2 * x] = re[first + x]!;
      work[2 * x + 1] = im[first + x]!;
    }
    transform(work);
    for (let x = 0; x < nx; x++) {
      re[first + x] = work[2 * x]!;
      im[first + x] = work[2 * x + 1]!;
    }
  }
}
