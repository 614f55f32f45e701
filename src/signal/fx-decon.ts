// f-x deconvolution: at each frequency a linear event can be predicted from trace to trace, noise cannot.
import type { Grid } from "../core/index.js";
import { alongTime, backAlongTime } from "./fft2.js";
import { requireCount } from "./samples.js";
import { like, type Reals, requireSection } from "./section.js";

export interface FxDeconOptions {
  /** Traces that predict the next one: about the number of dips at once. Default 4. */
  readonly length?: number;
  /** Damping of the least squares, a share of the filter's energy at lag 0, >= 0. Default 0.01. */
  readonly damping?: number;
}

/** f-x deconvolution. At each frequency S(x) is predicted from the `length` traces before it, a = (M^H M + mu m_00 I)^-1 M^H S, and from those after
 *  it; the result is the mean of both predictions, at the edges the one there is. Events must be straight: curved ones want `inPatches`.
 *
 *  @param section [nt, nx], nx > 2 length; transformed with zeros to the next power of two of nt.
 *  @param options See FxDeconOptions.
 *  @returns New section.
 *  @throws RangeError if there are too few traces.
 *  @see Canales (1984); Gulunay (1986). */
export function fxDecon<T extends Reals>(section: Grid<T>, options: FxDeconOptions = {}): Grid<T> {
  const [nt, nx] = requireSection("fxDecon", section);
  const { length = 4, damping = 0.01 } = options;
  requireCount("fxDecon", "length", length);
  if (!(damping >= 0)) throw new RangeError(`fxDecon: damping must be >= 0, got ${damping}`);
  if (nx <= 2 * length)
    throw new RangeError(`fxDecon: needs more than 2 x ${length} traces, got ${nx}; use a shorter filter`);
  const n = 2 ** Math.ceil(Math.log2(nt));
  const spectrum = alongTime(section.data, nt, nx, n);
  const work = predictor(nx, length, damping);
  for (let j = 0; j <= n >> 1; j++) {
    const re = spectrum.re.subarray(j * nx, (j + 1) * nx);
    const im = spectrum.im.subarray(j * nx, (j + 1) * nx);
    work(re, im);
  }
  return { data: backAlongTime(spectrum, [nt, nx], like(section.data), n), shape: [nt, nx] };
}

/** A function that replaces one frequency slice by the mean of its two predictions. */
function predictor(nx: number, length: number, damping: number) {
  const [sumRe, sumIm] = [new Float64Array(nx), new Float64Array(nx)];
  const [re, im] = [new Float64Array(nx), new Float64Array(nx)];
  const matrix = new Float64Array(2 * length * length);
  const right = new Float64Array(2 * length);
  /** Adds the prediction of re, im from the traces before; `at` says where a trace's prediction belongs. */
  const forward = (at: (x: number) => number): void => {
    matrix.fill(0);
    right.fill(0);
    // row x of M holds S(x - 1), ..., S(x - length)
    for (let x = length; x < nx; x++)
      for (let p = 0; p < length; p++) {
        const [a, b] = [re[x - 1 - p]!, im[x - 1 - p]!];
        right[2 * p]! += a * re[x]! + b * im[x]!;
        right[2 * p + 1]! += a * im[x]! - b * re[x]!;
        for (let q = 0; q <= p; q++) {
          const [c, d] = [re[x - 1 - q]!, im[x - 1 - q]!];
          const to = 2 * (p * length + q);
          matrix[to]! += a * c + b * d;
          matrix[to + 1]! += a * d - b * c;
        }
      }
    const energy = matrix[0]!;
    if (energy === 0) return; // nothing to predict from
    for (let p = 0; p < length; p++) matrix[2 * (p * length + p)]! += damping * energy;
    solveHermitian(matrix, right, length);
    for (let x = length; x < nx; x++) {
      let [a, b] = [0, 0];
      for (let p = 0; p < length; p++) {
        a += right[2 * p]! * re[x - 1 - p]! - right[2 * p + 1]! * im[x - 1 - p]!;
        b += right[2 * p]! * im[x - 1 - p]! + right[2 * p + 1]! * re[x - 1 - p]!;
      }
      sumRe[at(x)]! += a;
      sumIm[at(x)]! += b;
    }
  };
  return (sliceRe: Float64Array, sliceIm: Float64Array): void => {
    sumRe.fill(0);
    sumIm.fill(0);
    re.set(sliceRe);
    im.set(sliceIm);
    forward((x) => x);
    re.reverse();
    im.reverse();
    forward((x) => nx - 1 - x);
    for (let x = 0; x < nx; x++) {
      const share = x < length || x >= nx - length ? 1 : 0.5;
      sliceRe[x] = share * sumRe[x]!;
      sliceIm[x] = share * sumIm[x]!;
    }
  };
}

/** Solves A y = b in place for a Hermitian A > 0 of which the lower triangle is given: Cholesky, A = L L^H. Columns without energy left give 0. */
function solveHermitian(a: Float64Array, b: Float64Array, n: number): void {
  const least = 1e-14 * a[0]!;
  for (let j = 0; j < n; j++) {
    const jj = 2 * j * n;
    let pivot = a[jj + 2 * j]!;
    for (let k = 0; k < j; k++) pivot -= a[jj + 2 * k]! ** 2 + a[jj + 2 * k + 1]! ** 2;
    const root = pivot > least ? 1 / Math.sqrt(pivot) : 0;
    for (let i = j; i < n; i++) {
      const ii = 2 * i * n;
      let [re, im] = [a[ii + 2 * j]!, a[ii + 2 * j + 1]!];
      for (let k = 0; k < j; k++) {
        const [p, q, r, s] = [a[ii + 2 * k]!, a[ii + 2 * k + 1]!, a[jj + 2 * k]!, a[jj + 2 * k + 1]!];
        re -= p * r + q * s;
        im -= q * r - p * s;
      }
      if (i === j)
        [a[ii + 2 * j], a[ii + 2 * j + 1]] = [root, 0]; // the diagonal holds 1 / L_jj
      else [a[ii + 2 * j], a[ii + 2 * j + 1]] = [re * root, im * root];
    }
  }
  for (let i = 0; i < n; i++) {
    let [re, im] = [b[2 * i]!, b[2 * i + 1]!];
    for (let k = 0; k < i; k++) {
      const [p, q] = [a[2 * (i * n + k)]!, a[2 * (i * n + k) + 1]!];
      re -= p * b[2 * k]! - q * b[2 * k + 1]!;
      im -= p * b[2 * k + 1]! + q * b[2 * k]!;
    }
    const inverse = a[2 * (i * n + i)]!;
    [b[2 * i], b[2 * i + 1]] = [re * inverse, im * inverse];
  }
  for (let i = n - 1; i >= 0; i--) {
    let [re, im] = [b[2 * i]!, b[2 * i + 1]!];
    for (let k = i + 1; k < n; k++) {
      const [p, q] = [a[2 * (k * n + i)]!, -a[2 * (k * n + i) + 1]!];
      re -= p * b[2 * k]! - q * b[2 * k + 1]!;
      im -= p * b[2 * k + 1]! + q * b[2 * k]!;
    }
    const inverse = a[2 * (i * n + i)]!;
    [b[2 * i], b[2 * i + 1]] = [re * inverse, im * inverse];
  }
}
