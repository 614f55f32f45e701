// F1 over records: intervals hold the truth, differences of the same counts are none.
import { rng } from "geodl/core";
import { f1Difference, f1OverRecords, type RecordCounts } from "geodl/metrics";
import { describe, expect, it } from "vitest";

/** Records whose 4 arrivals are found with a probability, a false pick now and then. */
function drawn(seed: number, chance: number, records = 60): RecordCounts[] {
  const draw = rng(seed);
  return Array.from({ length: records }, () => {
    const hits = [0, 1, 2, 3].filter(() => draw.uniform() < chance).length;
    return [hits, draw.uniform() < 0.2 ? 1 : 0, 4 - hits];
  });
}

describe("F1 over records", () => {
  it("is that of all counts together, within an interval that holds the truth 95 times in 100", () => {
    const { f1, low, high } = f1OverRecords([
      [3, 1, 0],
      [1, 0, 2],
    ]);
    expect(f1).toBeCloseTo((2 * 4) / (2 * 4 + 1 + 2), 12);
    expect([low, high]).toEqual([(2 * 1) / (2 * 1 + 2), 6 / 7].map((v) => expect.closeTo(v, 12)));
    const truth = (2 * 4 * 0.7) / (4 * 0.7 + 0.2 + 4);
    const holds = Array.from({ length: 100 }, (_, seed) =>
      f1OverRecords(drawn(seed, 0.7), { resamples: 200 }),
    );
    const count = holds.filter((i) => i.low <= truth && truth <= i.high).length;
    expect(count).toBeGreaterThanOrEqual(88);
    expect(count).toBeLessThanOrEqual(100);
  });

  it("differs by nothing from itself, by what it is from another, paired more sharply than apart", () => {
    const a = drawn(1, 0.7);
    expect(f1Difference(a, a)).toEqual({ difference: 0, low: 0, high: 0, p: 1 });
    const b = a.map(([h, w, m], i): RecordCounts => (i % 3 === 0 && h > 0 ? [h - 1, w, m + 1] : [h, w, m]));
    const found = f1Difference(a, b);
    expect(found.difference).toBeGreaterThan(0.02);
    expect(found.low).toBeGreaterThan(0);
    expect(found.p).toBeLessThan(0.01);
    const alone = f1OverRecords(a);
    expect(found.high - found.low).toBeLessThan(0.7 * (alone.high - alone.low));
    expect(f1Difference(b, a).difference).toBeCloseTo(-found.difference, 12);
    expect(f1Difference(a, b)).toEqual(found);
  });

  it("calls chance by its name: p below .05 about 5 times in 100 where there is no difference", () => {
    const low = Array.from({ length: 100 }, (_, k) => {
      const options = { resamples: 200, seed: k };
      return f1Difference(drawn(2 * k, 0.7, 40), drawn(2 * k + 1, 0.7, 40), options).p <= 0.05;
    }).filter(Boolean).length;
    expect(low).toBeLessThanOrEqual(12);
  });

  it("refuses lists that do not belong together", () => {
    expect(() => f1Difference([[1, 0, 0]], [])).toThrow(/one length > 0, got 1 and 0/);
    expect(() => f1OverRecords([])).toThrow(/must be a record, got none/);
  });
});
