// Numbers out of raw bits, draw for draw as NumPy's Generator makes them: ziggurat normals, bounded integers, shuffles.
import { exactExp, exactLog } from "./rng-exact.js";
import type { Pcg64 } from "./rng-pcg64.js";
import { heights, tail, tailInverse, thresholds, widths } from "./rng-tables.js";

function decode(base64: string): Float64Array {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float64Array.from({ length: 256 }, (_, i) => view.getFloat64(8 * i, true));
}

const threshold = decode(thresholds);
const width = decode(widths);
const height = decode(heights);

/** One standard normal number by the ziggurat of 256 layers (Marsaglia and Tsang 2000).
 *  @param bits Source of bits; usually 64 of them are drawn.
 *  @returns A sample of N(0, 1). */
export function drawNormal(bits: Pcg64): number {
  for (;;) {
    bits.next64();
    const { high, low } = bits;
    const layer = low & 0xff;
    const magnitude = (high & 0x1fffffff) * 8388608 + (low >>> 9);
    const x = magnitude * width[layer]!;
    if (magnitude < threshold[layer]!) return low & 0x100 ? -x : x;
    if (layer === 0) {
      for (;;) {
        const beyond = -tailInverse * exactLog(1 - bits.nextDouble());
        const y = -exactLog(1 - bits.nextDouble());
        if (y + y > beyond * beyond) return low & 0x20000 ? -(tail + beyond) : tail + beyond;
      }
    }
    const f = height[layer]!;
    if ((height[layer - 1]! - f) * bits.nextDouble() + f < exactExp(-0.5 * x * x))
      return low & 0x100 ? -x : x;
  }
}

/** A whole number in [0, range], all equally likely (Lemire 2019).
 *  @param bits Source of bits.
 *  @param range Largest value, 0 <= range <= 2^53 - 1; 0 draws nothing.
 *  @returns The number. */
export function drawBelow(bits: Pcg64, range: number): number {
  if (range === 0) return 0;
  if (range === 0xffffffff) return bits.next32();
  if (range > 0xffffffff) return drawWide(bits, BigInt(range));
  const n = range + 1;
  const nLow = n & 0xffff;
  const nHigh = n >>> 16;
  let limit = -1;
  for (;;) {
    // 32 x 32 bits: the upper half is the answer, the lower half tells whether it must be drawn anew
    const a = bits.next32();
    const first = a * nLow;
    const second = a * nHigh + Math.floor(first / 65536);
    const left = (second % 65536) * 65536 + (first % 65536);
    if (left < n && limit < 0) limit = (0xffffffff - range) % n;
    if (left >= n || left >= limit) return Math.floor(second / 65536);
  }
}

function drawWide(bits: Pcg64, range: bigint): number {
  const n = range + 1n;
  const limit = ((1n << 64n) - n) % n;
  for (;;) {
    bits.next64();
    const m = ((BigInt(bits.high) << 32n) | BigInt(bits.low)) * n;
    if ((m & 0xffffffffffffffffn) >= limit) return Number(m >> 64n);
  }
}

/** A whole number in [0, range] by masked rejection, as NumPy's shuffles draw it.
 *  @param bits Source of bits.
 *  @param range Largest value, 0 <= range < 2^31; 0 draws nothing.
 *  @returns The number. */
function drawMasked(bits: Pcg64, range: number): number {
  if (range === 0) return 0;
  const mask = 0xffffffff >>> Math.clz32(range);
  for (;;) {
    const value = bits.next32() & mask;
    if (value <= range) return value;
  }
}

/** Shuffles in place (Fisher and Yates), the indices from `first` upwards only.
 *  @param bits Source of bits.
 *  @param values Any indexed list.
 *  @param draw How an index is drawn: NumPy shuffles with `drawMasked` but chooses with `drawBelow`.
 *  @param first Lowest place that is still swapped, default 1. */
export function drawShuffle(
  bits: Pcg64,
  values: { [index: number]: unknown; readonly length: number },
  draw: (bits: Pcg64, range: number) => number = drawMasked,
  first = 1,
): void {
  for (let i = values.length - 1; i >= first; i--) {
    const j = draw(bits, i);
    const kept = values[i];
    values[i] = values[j];
    values[j] = kept;
  }
}
