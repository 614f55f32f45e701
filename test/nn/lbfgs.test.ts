// L-BFGS on functions whose minimum is known.
import { nn } from "geodl";
import { describe, expect, it } from "vitest";

describe("lbfgs", () => {
  it("finds Rosenbrock's minimum in few evaluations", () => {
    const f: nn.Objective = (v) => {
      const [x, y] = v as unknown as [number, number];
      return {
        value: (1 - x) ** 2 + 100 * (y - x * x) ** 2,
        gradient: Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)),
      };
    };
    const { x, value, evaluations } = nn.lbfgs(f, Float64Array.of(-1.2, 1), { iterations: 60 });
    expect(value).toBeLessThan(1e-14);
    expect(x[0]).toBeCloseTo(1, 6);
    expect(evaluations).toBeLessThan(80); // SciPy's L-BFGS-B takes 45, PyTorch's some 50
  });

  it("solves a quadratic of n unknowns in about n iterations, each lower than the one before", () => {
    const n = 12;
    const values: number[] = [];
    const f: nn.Objective = (x) => ({
      value: x.reduce((s, v, i) => s + ((i + 1) * (v - i) ** 2) / 2, 0),
      gradient: x.map((v, i) => (i + 1) * (v - i)),
    });
    const { x } = nn.lbfgs(f, new Float64Array(n), {
      iterations: 30,
      onIteration: (s) => void values.push(s.value),
    });
    x.forEach((v, i) => {
      expect(v).toBeCloseTo(i, 4);
    });
    for (let i = 1; i < values.length; i++) expect(values[i]!).toBeLessThan(values[i - 1]!);
  });

  it("comes back from where the value is not finite, and refuses to start there", () => {
    const f: nn.Objective = (x) => ({
      value: x[0]! > 0 ? x[0]! - Math.log(x[0]!) : Number.NaN,
      gradient: Float64Array.of(1 - 1 / x[0]!),
    });
    expect(nn.lbfgs(f, Float64Array.of(0.01)).x[0]).toBeCloseTo(1, 5);
    expect(() => nn.lbfgs(f, Float64Array.of(-1))).toThrow(
      "lbfgs: the value must be finite at the start, got NaN",
    );
  });
});
