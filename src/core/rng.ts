// Random numbers: a seed gives the same bits on every machine, Node and number of threads.
import type { TypedArray } from "./grid.js";
import { drawBelow, drawNormal, drawShuffle } from "./rng-draw.js";
import { type NumpyGenerator, numpyGenerator } from "./rng-numpy.js";
import { Pcg64, seedWords } from "./rng-pcg64.js";

type NumberArray = Exclude<TypedArray, BigInt64Array | BigUint64Array>;

/** A stream of random numbers. `rng(seed)` draws what NumPy's `default_rng(seed)` draws, one number at a time. */
export interface Rng {
  /** An independent stream: the same name gives the same numbers, however much this one has drawn.
   *  @param name Any text, e.g. "weights" or "sample 17". */
  fork(name: string): Rng;
  /** A number in [low, high), 53 bits.
   *  @param low Default 0.
   *  @param high Default 1. */
  uniform(low?: number, high?: number): number;
  /** A normal number.
   *  @param mean Default 0.
   *  @param std Default 1. */
  normal(mean?: number, std?: number): number;
  /** A whole number in [low, high), all equally likely.
   *  @throws RangeError unless both are whole and low < high. */
  integer(low: number, high: number): number;
  /** The numbers 0 .. n - 1 in random order. */
  permutation(n: number): Int32Array;
  /** Fills an array in place.
   *  @param array Values, any shape.
   *  @param kind "normal" is N(0, 1), "uniform" is [0, 1).
   *  @returns The same array. */
  fill<T extends NumberArray>(array: T, kind: "normal" | "uniform"): T;
}

/** Words of 32 bits of a seed, least significant first.
 *  @throws RangeError unless each part is a whole number in [0, 2^53). */
function words(seed: number | readonly number[]): number[] {
  return (typeof seed === "number" ? [seed] : seed).flatMap((part) => {
    if (!Number.isSafeInteger(part) || part < 0)
      throw new RangeError(`rng: a seed must be a whole number >= 0, got ${part}`);
    return part > 0xffffffff ? [part >>> 0, Math.floor(part / 4294967296)] : [part];
  });
}

function stream(entropy: readonly number[], spawnKey: readonly number[]): Rng {
  const bits = new Pcg64(seedWords(entropy, spawnKey, 8));
  return {
    fork(name) {
      // length first, so that "a", "b" and "ab" forked in a row can never meet
      const bytes = new TextEncoder().encode(name);
      const key = [...spawnKey, bytes.length];
      for (let i = 0; i < bytes.length; i += 4)
        key.push(
          (bytes[i]! |
            ((bytes[i + 1] ?? 0) << 8) |
            ((bytes[i + 2] ?? 0) << 16) |
            ((bytes[i + 3] ?? 0) << 24)) >>>
            0,
        );
      return stream(entropy, key);
    },
    uniform: (low = 0, high = 1) => low + (high - low) * bits.nextDouble(),
    normal: (mean = 0, std = 1) => mean + std * drawNormal(bits),
    integer(low, high) {
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high)
        throw new RangeError(`rng.integer: needs whole numbers low < high, got ${low}, ${high}`);
      return low + drawBelow(bits, high - 1 - low);
    },
    permutation(n) {
      if (!Number.isSafeInteger(n) || n < 0 || n > 0x7fffffff)
        throw new RangeError(`rng.permutation: n must be a whole number in [0, 2^31), got ${n}`);
      const order = Int32Array.from({ length: n }, (_, i) => i);
      drawShuffle(bits, order);
      return order;
    },
    fill(array, kind) {
      if (kind !== "normal" && kind !== "uniform")
        throw new RangeError(`rng.fill: kind must be "normal" or "uniform", got ${String(kind)}`);
      for (let i = 0; i < array.length; i++)
        array[i] = kind === "normal" ? drawNormal(bits) : bits.nextDouble();
      return array;
    },
  };
}

/** A stream of random numbers from a seed: PCG64 (O'Neill 2014) under NumPy's seeding.
 *
 *  @param seed Whole number in [0, 2^53), or a list of such.
 *  @returns The stream.
 *  @throws RangeError for any other seed. */
export function rng(seed: number | readonly number[]): Rng {
  return stream(words(seed), []);
}

/** NumPy's `default_rng(seed)`: the same numbers, bit for bit, so that protocols written for NumPy need no Python.
 *
 *  @param seed Whole number in [0, 2^53), or a list of such, as NumPy takes it.
 *  @returns Its methods, named as TypeScript names them. */
rng.numpy = (seed: number | readonly number[]): NumpyGenerator =>
  numpyGenerator(new Pcg64(seedWords(words(seed), [], 8)));
