// Classical pickers of first breaks, a trace at a time; their scores on the protocol's gathers: test/experiment/first-breaks.test.ts.
import { rng } from "geodl/core";
import {
  edgePreserving,
  medianOfPicks,
  pickAic,
  pickBaer,
  pickCoppens,
  pickEnergyRatio,
  pickStaLta,
} from "geodl/signal";
import { describe, expect, it } from "vitest";

const onset = 213;
const random = rng(11).fork("noise");
const trace = Float64Array.from({ length: 600 }, (_, t) => {
  const after = t - onset;
  const wave = after < 0 ? 0 : Math.exp(-after / 200) * Math.sin((2 * Math.PI * after) / 24);
  return wave + 0.01 * random.normal();
});

describe("pickers", () => {
  it.each([
    ["STA/LTA", (x: Float64Array) => pickStaLta(x), 10],
    ["energy ratio", (x: Float64Array) => pickEnergyRatio(x), 20],
    ["Coppens", (x: Float64Array) => pickCoppens(x), 12],
    ["AIC", (x: Float64Array) => pickAic(x), 3],
    ["Baer and Kradolfer", (x: Float64Array) => pickBaer(x, 0.001), 3],
  ] as const)(
    "%s finds the onset of a clear arrival, the same at any sign, nothing in zeros",
    (_, pick, off) => {
      const found = pick(trace)!;
      expect(Math.abs(found - onset)).toBeLessThanOrEqual(off);
      expect(pick(trace.map((v) => -v))).toBe(found);
      expect(pick(new Float64Array(600))).toBeUndefined();
    },
  );

  it("STA/LTA needs its threshold to be exceeded", () => {
    expect(pickStaLta(trace, { threshold: 1e9 })).toBeUndefined();
    expect(() => pickStaLta(trace, { nsta: 0 })).toThrow(/nsta must be a whole number >= 1, got 0/);
  });

  it("AIC in a window looks nowhere else", () => {
    expect(pickAic(trace, { from: 300, to: 400 })!).toBeGreaterThanOrEqual(300);
  });
});

describe("edge-preserving smoothing", () => {
  it("keeps a step where it is and takes out what is between", () => {
    const step = Float64Array.from({ length: 60 }, (_, i) => (i < 30 ? 0 : 1));
    expect([...edgePreserving(step, 7)]).toEqual([...step]);
    const rough = step.map((v, i) => v + (i % 2 ? 0.05 : -0.05));
    edgePreserving(rough, 7).forEach((v, i) => {
      if (i > 5 && i < 54) expect(Math.abs(v - step[i]!)).toBeLessThan(0.01); // the ends are repeated
    });
  });
});

describe("medianOfPicks", () => {
  it("takes out single traces, fills gaps, repeats the ends", () => {
    expect([...medianOfPicks([10, 11, 90, 13, 14], 3)]).toEqual([10, 11, 13, 14, 14]);
    expect([...medianOfPicks([10, Number.NaN, 12], 3)]).toEqual([10, 11, 12]);
    expect([...medianOfPicks([Number.NaN, Number.NaN], 3)]).toEqual([Number.NaN, Number.NaN]);
    expect(() => medianOfPicks([1], 0)).toThrow(RangeError);
  });
});
