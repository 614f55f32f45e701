// Figures of first breaks by hand; the area under the ROC; logistic curves.

import { rng } from "geodl/core";
import { firstBreakScores, logistic, logisticFit, rocArea } from "geodl/metrics";
import { describe, expect, it } from "vitest";

describe("firstBreakScores", () => {
  it("counts missing picks as misses, and errors over the picked traces", () => {
    const s = firstBreakScores([10.5, 13, Number.NaN, 30], [10, 10, 10, 10]);
    expect(s).toMatchObject({
      n: 4,
      coverage: 0.75,
      hr: { 1: 0.25, 3: 0.25, 5: 0.5, 7: 0.5, 9: 0.5 },
      median: 3,
    });
    expect(s.mae).toBeCloseTo(23.5 / 3, 12);
    expect(s.rmse).toBeCloseTo(Math.sqrt((0.25 + 9 + 400) / 3), 12);
    expect(s.bias).toBeCloseTo(23.5 / 3, 12);
    expect(s.mad).toBe(2.5);
    expect(s.ece).toBeUndefined();
  });

  it("a pick exactly k samples off is no hit", () => {
    expect(firstBreakScores([15], [10]).hr[5]).toBe(0);
    expect(firstBreakScores([14.999], [10]).hr[5]).toBe(1);
  });

  it("weighs confidences", () => {
    const s = firstBreakScores([10, 10, 40, 40], [10, 10, 10, 10], [0.95, 0.85, 0.15, 0.05]);
    expect(s.ece).toBeCloseTo(0.1, 12);
    expect(s.roc).toBe(1);
  });

  it("refuses lengths that differ and labels that are none", () => {
    expect(() => firstBreakScores([1], [1, 2])).toThrow(/got 1 and 2/);
    expect(() => firstBreakScores([1], [Number.NaN])).toThrow(/labels must be finite, got NaN at 0/);
  });
});

describe("rocArea", () => {
  it.each([
    [[0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75], // the example of sklearn.metrics.roc_auc_score
    [[1, 1, 1, 1], [0, 1, 0, 1], 0.5],
    [[3, 2, 1], [0, 0, 1], 0],
  ])("of %j, %j is %f", (scores, truth, area) => {
    expect(rocArea(scores, truth)).toBeCloseTo(area, 12);
  });
});

describe("logisticFit", () => {
  it("finds the curve that made the answers, and gives calibrated numbers", () => {
    const random = rng(5).fork("cases");
    const x = Array.from({ length: 20_000 }, () => [random.normal(0, 2), random.uniform()]);
    const truth = x.map((row) => random.uniform() < logistic([-0.5, 0.8, 1.5], row));
    const w = logisticFit(x, truth);
    [-0.5, 0.8, 1.5].forEach((v, k) => {
      expect(Math.abs(w[k]! - v)).toBeLessThan(0.15);
    });
    const mean = x.reduce((sum, row) => sum + logistic(w, row), 0) / x.length;
    expect(mean).toBeCloseTo(truth.filter(Boolean).length / x.length, 6);
  });

  it("stays finite where a feature separates the answers, and where nothing is to be learnt", () => {
    const w = logisticFit([[-1], [-2], [1], [2]], [0, 0, 1, 1]);
    expect(w[1]!).toBeGreaterThan(0.3);
    expect(w[1]!).toBeLessThan(5);
    expect([...logisticFit([[1], [2], [3]], [1, 1, 1])].every(Number.isFinite)).toBe(true);
  });
});
