// Random media: NumPy's, and the statistics that were asked for.
import { readFileSync } from "node:fs";
import { rng } from "geodl/core";
import { randomMedium } from "geodl/wave";
import { describe, expect, it } from "vitest";

interface Golden {
  readonly cases: readonly {
    readonly kind: "vonKarman" | "gaussian";
    readonly first: readonly number[];
    readonly last: readonly number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../golden/wave/media.json", import.meta.url), "utf8"),
) as Golden;
const medium = { spacing: 0.16, correlation: 1.6, mean: 3, deviation: 0.15 };

describe("randomMedium", () => {
  for (const { kind, first, last } of golden.cases)
    it(`${kind}: NumPy's to 1e-6 relative`, () => {
      const { data, shape } = randomMedium(rng.numpy(0), [64, 64], { ...medium, kind });
      expect(shape).toEqual([64, 64]);
      const errors = [...first.map((v, i) => data[i]! - v), ...last.map((v, i) => data[63 * 64 + i]! - v)];
      expect(Math.max(...errors.map(Math.abs))).toBeLessThan(3e-6);
    });

  it("exponential is von Karman of 0.5; other sizes and exponents keep the deviation over the ensemble", () => {
    const one = randomMedium(rng.numpy(7), [20, 30], { ...medium, kind: "exponential" });
    const two = randomMedium(rng.numpy(7), [20, 30], { ...medium, kind: "vonKarman", hurst: 0.5 });
    expect(one.data).toEqual(two.data);
    const generator = rng.numpy(1);
    let [sum, n] = [0, 0];
    for (let i = 0; i < 300; i++)
      for (const v of randomMedium(generator, [20, 30], { ...medium, kind: "vonKarman", hurst: 0.2 }).data) {
        sum += (v - 3) ** 2;
        n++;
      }
    expect(Math.sqrt(sum / n)).toBeCloseTo(0.15, 2);
  });

  it("says what is wrong", () => {
    const bad = (options: object, text: string) =>
      expect(() => randomMedium(rng.numpy(0), [8, 8], { ...medium, kind: "gaussian", ...options })).toThrow(
        text,
      );
    bad({ correlation: 0 }, "randomMedium: correlation must be > 0, got 0");
    bad({ deviation: -1 }, "randomMedium: deviation must be >= 0, got -1");
  });
});
