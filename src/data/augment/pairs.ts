// Semi-synthetic pairs: a clean record made worse on purpose, with what it was as the target.
import type { Rng } from "../../core/index.js";
import { type StftOptions, stft } from "../../signal/index.js";
import { clip } from "./degrade.js";
import { type Example, sizes } from "./example.js";
import { type NoiseOptions, superposeNoise } from "./superpose.js";

/** What a network sees and what it is to give. */
export interface Pair {
  readonly input: Example;
  readonly target: Example;
}

/** A clean example with recorded noise on top, and the share of the signal in the short-time spectrum. */
export interface NoisyPair extends Pair {
  /** |S| / (|S| + |N|) of a channel at each frequency and time, [channel, frequency, segment] flat, 0 to 1; times the input's spectrum it gives the
   *  signal back but for the phase. 0 where both are zero. */
  readonly mask: Float32Array;
  readonly shape: readonly [channels: number, frequencies: number, segments: number];
}

/** Clean signal + recorded noise = input; the target is the clean example, or its mask in the short-time spectrum.
 *  @param example Clean: of high signal-to-noise ratio.
 *  @param options Noise and its level as for `superposeNoise`; the spectrum's segments, default 60 samples with half an overlap.
 *  @see Zhu, Mousavi and Beroza (2019), DeepDenoiser, IEEE TGRS 57(11). */
export function noisyPair(
  example: Example,
  options: NoiseOptions & { readonly segments?: StftOptions },
  rng: Rng,
): NoisyPair {
  const { segments = { length: 60, overlap: 30 }, ...noise } = options;
  const input = superposeNoise(noise)(example, rng);
  const { n, channels } = sizes("noisyPair", example);
  const part = (of: (i: number) => number, k: number) =>
    stft(
      Float64Array.from({ length: n }, (_, t) => of(t * channels + k)),
      example.dt,
      segments,
    );
  const { data: clean } = example.waveform;
  const { data: both } = input.waveform;
  const masks = Array.from({ length: channels }, (_, k) => {
    const signal = part((i) => clean[i]!, k);
    const rest = part((i) => both[i]! - clean[i]!, k);
    const values = Float32Array.from(signal.re, (re, i) => {
      const s = Math.hypot(re, signal.im[i]!);
      const r = Math.hypot(rest.re[i]!, rest.im[i]!);
      return s + r > 0 ? s / (s + r) : 0;
    });
    return { values, shape: signal.shape };
  });
  const [nf, nt] = masks[0]!.shape;
  const mask = new Float32Array(channels * nf * nt);
  masks.forEach(({ values }, k) => {
    mask.set(values, k * nf * nt);
  });
  return { input, target: example, mask, shape: [channels, nf, nt] };
}

/** A clean example held at a share of its peak; the target is the example as it was, and where samples are held.
 *  @param options level: share of the peak, uniform in this range, default [.2, .9].
 *  @returns The pair, and 1 where a sample is held, [sample, channel]. */
export function clippedPair(
  example: Example,
  options: { readonly level?: readonly [number, number] },
  rng: Rng,
): Pair & { readonly isHeld: Uint8Array } {
  const input = clip(options)(example, rng);
  const isHeld = Uint8Array.from(example.waveform.data, (v, i) => (v === input.waveform.data[i] ? 0 : 1));
  return { input, target: example, isHeld };
}
