// Logistic regression: turns scores into probabilities that mean what they say.

/** Weights of p = 1 / (1 + exp(-(w_0 + sum_k w_k x_k))), found by Newton's steps on the log-likelihood less ridge |w|^2 / 2 (w_0 free).
 *
 *  @param features One row of numbers x_1 .. x_m for each case.
 *  @param isTrue What came true, shape [n].
 *  @param options.ridge Default 1: keeps the weights finite where a feature separates the cases.
 *  @returns w_0 .. w_m.
 *  @throws RangeError for lengths that differ, or no case.
 *  @see Platt (1999), probabilistic outputs. */
export function logisticFit(
  features: readonly (readonly number[])[],
  isTrue: ArrayLike<number | boolean>,
  { ridge = 1 }: { readonly ridge?: number } = {},
): Float64Array {
  const n = features.length;
  if (n === 0 || isTrue.length !== n)
    throw new RangeError(
      `logisticFit: there must be an answer for each case, got ${n} cases and ${isTrue.length} answers`,
    );
  const m = features[0]!.length + 1;
  const w = new Float64Array(m);
  for (let step = 0; step < 50; step++) {
    const gradient = new Float64Array(m);
    const hessian = new Float64Array(m * m);
    for (let k = 1; k < m; k++) {
      gradient[k]! -= ridge * w[k]!;
      hessian[k * m + k]! += ridge;
    }
    hessian[0]! += 1e-9;
    for (let i = 0; i < n; i++) {
      const x = [1, ...features[i]!];
      const p = logistic(w, features[i]!);
      const off = (isTrue[i] ? 1 : 0) - p;
      for (let a = 0; a < m; a++) {
        gradient[a]! += off * x[a]!;
        for (let b = 0; b < m; b++) hessian[a * m + b]! += p * (1 - p) * x[a]! * x[b]!;
      }
    }
    const move = solve(hessian, gradient);
    const size = Math.max(...move.map(Math.abs));
    for (let k = 0; k < m; k++) w[k]! += move[k]! * Math.min(1, 4 / size);
    if (size < 1e-10) break;
  }
  return w;
}

/** The probability that a fit gives a case. @param weights Of `logisticFit`. @param x Its features. */
export function logistic(weights: ArrayLike<number>, x: readonly number[]): number {
  let z = weights[0]!;
  for (let k = 0; k < x.length; k++) z += weights[k + 1]! * x[k]!;
  return 1 / (1 + Math.exp(-z));
}

/** Gaussian elimination of a symmetric positive system; both are overwritten. */
function solve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++)
    for (let r = i + 1; r < n; r++) {
      const share = a[r * n + i]! / a[i * n + i]!;
      for (let c = i; c < n; c++) a[r * n + c]! -= share * a[i * n + c]!;
      b[r]! -= share * b[i]!;
    }
  for (let i = n - 1; i >= 0; i--) {
    for (let c = i + 1; c < n; c++) b[i]! -= a[i * n + c]! * b[c]!;
    b[i]! /= a[i * n + i]!;
  }
  return b;
}
