// How close a picture or a model is to the true one.
import type { Grid } from "../core/index.js";

type Picture = Grid<Float32Array | Float64Array>;

function requireOneShape(name: string, truth: Picture, result: Picture): void {
  if (truth.shape.length !== result.shape.length || truth.shape.some((n, i) => n !== result.shape[i]))
    throw new RangeError(`${name}: both must have one shape, got [${truth.shape}] and [${result.shape}]`);
}

/** Relative L2 error, |x - s| / |s|, summed in float64.
 *
 *  @param truth The true numbers s, any shape, not all zero.
 *  @param result x, the same shape.
 *  @throws RangeError where the shapes differ. */
export function relativeL2(truth: Picture, result: Picture): number {
  requireOneShape("relativeL2", truth, result);
  let [error, size] = [0, 0];
  truth.data.forEach((s: number, i: number) => {
    error += (result.data[i]! - s) ** 2;
    size += s * s;
  });
  return Math.sqrt(error / size);
}

/** Structural similarity, the mean over 7 x 7 windows of
 *  (2 m_x m_y + C1)(2 s_xy + C2) / ((m_x^2 + m_y^2 + C1)(s_x^2 + s_y^2 + C2)), C1 = (0.01 R)^2, C2 = (0.03 R)^2, R = the range.
 *
 *  @param truth [rows, columns], both >= 7.
 *  @param result The same shape.
 *  @param options.range R. Default: largest less smallest number of the truth.
 *  @returns 1 for equal pictures; equal to scikit-image's structural_similarity with its defaults.
 *  @throws RangeError where the shapes differ or are too small.
 *  @see Wang et al. (2004), doi:10.1109/TIP.2003.819861. */
export function ssim(truth: Picture, result: Picture, options: { readonly range?: number } = {}): number {
  requireOneShape("ssim", truth, result);
  const [rows, columns] = truth.shape as [number, number];
  const size = 7;
  if (truth.shape.length !== 2 || rows < size || columns < size)
    throw new RangeError(`ssim: pictures must be at least 7 x 7, got [${truth.shape}]`);
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of truth.data) [low, high] = [Math.min(low, v), Math.max(high, v)];
  const { range = high - low } = options;
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const count = size * size;
  let total = 0;
  for (let z = 0; z + size <= rows; z++)
    for (let x = 0; x + size <= columns; x++) {
      // around the first number, so that squares of large means do not cancel
      const first = truth.data[z * columns + x]!;
      let [sx, sy, xx, yy, xy] = [0, 0, 0, 0, 0];
      for (let i = z; i < z + size; i++)
        for (let j = x; j < x + size; j++) {
          const a = truth.data[i * columns + j]! - first;
          const b = result.data[i * columns + j]! - first;
          sx += a;
          sy += b;
          xx += a * a;
          yy += b * b;
          xy += a * b;
        }
      const part = (sum: number, p: number, q: number) => (sum - (p * q) / count) / (count - 1);
      const [mx, my] = [first + sx / count, first + sy / count];
      const spread = part(xx, sx, sx) + part(yy, sy, sy);
      total +=
        ((2 * mx * my + c1) * (2 * part(xy, sx, sy) + c2)) / ((mx * mx + my * my + c1) * (spread + c2));
    }
  return total / ((rows - size + 1) * (columns - size + 1));
}
