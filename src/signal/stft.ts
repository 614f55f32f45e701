// The short-time Fourier transform and its inverse, in SciPy's conventions.
import { irfft, plan, rfftFrequencies } from "./fft.js";
import { requireCount, requireSamples, type Samples } from "./samples.js";
import { hann } from "./window.js";

const tile = 32; // segments, an even number: 16 take 13 ms where 32 take 9.5 (an hour at 100 Hz), pages of the result are touched less often

export interface StftOptions {
  /** Samples of a segment. Default 256, or the signal's length where that is less. */
  readonly length?: number;
  /** Samples that two segments share, < length. Default half of the length, rounded down. */
  readonly overlap?: number;
  /** Length of each transform, >= length; zeros fill it up. Default: length. */
  readonly nfft?: number;
  /** Window, shape [length]. Default: periodic Hann. */
  readonly window?: Float64Array;
}

/** A short-time spectrum, with what its inverse needs. */
export interface Stft {
  /** Real parts, shape [nf, segment]; float32 for a signal in float32, else float64. */
  readonly re: Float32Array | Float64Array;
  readonly im: Float32Array | Float64Array;
  readonly shape: readonly [number, number];
  /** Hz, shape [nf]. */
  readonly frequencies: Float64Array;
  /** Centres of the segments, s from the first sample, shape [segment]. */
  readonly times: Float64Array;
  /** Samples of the signal. */
  readonly samples: number;
  readonly overlap: number;
  readonly nfft: number;
  readonly window: Float64Array;
}

/** Short-time Fourier transform, Z(f, m) = sum_i w_i x(i + m hop) exp(-2 pi i f i / nfft) / sum w. The signal is continued by half a
 *  segment of zeros at both ends, and to whole segments, so that the first segment's centre is the first sample.
 *
 *  @param x Signal, shape [n].
 *  @param dt Sample interval, s.
 *  @param options See StftOptions.
 *  @returns See Stft; a sine of amplitude 1 has |Z| = 1/2. It is computed in float64 and, for a Float32Array, kept in float32, as SciPy has it.
 *  @throws RangeError where length, overlap, nfft and window do not fit.
 *  @see scipy.signal.stft, to which it is equal. */
export function stft(x: Samples, dt: number, options: StftOptions = {}): Stft {
  requireSamples("stft", x);
  requireCount("stft", "the length", x.length);
  const { length = Math.min(256, x.length) } = options;
  requireCount("stft", "length", length);
  const { overlap = length >> 1, nfft = length, window = hann(length, { periodic: true }) } = options;
  requireCount("stft", "overlap", overlap, 0);
  requireCount("stft", "nfft", nfft, length);
  if (overlap >= length)
    throw new RangeError(`stft: overlap must be < the segment's ${length}, got ${overlap}`);
  if (window.length !== length)
    throw new RangeError(`stft: the window must have ${length} samples, got ${window.length}`);
  const hop = length - overlap;
  const edge = length >> 1;
  const segments = Math.max(0, Math.ceil((x.length + 2 * edge - length) / hop)) + 1;
  const sum = window.reduce((s, w) => s + w, 0);
  const frequencies = rfftFrequencies(nfft, dt);
  const shape = [frequencies.length, segments] as const;
  const Kept = x instanceof Float32Array ? Float32Array : Float64Array;
  const re = new Kept(shape[0] * segments);
  const im = new Kept(shape[0] * segments);
  const transform = plan(nfft);
  const scaled = window.map((w) => (0.5 * w) / sum);
  const pair = new Float64Array(2 * nfft);
  // two segments are the real and the imaginary part of one transform; a tile of them is written row by row, whole cache lines at a time
  const tiles = new Float64Array(2 * tile * shape[0]);
  for (let first = 0; first < segments; first += tile) {
    const count = Math.min(tile, segments - first);
    for (let m = 0; m < count; m += 2) {
      const start = (first + m) * hop - edge;
      if (start >= 0 && start + hop + length <= x.length) fillPair(pair, x, start, hop, scaled);
      else {
        pair.fill(0);
        fillSegment(pair, 0, x, start, scaled);
        if (m + 1 < count) fillSegment(pair, 1, x, start + hop, scaled);
      }
      transform(pair);
      separate(pair, nfft, tiles, 2 * m);
    }
    for (let j = 0, to = first, at = 0; j < shape[0]; j++, to += segments, at += 2 * tile)
      for (let m = 0; m < count; m++) {
        re[to + m] = tiles[at + 2 * m]!;
        im[to + m] = tiles[at + 2 * m + 1]!;
      }
  }
  const times = Float64Array.from({ length: segments }, (_, m) => m * hop * dt);
  return { re, im, shape, frequencies, times, samples: x.length, overlap, nfft, window };
}

