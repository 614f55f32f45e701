import { findPeaks, keepApart } from "geodl/signal";
import { describe, expect, it } from "vitest";
import { golden, type Json, numbers } from "./golden.js";

interface Case {
  readonly x: Json[];
  readonly height: number;
  readonly distance: number;
  readonly peaks: number[];
}

describe("findPeaks", () => {
  const cases = golden<Case>("signal/peaks");
  it(`equals scipy.signal.find_peaks on ${cases.length} curves, with flat tops, NaN, heights, distances`, () => {
    expect(cases.filter((k) => k.peaks.length > 0).length).toBeGreaterThan(8);
    for (const { x, height, distance, peaks } of cases)
      expect(findPeaks(numbers(x), { height, distance }).map(({ index }) => index)).toEqual(peaks);
  });

  it("keeps the higher one of two that are nearer than the distance, at the distance both", () => {
    const x = Float32Array.of(0, 2, 0, 3, 0, 2.5, 0);
    expect(findPeaks(x).map(({ index }) => index)).toEqual([1, 3, 5]);
    expect(findPeaks(x, { distance: 2 }).map(({ index }) => index)).toEqual([1, 3, 5]);
    expect(findPeaks(x, { distance: 3 }).map(({ index }) => index)).toEqual([3]);
    // a peak that goes because of a higher one does not take others with it
    const peaks = [
      { index: 0, value: 1 },
      { index: 4, value: 2 },
      { index: 8, value: 3 },
    ];
    expect(keepApart(peaks, 5).map(({ index }) => index)).toEqual([0, 8]);
    expect(() => findPeaks(x, { distance: 0 })).toThrow("findPeaks: distance must be >= 1, got 0");
  });
});
