// Zero-phase filters along the time of records, given by their gain; each is its own transpose.
import type { Grid } from "../core/grid.js";
import { plan } from "../signal/fft.js";

type Floats = Float32Array | Float64Array;

/** Gain at the frequencies k / (n dt) of a transform of length n, k = 0 .. n / 2. */
export interface TraceFilter {
  readonly gain: Float64Array;
  readonly n: number;
}

/** Length of the transforms of traces of nt samples: a power of two >= 2 nt, so that nothing comes round. */
const paddedLength = (nt: number): number => 2 ** Math.ceil(Math.log2(2 * nt));

/** Low-pass 1 / (1 + (f / fc)^8).
 *
 *  @param nt Samples of the traces. @param dt s. @param cutoff fc, Hz, > 0.
 *  @returns For `filterTraces`. @throws RangeError if the cutoff is not > 0. */
export function lowPass(nt: number, dt: number, cutoff: number): TraceFilter {
  if (!(cutoff > 0)) throw new RangeError(`lowPass: cutoff must be > 0 Hz, got ${cutoff}`);
  const n = paddedLength(nt);
  const gain = Float64Array.from({ length: n / 2 + 1 }, (_, k) => {
    const ratio = k / (n * dt * cutoff);
    const squared = ratio * ratio;
    const fourth = squared * squared;
    return 1 / (1 + fourth * fourth);
  });
  return { gain, n };
}

/** Whitening 1 / (|W(f)| / max |W| + damping): the wavelet's spectrum is taken off, so that weak frequencies count as well.
 *
 *  @param wavelet [nt]. @param damping > 0; 0.1 is a good start.
 *  @returns For `filterTraces`. @throws RangeError if the damping is not > 0. */
export function whitening(wavelet: Floats, damping: number): TraceFilter {
  if (!(damping > 0)) throw new RangeError(`whitening: damping must be > 0, got ${damping}`);
  const n = paddedLength(wavelet.length);
  const work = new Float64Array(2 * n);
  wavelet.forEach((v: number, i: number) => {
    work[2 * i] = v;
  });
  plan(n)(work);
  const size = Float64Array.from({ length: n / 2 + 1 }, (_, k) => Math.hypot(work[2 * k]!, work[2 * k + 1]!));
  const largest = size.reduce((a, b) => Math.max(a, b));
  return { gain: size.map((s) => 1 / (s / largest + damping)), n };
}

/** Both filters one after the other. */
export const both = (a: TraceFilter, b: TraceFilter): TraceFilter => ({
  n: a.n,
  gain: a.gain.map((g, k) => g * b.gain[k]!),
});

/** Filters traces: padded with zeros, weighed frequency by frequency, cut back to their length. Two real traces share one transform.
 *
 *  @param records [..., time].
 *  @returns The same shape and type. */
export function filterTraces<T extends Floats>(records: Grid<T>, filter: TraceFilter): Grid<T> {
  const nt = records.shape.at(-1)!;
  const { gain, n } = filter;
  const traces = records.data.length / nt;
  const transform = plan(n);
  const work = new Float64Array(2 * n);
  const out = records.data.slice() as T;
  for (let i = 0; i < traces; i += 2) {
    const [a, b] = [i * nt, i + 1 < traces ? (i + 1) * nt : -1];
    work.fill(0);
    for (let t = 0; t < nt; t++) {
      work[2 * t] = records.data[a + t]!;
      if (b >= 0) work[2 * t + 1] = records.data[b + t]!;
    }
    transform(work);
    // real and imaginary part change places before and after, which turns the direction of the transform round
    for (let k = 0; k < n; k++) {
      const g = gain[k <= n / 2 ? k : n - k]! / n;
      const re = work[2 * k]! * g;
      work[2 * k] = work[2 * k + 1]! * g;
      work[2 * k + 1] = re;
    }
    transform(work);
    for (let t = 0; t < nt; t++) {
      out[a + t] = work[2 * t + 1]!;
      if (b >= 0) out[b + t] = work[2 * t]!;
    }
  }
  return { data: out, shape: records.shape };
}