/** Spectra of the real and the imaginary part of a signal from half the signal's own, Z: Z_j + conj Z_-j and (Z_j - conj Z_-j) / i.
 *  @param into [frequency, segment, re and im]. @param at First number of the first segment. */
function separate(pair: Float64Array, nfft: number, into: Float64Array, at: number): void {
  for (let j = 0, b = 0; at < into.length; j++, at += 2 * tile, b = 2 * (nfft - j)) {
    const a = 2 * j;
    const ar = pair[a]!;
    const ai = pair[a + 1]!;
    const br = pair[b]!;
    const bi = pair[b + 1]!;
    into[at] = ar + br;
    into[at + 1] = ai - bi;
    into[at + 2] = ai + bi;
    into[at + 3] = br - ar;
  }
}

/** Puts two segments that lie within the signal under their windows. */
function fillPair(pair: Float64Array, x: Samples, start: number, hop: number, window: Float64Array): void {
  for (let i = 0, k = start; i < window.length; i++, k++) {
    const w = window[i]!;
    pair[2 * i] = w * x[k]!;
    pair[2 * i + 1] = w * x[k + hop]!;
  }
  pair.fill(0, 2 * window.length);
}

/** Puts a segment under its window into the real (0) or imaginary (1) part; samples outside the signal are 0. */
function fillSegment(pair: Float64Array, part: 0 | 1, x: Samples, start: number, window: Float64Array): void {
  const from = Math.max(0, -start);
  const to = Math.min(window.length, x.length - start);
  for (let i = from; i < to; i++) pair[2 * i + part] = window[i]! * x[start + i]!;
}

/** Signal of a short-time spectrum, x = sum_m w y_m / sum_m w^2: of an unchanged one the signal itself, of a changed one (masked, denoised) the
 *  nearest in the sense of least squares.
 *
 *  @param z As from `stft`; re and im may be changed.
 *  @returns Signal, shape [z.samples].
 *  @throws RangeError where windows leave samples uncovered.
 *  @see Griffin and Lim (1984); scipy.signal.istft, to which it is equal. */
export function istft(z: Stft): Float64Array {
  const { window, overlap, nfft, samples } = z;
  const [nf, segments] = z.shape;
  const length = window.length;
  const hop = length - overlap;
  const edge = length >> 1;
  const scale = window.reduce((s, w) => s + w, 0);
  const out = new Float64Array((segments - 1) * hop + length);
  const over = new Float64Array(out.length);
  for (let m = 0; m < segments; m++) {
    const pick = (part: Stft["re"]) => Float64Array.from({ length: nf }, (_, j) => part[j * segments + m]!);
    const piece = irfft({ re: pick(z.re), im: pick(z.im) }, nfft);
    for (let i = 0; i < length; i++) {
      out[m * hop + i]! += window[i]! * piece[i]! * scale;
      over[m * hop + i]! += window[i]! * window[i]!;
    }
  }
  for (let i = edge; i < edge + samples; i++) {
    if (!(over[i]! > 1e-10))
      throw new RangeError(`istft: windows must cover every sample, got none at sample ${i - edge}`);
    out[i]! /= over[i]!;
  }
  return out.slice(edge, edge + samples);
}
