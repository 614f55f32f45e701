// geodl bench growth: exponents, not times, are what they should be.
import { describe, expect, it } from "vitest";
import { exponent, measure } from "../../dist/cli/bench-growth.js";
import { axes } from "../../dist/cli/growth-axes.js";

describe("geodl bench growth", () => {
  it("fits exponents with their interval", () => {
    const x = [1, 2, 4, 8];
    const exact = exponent(
      x,
      x.map((v) => 3 * v ** 1.5),
    );
    expect(exact.slope).toBeCloseTo(1.5, 12);
    expect(exact.half).toBeLessThan(1e-6);
    const rough = exponent(x, [1, 2.2, 3.6, 8.4]);
    expect(rough.slope - rough.half).toBeLessThan(1);
    expect(rough.slope + rough.half).toBeGreaterThan(1);
  });

  it.for(axes.map((axis) => [axis.name, axis] as const))("%s", { timeout: 120_000 }, ([, axis]) => {
    const { low, high, more, points } = measure(axis);
    const what = JSON.stringify(points);
    expect(high, what).toBeGreaterThanOrEqual(axis.time[0]);
    expect(low, what).toBeLessThanOrEqual(axis.time[1]);
    if (axis.memory !== undefined) expect(more, what).toBeLessThan(axis.memory);
  });
});
