// Travel times along straight lines from a source, without bending, and their adjoint.
import type { Grid } from "../core/index.js";
import { blur } from "./blur.js";

/** A velocity model with a source: what a propagator answers. */
export interface WaveCase {
  /** Velocities, m/s, [N, N]. */
  readonly model: Grid;
  /** Its cell [iz, ix]. */
  readonly source: readonly [iz: number, ix: number];
}

/** Width of the models, m: 64 cells of 160 m. */
export const extent = 10240;

/** Midpoints on each line. */
const points = 48;
/** Standard deviation of the smoothing before the lines are drawn, m. */
const smoothing = 320;
/** Smallest distance, cells: the mean field over the source's own cell. */
const nearest = 0.28;

/** Distance of each cell from the source, m, at least .28 cells; [N, N]. */
export function distances(n: number, [iz, ix]: WaveCase["source"]): Float32Array {
  const h = extent / n;
  const out = new Float32Array(n * n);
  for (let z = 0; z < n; z++)
    for (let x = 0; x < n; x++) out[z * n + x] = h * Math.max(Math.hypot(z - iz, x - ix), nearest);
  return out;
}

/** Visits all midpoints of all lines: the cell, its first neighbour and the bilinear weights of the four. */
function eachPoint(
  n: number,
  [iz, ix]: WaveCase["source"],
  visit: (cell: number, corner: number, a: number, b: number) => void,
): void {
  for (let z = 0; z < n; z++)
    for (let x = 0; x < n; x++)
      for (let k = 0; k < points; k++) {
        const t = (k + 0.5) / points;
        const pz = iz + t * (z - iz);
        const px = ix + t * (x - ix);
        const z0 = Math.min(Math.floor(pz), n - 2);
        const x0 = Math.min(Math.floor(px), n - 2);
        visit(z * n + x, z0 * n + x0, pz - z0, px - x0);
      }
}

/** Travel time of each cell along the straight line from the source:
 *  tau(x) = r mean of 1 / v at 48 midpoints (bilinear), v smoothed by a Gaussian of 320 m, r the distance, at least .28 cells.
 *
 *  @param wave Model and source.
 *  @returns s, [N, N].
 *  @throws RangeError for a model that is not square or a source outside it. */
export function straightRayTimes(wave: WaveCase): Grid {
  const n = checkCase("straightRayTimes", wave);
  const slowness = blur(wave.model.data, n, n, (smoothing * n) / extent).map((v) => 1 / v);
  const sums = new Float64Array(n * n);
  eachPoint(n, wave.source, (cell, corner, a, b) => {
    const upper = slowness[corner]! * (1 - b) + slowness[corner + 1]! * b;
    const lower = slowness[corner + n]! * (1 - b) + slowness[corner + n + 1]! * b;
    sums[cell]! += upper * (1 - a) + lower * a;
  });
  const r = distances(n, wave.source);
  return { data: Float32Array.from(sums, (sum, i) => (r[i]! * sum) / points), shape: [n, n] };
}

/** The gradient in the velocities of a number whose gradient in the travel times is known: the adjoint of the derivative of `straightRayTimes`.
 *
 *  @param wave Where the derivative is taken.
 *  @param dTau Gradient in tau, [N, N].
 *  @returns Gradient in v, [N, N]. */
export function straightRayAdjoint(wave: WaveCase, dTau: ArrayLike<number>): Float64Array {
  const n = checkCase("straightRayAdjoint", wave);
  const r = distances(n, wave.source);
  const dSlowness = new Float64Array(n * n);
  eachPoint(n, wave.source, (cell, corner, a, b) => {
    const d = (dTau[cell]! * r[cell]!) / points;
    dSlowness[corner]! += d * (1 - a) * (1 - b);
    dSlowness[corner + 1]! += d * (1 - a) * b;
    dSlowness[corner + n]! += d * a * (1 - b);
    dSlowness[corner + n + 1]! += d * a * b;
  });
  const deviation = (smoothing * n) / extent;
  const smooth = blur(wave.model.data, n, n, deviation);
  return blur(
    dSlowness.map((d, i) => -d / smooth[i]! ** 2),
    n,
    n,
    deviation,
    true,
  );
}

/** Checks a case.
 *  @returns N. */
export function checkCase(name: string, { model, source }: WaveCase): number {
  const [n, m] = model.shape as [number, number];
  if (model.shape.length !== 2 || n !== m || n < 32 || model.data.length !== n * n)
    throw new RangeError(`${name}: the model must be [N, N], N >= 32, got [${model.shape}]`);
  for (const v of model.data)
    if (!(v > 0 && v < Number.POSITIVE_INFINITY))
      throw new RangeError(`${name}: velocities must be positive, got ${v}`);
  for (const i of source)
    if (!Number.isInteger(i) || i < 0 || i >= n)
      throw new RangeError(`${name}: the source must be a cell in 0 .. ${n - 1}, got [${source}]`);
  return n;
}
