// A window as a picker sees it.
import { normaliseWindow } from "geodl/apply";
import { rng } from "geodl/core";
import { describe, expect, it } from "vitest";

const random = (k: number) =>
  rng(k)
    .fill(new Float32Array(900), "normal")
    .map((v, i) => 5 + 100 ** (i % 3) * v);
const column = (x: Float32Array, k: number) => x.filter((_, i) => i % 3 === k);
const moments = (x: Float32Array) => {
  const mean = x.reduce((a, v) => a + v, 0) / x.length;
  return { mean, deviation: Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / (x.length - 1)) };
};

describe("normaliseWindow", () => {
  it("gives each live component the deviation 3 / live components; a dead one stays 0", () => {
    const all = normaliseWindow({ data: random(1), shape: [300, 3] }).data;
    for (const k of [0, 1, 2]) {
      expect(moments(column(all, k)).mean).toBeCloseTo(0, 5);
      expect(moments(column(all, k)).deviation).toBeCloseTo(1, 5);
    }
    const one = normaliseWindow({
      data: random(2).map((v, i) => (i % 3 === 2 ? v : 7)),
      shape: [300, 3],
    }).data;
    expect(moments(column(one, 2)).deviation).toBeCloseTo(3, 4);
    expect(column(one, 0).every((v) => v === 0)).toBe(true);
  });

  it("knows SeisBench's scales, and refuses another rank", () => {
    const peak = normaliseWindow({ data: random(3), shape: [300, 3] }, "peak").data;
    expect(Math.max(...column(peak, 1).map(Math.abs))).toBeCloseTo(1, 5);
    expect(
      moments(column(normaliseWindow({ data: random(3), shape: [300, 3] }, "none").data, 0)).mean,
    ).toBeCloseTo(0, 4);
    expect(() => normaliseWindow({ data: new Float32Array(6), shape: [6] })).toThrow(
      /must be \[sample, component\], got \[6\]/,
    );
  });
});
