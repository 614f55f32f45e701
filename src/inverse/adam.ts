// Adam on typed arrays, for models of the earth; networks have tensor/'s.

/** Means of an Adam run. */
export interface AdamState {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** Steps done. */
  steps: number;
}

/** A fresh state for n unknowns. */
export const adamState = (n: number): AdamState => ({
  first: new Float64Array(n),
  second: new Float64Array(n),
  steps: 0,
});

/** One step in place: x -= rate m / (sqrt(v) + 1e-8), m and v the bias-corrected means of the gradient (0.9) and of its square (beta2).
 *
 *  @see Kingma and Ba (2015), arXiv:1412.6980. */
export function adamStep(
  x: Float64Array,
  gradient: Float64Array,
  state: AdamState,
  rate: number,
  beta2: number,
): void {
  const { first, second } = state;
  state.steps++;
  const beta1 = 0.9;
  const power = (beta: number) => Math.exp(state.steps * Math.log(beta));
  const [bias1, bias2] = [1 - power(beta1), 1 - power(beta2)];
  for (let i = 0; i < x.length; i++) {
    const g = gradient[i]!;
    first[i] = beta1 * first[i]! + (1 - beta1) * g;
    second[i] = beta2 * second[i]! + (1 - beta2) * g * g;
    x[i]! -= (rate * (first[i]! / bias1)) / (Math.sqrt(second[i]! / bias2) + 1e-8);
  }
}
