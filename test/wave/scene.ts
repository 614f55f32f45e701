// The model and the arrays of test/golden/wave/make.py, and measures that the tests share.
import { ricker } from "geodl/signal";
import type { Shot } from "geodl/wave";

export const [nz, nx, nt, spacing, dt, f0] = [45, 61, 240, 10, 0.001, 18];

/** v = 1500 + 20 z + 5 ((7 z x) mod 41). */
export const model = {
  data: Float32Array.from({ length: nz * nx }, (_, i) => {
    const [z, x] = [Math.floor(i / nx), i % nx];
    return 1500 + 20 * z + 5 * ((7 * z * x) % 41);
  }),
  shape: [nz, nx] as const,
};

export const wavelet = ricker(f0, nt, dt);

export const line: readonly (readonly [number, number])[] = Array.from({ length: nx }, (_, x) => [2, x]);

export const shotsAt = (
  sources: readonly (readonly [number, number])[],
  receivers: Shot["receivers"],
): Shot[] => sources.map((source) => ({ sources: [source], wavelet, receivers }));

export const base = { spacing, dt, frequency: f0, threads: 1 };

/** |a - b| / |b|. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, size] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    size += b[i]! ** 2;
  }
  return Math.sqrt(difference / size);
}

export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
