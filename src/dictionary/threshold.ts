// Hard and soft thresholds of coefficients.

function require(name: string, threshold: number): void {
  if (!(threshold >= 0)) throw new RangeError(`${name}: threshold must be >= 0, got ${threshold}`);
}

/** Hard threshold, T(x) = x where |x| >= t, else 0: the solution of min_c |x - c|^2 + t^2 |c|_0.
 *
 *  @param x Coefficients, any shape; unchanged.
 *  @param threshold t >= 0, in the units of x.
 *  @returns New coefficients.
 *  @see Donoho and Johnstone (1994). */
export function hardThreshold(x: Float32Array, threshold: number): Float32Array {
  require("hardThreshold", threshold);
  return x.map((v) => (Math.abs(v) >= threshold ? v : 0));
}

/** Soft threshold, T(x) = sign(x) max(|x| - t, 0): the solution of min_c |x - c|^2 / 2 + t |c|_1.
 *
 *  @param x Coefficients, any shape; unchanged.
 *  @param threshold t >= 0, in the units of x.
 *  @returns New coefficients.
 *  @see Donoho (1995). */
export function softThreshold(x: Float32Array, threshold: number): Float32Array {
  require("softThreshold", threshold);
  return x.map((v) => Math.sign(v) * Math.max(Math.abs(v) - threshold, 0));
}
