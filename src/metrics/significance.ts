// Is a difference more than chance, and how many of a table's differences are: sign flips and Holm's correction.
import { rng } from "../core/index.js";

/** Probability of a mean difference at least this large, either way, if the two methods were the same: then each pair's difference
 *  could as well have had the other sign. All 2^n signs are tried where n <= 14, else 20,000 drawn ones.
 *
 *  @param a Scores of one method.
 *  @param b Scores of the other on the same records or seeds, in the same order.
 *  @param options.seed Of the draws. Default 0.
 *  @returns p in (0, 1]; never below 2 / 2^n, so fewer than 6 pairs cannot reach 0.05.
 *  @throws RangeError where the lengths differ, there is no pair, or a number is not finite.
 *  @see Fisher (1935), The Design of Experiments, section 21. */
export function signFlipP(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  options: { readonly seed?: number } = {},
): number {
  const n = a.length;
  if (n !== b.length || n === 0)
    throw new RangeError(`signFlipP: both must be of one length > 0, got ${n} and ${b.length}`);
  const differences = Float64Array.from(a, (value, i) => value - b[i]!);
  for (const d of differences)
    if (!Number.isFinite(d)) throw new RangeError(`signFlipP: differences must be finite, got ${d}`);
  const seen = Math.abs(differences.reduce((sum, d) => sum + d, 0));
  const least = seen - 1e-12 * differences.reduce((sum, d) => sum + Math.abs(d), 0);
  let asLarge = 0;
  if (n <= 14) {
    for (let signs = 0; signs < 2 ** n; signs++) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += (signs >> i) & 1 ? -differences[i]! : differences[i]!;
      if (Math.abs(sum) >= least) asLarge++;
    }
    return asLarge / 2 ** n;
  }
  const draws = 20_000;
  const random = rng(options.seed ?? 0).fork("sign flips");
  for (let k = 0; k < draws; k++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += random.uniform() < 0.5 ? -differences[i]! : differences[i]!;
    if (Math.abs(sum) >= least) asLarge++;
  }
  return (asLarge + 1) / (draws + 1);
}

/** Holm's correction of many comparisons: with the m probabilities in ascending order, p'_k = max over j <= k of (m - j + 1) p_j, at
 *  most 1. Rows with p' <= 0.05 differ, and the chance that any of them does so by accident is 5 % at most.
 *
 *  @param p Probabilities, 0 .. 1, any order.
 *  @returns Corrected ones in the same order.
 *  @throws RangeError for a number outside 0 .. 1.
 *  @see Holm (1979), Scandinavian Journal of Statistics 6(2). */
export function holm(p: ArrayLike<number>): Float64Array {
  const m = p.length;
  for (let i = 0; i < m; i++)
    if (!(p[i]! >= 0 && p[i]! <= 1)) throw new RangeError(`holm: p must be in 0 .. 1, got ${p[i]}`);
  const order = Array.from({ length: m }, (_, i) => i).sort((i, j) => p[i]! - p[j]!);
  const corrected = new Float64Array(m);
  let most = 0;
  order.forEach((i, rank) => {
    most = Math.min(1, Math.max(most, (m - rank) * p[i]!));
    corrected[i] = most;
  });
  return corrected;
}
