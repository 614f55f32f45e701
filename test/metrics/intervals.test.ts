// Intervals and corrections against what statistics says of them: coverage, tables, published examples.
import { rng } from "geodl/core";
import { holm, meanInterval, pairedInterval, signFlipP } from "geodl/metrics";
import { describe, expect, it } from "vitest";

describe("meanInterval", () => {
  it.each([
    [5, 0.89],
    [20, 0.92],
  ])("of %i normal values holds the truth about 95 times in 100", (n, least) => {
    const random = rng(7);
    let held = 0;
    const runs = 600;
    for (let k = 0; k < runs; k++) {
      const values = Array.from({ length: n }, () => random.normal());
      const { low, high } = meanInterval(values, { resamples: 1000, seed: k });
      if (low <= 0 && 0 <= high) held++;
    }
    expect(held / runs).toBeGreaterThan(least); // the plain percentile of 5 values: about 0.83
    expect(held / runs).toBeLessThan(0.985);
  });

  it("repeats itself, and moves with its values", () => {
    const values = [3.1, 2.9, 3.6, 3.3, 3.0];
    const one = meanInterval(values);
    expect(meanInterval(values)).toEqual(one);
    expect(one.mean).toBeCloseTo(3.18, 12);
    expect(one.low).toBeLessThan(one.mean);
    const moved = meanInterval(values.map((v) => v + 10));
    expect(moved.low).toBeCloseTo(one.low + 10, 9);
    expect(meanInterval([2])).toEqual({ mean: 2, low: 2, high: 2, n: 1 });
  });

  it("refuses what has no mean", () => {
    expect(() => meanInterval([])).toThrow("meanInterval: there must be a value at least, got none");
    expect(() => meanInterval([1, Number.NaN])).toThrow("must be finite, got NaN at 1");
    expect(() => meanInterval([1, 2], { level: 1 })).toThrow("level must be in 0 < level < 1, got 1");
  });
});

describe("pairedInterval", () => {
  it("is narrow where both methods go up and down together", () => {
    const random = rng(3);
    const record = Array.from({ length: 40 }, () => 5 * random.normal());
    const a = record.map((r) => r + 0.5 + 0.1 * random.normal());
    const b = record.map((r) => r + 0.1 * random.normal());
    const { mean, low, high } = pairedInterval(a, b);
    expect(mean).toBeCloseTo(0.5, 1);
    expect(high - low).toBeLessThan(0.15);
    const alone = meanInterval(a);
    expect(alone.high - alone.low).toBeGreaterThan(2);
    expect(() => pairedInterval([1], [1, 2])).toThrow("must be of one length, got 1 and 2");
  });
});

describe("signFlipP", () => {
  it("counts signs exactly for few pairs", () => {
    expect(signFlipP([1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0])).toBe(2 / 64);
    expect(signFlipP([3, 1], [1, 0])).toBe(2 / 4);
    expect(signFlipP([2, 0], [1, 1])).toBe(1);
  });

  it("is rarely small where there is no difference, and small where there is", () => {
    const random = rng(11);
    let small = 0;
    for (let k = 0; k < 200; k++) {
      const a = Array.from({ length: 10 }, () => random.normal());
      if (signFlipP(a, new Float64Array(10)) <= 0.05) small++;
    }
    expect(small / 200).toBeLessThan(0.09);
    const a = Array.from({ length: 30 }, () => 1 + random.normal());
    expect(signFlipP(a, new Float64Array(30))).toBeLessThan(0.005);
  });
});

describe("holm", () => {
  it("corrects step by step, in the order given", () => {
    // R: p.adjust(c(.01, .04, .03, .005), "holm")
    expect([...holm([0.01, 0.04, 0.03, 0.005])].map((p) => +p.toFixed(12))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect([...holm([0.9, 0.8])]).toEqual([1, 1]);
    expect(() => holm([1.2])).toThrow("p must be in 0 .. 1, got 1.2");
  });
});
