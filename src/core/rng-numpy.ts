// NumPy's Generator on the same bits: whole arrays, with NumPy's arguments and order of draws.
import { drawBelow, drawNormal, drawShuffle } from "./rng-draw.js";
import type { Pcg64 } from "./rng-pcg64.js";

/** A size: a count or a shape; arrays come out flat, in C order. */
export type Size = number | readonly number[];

/** What of NumPy's Generator is here. Each method draws as NumPy 2.4 does for its default types (float64, int64), to the bit but for normal numbers
 *  beyond 3.65 in magnitude, two in a million of which differ in their last bit (NumPy takes the C library's log1p there). */
export interface NumpyGenerator {
  /** `standard_normal(size)`. */
  standardNormal(size: Size): Float64Array;
  /** `normal(mean, std, size)`. */
  normal(mean: number, std: number, size: Size): Float64Array;
  /** `random(size)`: [0, 1). */
  random(size: Size): Float64Array;
  /** `uniform(low, high, size)`: [low, high). */
  uniform(low: number, high: number, size: Size): Float64Array;
  /** `integers(low, high, size)`: [low, high), exact up to 2^53. */
  integers(low: number, high: number, size: Size): Float64Array;
  /** `permutation(n)`. */
  permutation(n: number): Int32Array;
  /** `shuffle(values)` of a one-dimensional list, in place. */
  shuffle(values: { [index: number]: unknown; readonly length: number }): void;
  /** `choice(n, size, replace)` of the numbers 0 .. n - 1, without weights; replace is true by default. */
  choice(n: number, size: number, replace?: boolean): Int32Array;
}

function count(name: string, size: Size): number {
  const n = typeof size === "number" ? size : size.reduce((a, b) => a * b, 1);
  if (!Number.isSafeInteger(n) || n < 0)
    throw new RangeError(`rng.numpy.${name}: the size must be whole numbers >= 0, got ${String(size)}`);
  return n;
}

/** Draws without replacement: Floyd's method for few of many, else the end of a partial shuffle. */
function distinct(bits: Pcg64, n: number, size: number): Int32Array {
  if (n > 10000 && size > Math.floor(n / 50)) {
    const all = Int32Array.from({ length: n }, (_, i) => i);
    drawShuffle(bits, all, drawBelow, Math.max(n - size, 1));
    return all.slice(n - size);
  }
  const chosen = new Int32Array(size);
  const seen = new Set<number>();
  for (let j = n - size; j < n; j++) {
    const value = drawBelow(bits, j);
    const taken = seen.has(value) ? j : value;
    seen.add(taken);
    chosen[j - n + size] = taken;
  }
  drawShuffle(bits, chosen, drawBelow);
  return chosen;
}

/** NumPy's Generator over a source of bits.
 *  @param bits Seeded PCG64.
 *  @returns The methods; they share the one stream. */
export function numpyGenerator(bits: Pcg64): NumpyGenerator {
  const fill = (name: string, size: Size, draw: () => number): Float64Array => {
    const values = new Float64Array(count(name, size));
    for (let i = 0; i < values.length; i++) values[i] = draw();
    return values;
  };
  return {
    standardNormal: (size) => fill("standardNormal", size, () => drawNormal(bits)),
    normal: (mean, std, size) => fill("normal", size, () => mean + std * drawNormal(bits)),
    random: (size) => fill("random", size, () => bits.nextDouble()),
    uniform: (low, high, size) => fill("uniform", size, () => low + (high - low) * bits.nextDouble()),
    integers(low, high, size) {
      if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high)
        throw new RangeError(`rng.numpy.integers: needs whole numbers low < high, got ${low}, ${high}`);
      return fill("integers", size, () => low + drawBelow(bits, high - 1 - low));
    },
    permutation(n) {
      const order = Int32Array.from({ length: count("permutation", n) }, (_, i) => i);
      drawShuffle(bits, order);
      return order;
    },
    shuffle: (values) => drawShuffle(bits, values),
    choice(n, size, replace = true) {
      if (!Number.isSafeInteger(n) || n <= 0 || (!replace && size > n))
        throw new RangeError(`rng.numpy.choice: n must be whole and hold the size, got ${n}, ${size}`);
      if (!replace) return distinct(bits, n, count("choice", size));
      return Int32Array.from({ length: count("choice", size) }, () => drawBelow(bits, n - 1));
    },
  };
}
