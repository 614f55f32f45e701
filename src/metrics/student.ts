// Two distributions that an interval of few runs needs: the normal one's share below a point, and Student's quantiles.

/** Share of a normal distribution below x, Phi(x), to 2e-7 of itself also far out on the left.
 *
 *  Phi(x) = erfc(-x / sqrt 2) / 2, erfc by a fit in t = 1 / (1 + z / 2).
 *
 *  @param x Standard deviations from the mean.
 *  @returns 0 .. 1.
 *  @see Press et al. (2007), Numerical Recipes, section 6.2. */
export function normalBelow(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + z / 2);
  const fit = [
    -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
    -0.82215223, 0.17087277,
  ];
  const tail = (t * Math.exp(-z * z + fit.reduceRight((sum, c) => sum * t + c, 0))) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** Share of Student's t distribution between -t and t, by its finite sum in cos and sin of atan(t / sqrt(n)). */
function within(t: number, n: number): number {
  const angle = Math.atan(t / Math.sqrt(n));
  const [sin, cos] = [Math.sin(angle), Math.cos(angle)];
  let term = n % 2 === 0 ? 1 : cos;
  let sum = n === 1 ? 0 : term;
  for (let k = n % 2 === 0 ? 1 : 2; k <= n - 3; k += 2) {
    term *= (k / (k + 1)) * cos * cos;
    sum += term;
  }
  return n % 2 === 0 ? sin * sum : (2 / Math.PI) * (angle + sin * sum);
}

/** The point that Student's t distribution exceeds in absolute value with probability `outside`.
 *
 *  @param outside Probability of both tails, 0 < outside < 1.
 *  @param n Degrees of freedom, a whole number >= 1.
 *  @returns The point, > 0.
 *  @see Abramowitz and Stegun (1964), 26.7.3 and 26.7.4. */
export function studentPoint(outside: number, n: number): number {
  let [low, high] = [0, 1];
  while (within(high, n) < 1 - outside) high *= 2;
  for (let i = 0; i < 100; i++) {
    const middle = (low + high) / 2;
    if (within(middle, n) < 1 - outside) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
