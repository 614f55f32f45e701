// Random media: velocities that fluctuate with a given correlation.
import type { Grid } from "../core/grid.js";
import type { NumpyGenerator } from "../core/rng-numpy.js";
import { fft2, ifft2 } from "../signal/fft2.js";

/** The fluctuation of a random medium. */
export interface Medium {
  /** Correlation: "vonKarman" with `hurst`; "exponential", exp(-r / a), which is von Karman with hurst 0.5; "gaussian", exp(-r^2 / a^2). */
  readonly kind: "vonKarman" | "exponential" | "gaussian";
  /** Cell size, in the unit of the correlation length, > 0. */
  readonly spacing: number;
  /** Correlation length a, > 0. */
  readonly correlation: number;
  readonly mean: number;
  /** Standard deviation of the ensemble, >= 0. */
  readonly deviation: number;
  /** Hurst exponent kappa, > 0. Default 0.5. */
  readonly hurst?: number;
}

/** Amplitude of a wavenumber: the root of the power spectrum, up to a factor. */
function amplitude({ kind, correlation: a, hurst = 0.5 }: Medium): (k2: number) => number {
  if (kind === "gaussian") return (k2) => Math.exp((-k2 * a * a) / 8);
  const power = -((kind === "exponential" ? 0.5 : hurst) + 1);
  return (k2) => Math.sqrt(Math.exp(power * Math.log(1 + k2 * a * a)));
}

/** Angular wavenumbers of a transform of length n. */
const wavenumbers = (n: number, spacing: number): number[] =>
  Array.from({ length: n }, (_, i) => (2 * Math.PI * (i < (n + 1) >> 1 ? i : i - n)) / (n * spacing));

/** A random medium: white noise on a periodic grid of twice the size both ways, its spectrum shaped (von Karman: (1 + k^2 a^2)^(-(kappa + 1)/2)) without
 *  the mean, the first part of it taken, plus `mean`.
 *
 *  @param generator Noise: 4 nz nx normals are drawn, row by row.
 *  @param shape [nz, nx].
 *  @param medium See Medium.
 *  @returns float32, [nz, nx].
 *  @throws RangeError for sizes that are none, spacing, correlation or hurst <= 0, deviation < 0.
 *  @see Klimes (2002), doi:10.1007/s00024-002-8705-8. */
export function randomMedium(
  generator: NumpyGenerator,
  shape: readonly [nz: number, nx: number],
  medium: Medium,
): Grid {
  const [nz, nx] = shape;
  const { spacing, correlation, mean, deviation, hurst = 0.5 } = medium;
  for (const [what, value] of [
    ["nz", nz],
    ["nx", nx],
    ["spacing", spacing],
    ["correlation", correlation],
    ["hurst", hurst],
  ] as const)
    if (!(value > 0)) throw new RangeError(`randomMedium: ${what} must be > 0, got ${value}`);
  if (!(deviation >= 0)) throw new RangeError(`randomMedium: deviation must be >= 0, got ${deviation}`);
  const [rows, columns] = [2 * nz, 2 * nx];
  const [kz, kx] = [wavenumbers(rows, spacing), wavenumbers(columns, spacing)];
  const shapeOf = amplitude(medium);
  const spectrum = fft2({ data: generator.standardNormal([rows, columns]), shape: [rows, columns] });
  const of = (z: number, x: number) => (z === 0 && x === 0 ? 0 : shapeOf(kz[z]! ** 2 + kx[x]! ** 2));
  let power = 0;
  for (let z = 0; z < rows; z++) for (let x = 0; x < columns; x++) power += of(z, x) ** 2;
  const scale = (deviation * Math.sqrt(rows * columns)) / Math.sqrt(power);
  for (let z = 0; z <= rows >> 1; z++)
    for (let x = 0; x < columns; x++) {
      const f = of(z, x) * scale;
      spectrum.re[z * columns + x]! *= f;
      spectrum.im[z * columns + x]! *= f;
    }
  const field = ifft2(spectrum).data;
  const data = new Float32Array(nz * nx);
  for (let z = 0; z < nz; z++) for (let x = 0; x < nx; x++) data[z * nx + x] = mean + field[z * columns + x]!;
  return { data, shape: [nz, nx] };
}
