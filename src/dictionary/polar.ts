// The orthogonal matrix nearest to a matrix: what one singular value decomposition gives a tight frame.
import { type Kernels, withKernels } from "./kernels.js";

/** Largest sums of |x| down a column times along a row. */
function norms(x: Float64Array, n: number): number {
  const columns = new Float64Array(n);
  let rows = 0;
  for (let i = 0; i < n; i++) {
    let sum = 0;
    for (let j = 0; j < n; j++) {
      const size = Math.abs(x[i * n + j]!);
      sum += size;
      columns[j] = columns[j]! + size;
    }
    if (sum > rows) rows = sum;
  }
  return rows * columns.reduce((most, sum) => (sum > most ? sum : most), 0);
}

/** Newton's iteration on x [n, n], n even, in place. */
function newton(kernels: Kernels, x: Float64Array, n: number): void {
  const inverse = kernels.f64(n * n);
  const swaps = kernels.i32(n);
  let scaled = true;
  for (let round = 0; round < 40; round++) {
    inverse.set(x);
    if (!kernels.invert(inverse, n, swaps)) throw new Error("orthogonalFactor: the matrix became singular");
    const scale = scaled ? Math.sqrt(Math.sqrt(norms(inverse, n) / norms(x, n))) : 1;
    let change = 0;
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        const old = x[i * n + j]!;
        const now = 0.5 * (scale * old + inverse[j * n + i]! / scale);
        x[i * n + j] = now;
        change += (now - old) * (now - old);
      }
    change = Math.sqrt(change / n);
    if (change < 1e-9) return;
    if (change < 0.01) scaled = false;
  }
  throw new Error("orthogonalFactor: Newton's iteration must converge within 40 rounds, got no convergence");
}

/** Orthogonal factor of a square matrix, Q = U V^T where M = U S V^T: of all orthogonal Q the one with the largest trace of Q^T M,
 *  hence the nearest to M. Found without the singular vectors by Newton's iteration with scaling,
 *  X <- (s X + X^-T / s) / 2 from X = M / |M| + 1e-7 Q0. The second term decides where M is singular and every completion is
 *  as good: the result then follows Q0.
 *
 *  @param matrix M, [n, n], C order.
 *  @param near Q0, orthogonal, [n, n].
 *  @param n Rows and columns.
 *  @returns Q, [n, n], float64.
 *  @throws RangeError where lengths are not n^2 or M is not finite.
 *  @see Higham (1986); Schoenemann (1966) for the Procrustes problem. */
export function orthogonalFactor(
  matrix: Float64Array,
  near: Float32Array | Float64Array,
  n: number,
): Float64Array {
  if (matrix.length !== n * n || near.length !== n * n)
    throw new RangeError(
      `orthogonalFactor: both must hold ${n * n} numbers, got ${matrix.length}, ${near.length}`,
    );
  let energy = 0;
  for (let i = 0; i < matrix.length; i++) energy += matrix[i]! * matrix[i]!;
  if (!Number.isFinite(energy))
    throw new RangeError(`orthogonalFactor: the matrix must be finite, got energy ${energy}`);
  const unit = energy > 0 ? 1 / Math.sqrt(energy) : 0;
  const even = n + (n & 1);
  return withKernels(even * even * 16 + even * 4 + 256, (kernels) => {
    const x = kernels.f64(even * even);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        x[i * even + j] = matrix[i * n + j]! * unit + (energy > 0 ? 1e-7 : 1) * near[i * n + j]!;
    if (even > n) x[even * even - 1] = 1;
    newton(kernels, x, even);
    const result = new Float64Array(n * n);
    for (let i = 0; i < n; i++) result.set(x.subarray(i * even, i * even + n), i * n);
    return result;
  });
}
