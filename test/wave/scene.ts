// The model and the arrays of test/golden/wave/make.py, and measures that the tests share.
import { rng } from "geodl/core";
import { ricker } from "geodl/signal";
import { acousticBorn, acousticGradient, type GradientOptions, type Shot } from "geodl/wave";

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

/** Two shots, one between the cells, and what the tests of the derivative simulate of them. */
export const places = [
  [1, 12],
  [20.4, 40],
] as const;
export const fixed = { ...base, fastest: 3000, shots: shotsAt(places, [...line, [12.3, 30.8]]) };

/** A change with the model's shape, standard deviation 1; the edges take part. */
export const bump = (seed: number) => ({
  data: rng.numpy(seed).normal(0, 1, nz * nx),
  shape: [nz, nx],
});

/** Half the energy of the records. */
export const half = (records: { readonly data: Float32Array | Float64Array }) => ({
  value: 0.5 * dot(records.data, records.data),
  adjoint: records.data,
});

/** Edges of the model. */
export const variants: readonly (readonly [string, object])[] = [
  ["layers", {}],
  ["free surfaces", { freeSurface: ["top", "right"] }],
  ["rigid edges", { pml: 0 }],
];

/** Largest difference of the two sides of <J dm, d> = <dm, J^T d> that each precision may leave. */
export const dotLimits = [
  ["float64", 1e-12],
  ["float32", 1e-5],
] as const;

/** |<J dm, d> - <dm, J^T d>| / |<J dm, d>| for changes of velocity and, where the options have a density, of density. */
export function dotFault(options: GradientOptions): number {
  const dv = bump(1);
  const drho = options.density ? bump(2) : undefined;
  const scattered = acousticBorn(model, dv, drho ? { ...options, densityChange: drho } : options);
  // what comes back correlates with what went in, so that the products are not small sums of large parts
  const noise = rng.numpy(3).normal(0, 1, scattered.data.length);
  const d = scattered.data.map((s, i) => s * (1 + 0.1 * noise[i]!));
  const n = scattered.data.length / options.shots.length;
  const found = acousticGradient(model, options, (_records, iShot) => ({
    value: 0,
    adjoint: d.slice(iShot * n, (iShot + 1) * n),
  }));
  const left = dot(scattered.data, d);
  const right = dot(dv.data, found.gradient.data) + (drho ? dot(drho.data, found.density!.data) : 0);
  return Math.abs(left - right) / Math.abs(left);
}

/** Powers of the size at which falls what a derivative leaves of a change: 2 where it is the derivative.
 *  @param misfit Of a change of that size. @param start At none. @param slope Its derivative there. @param sizes Each half of the one before. */
export function taylorOrders(
  misfit: (size: number) => number,
  start: number,
  slope: number,
  sizes: readonly number[],
): number[] {
  const left = sizes.map((size) => Math.abs(misfit(size) - start - size * slope));
  return left.slice(1).map((rest, i) => Math.log2(left[i]! / rest));
}
