// Samples of a long trace at another rate, piece by piece, as SeisBench brings records to its networks' rate.
import { irfft, rfft } from "../signal/index.js";

/** Samples read at any place. */
export interface Trace {
  /** NET.STA.LOC.CHA; the last letter is the component. */
  readonly id: string;
  /** Time of the first sample, seconds since 1970. */
  readonly start: number;
  /** Samples a second. */
  readonly rate: number;
  /** Samples. */
  readonly length: number;
  /** @param first First sample. @param count How many; first + count <= length. */
  read(first: number, count: number): Float32Array | Float64Array | Int32Array;
}

type Read = (first: number, count: number) => Float32Array | Float64Array | Int32Array;

/** The same trace at another rate. From a multiple of it: Butterworth low-pass of order 4 at half the new rate, forward and backward, and every k-th
 *  sample. From any other: by the spectrum, under a Hann taper that ends at the old rate's Nyquist frequency. Both need no more than a margin around
 *  the samples that are asked for.
 *
 *  @param trace At its own rate.
 *  @param rate Samples a second wanted.
 *  @returns A trace whose first sample is the same moment; itself where the rate is the same to a millionth.
 *  @throws RangeError where the rates' ratio is none of whole numbers up to 1,000.
 *  @see seisbench.models.WaveformModel.resample; obspy.Trace.resample. */
export function atRate(trace: Trace, rate: number): Trace {
  if (Math.abs(trace.rate / rate - 1) < 1e-6) return trace;
  const [up, down] = fraction(rate / trace.rate);
  if (up === 0)
    throw new RangeError(
      `annotate: the rate must be in a ratio of whole numbers up to 1000 to ${rate} Hz, got ${trace.rate} Hz of ${trace.id}`,
    );
  const length = up === 1 ? Math.ceil(trace.length / down) : Math.floor((trace.length * up) / down);
  const make = up === 1 ? decimated : resampled;
  return { ...trace, rate, length, read: make(trace, up, down) };
}

/** A number as p / q with q <= 1000 to a millionth, or 0 / 1. */
function fraction(x: number): [number, number] {
  for (let q = 1; q <= 1000; q++) {
    const p = Math.round(x * q);
    if (p > 0 && p <= 1000 && Math.abs(p / q / x - 1) < 1e-6) return [p, q];
  }
  return [0, 1];
}

/** Sections of a Butterworth low-pass of order 4 at half of 1 / k of the rate: [b, a1, a2], numerator b (1 + z^-1)^2. */
function lowpass(k: number): (readonly [number, number, number])[] {
  const w = Math.tan(Math.PI / (2 * k));
  return [Math.PI / 8, (3 * Math.PI) / 8].map((angle) => {
    const damping = 2 * Math.cos(angle) * w;
    const scale = 1 / (1 + damping + w * w);
    return [w * w * scale, 2 * (w * w - 1) * scale, (1 - damping + w * w) * scale] as const;
  });
}

/** Filters in place from a zero state. */
function filter(x: Float64Array, sections: readonly (readonly [number, number, number])[]): void {
  for (const [b, a1, a2] of sections) {
    let [z1, z2] = [0, 0];
    for (let i = 0; i < x.length; i++) {
      const input = x[i]! * b;
      const y = input + z1;
      z1 = 2 * input - a1 * y + z2;
      z2 = input - a2 * y;
      x[i] = y;
    }
  }
}

function decimated({ length, read }: Trace, _: number, k: number): Read {
  const sections = lowpass(k);
  const margin = 128 * k; // what lies farther away counts for less than 1e-12
  return (first, count) => {
    const from = Math.max(first * k - margin, 0);
    const end = Math.min((first + count - 1) * k + 1 + margin, length);
    const x = Float64Array.from(read(from, end - from) as Float64Array);
    filter(x, sections);
    x.reverse();
    filter(x, sections);
    x.reverse();
    return Float64Array.from({ length: count }, (_, i) => x[(first + i) * k - from]!);
  };
}

function resampled({ length, read }: Trace, up: number, down: number): Read {
  const margin = down * Math.ceil(1024 / down);
  return (first, count) => {
    const unit = Math.floor(first / up);
    const begin = unit * down - margin;
    const size = (Math.ceil((first + count) / up) - unit) * down + 2 * margin;
    const [from, end] = [Math.max(begin, 0), Math.min(begin + size, length)];
    const there = read(from, end - from);
    const x = new Float64Array(size).fill(there[0]!, 0, from - begin);
    x.set(there, from - begin);
    x.fill(there.at(-1)!, end - begin);
    const { re, im } = rfft(x);
    const wide = (size / down) * up;
    const bins = (wide >> 1) + 1;
    const out = { re: new Float64Array(bins), im: new Float64Array(bins) };
    for (let i = 0; i < Math.min(bins, re.length); i++) {
      const taper = (0.5 + 0.5 * Math.cos((2 * Math.PI * i) / size)) * (up / down);
      out.re[i] = re[i]! * taper;
      out.im[i] = im[i]! * taper;
    }
    const skip = (margin / down) * up + first - unit * up;
    return irfft(out, wide).subarray(skip, skip + count);
  };
}
