// Rare classes: rows thrown away, repeated or made between neighbours; nothing else changes.
import { rng } from "geodl/core";
import { augment } from "geodl/data";
import { describe, expect, it } from "vitest";

const { adasyn, oversample, smote, undersample } = augment;
type ClassTable = augment.ClassTable;

/** 8 rare rows on the line y = 2 x from (0, 0) to (7, 14), 40 rows of the other class far away; two of these between the last rare ones. */
function line(): ClassTable {
  const rare = Array.from({ length: 8 }, (_, i) => [i, 2 * i]);
  const far = Array.from({ length: 38 }, (_, i) => [1000 + i, -500]);
  const near = [
    [6.4, 13],
    [6.6, 13],
  ];
  const rows = [...far, ...rare, ...near];
  const y = [...far.map(() => 0), ...rare.map(() => 1), ...near.map(() => 0)];
  return { x: Float32Array.from(rows.flat()), y: Int32Array.from(y) };
}

const count = ({ y }: ClassTable, c: number) => y.filter((v) => v === c).length;
const rowsOf = ({ x }: ClassTable, from = 0) =>
  Array.from(
    { length: x.length / 2 - from },
    (_, i) => [x[2 * (from + i)]!, x[2 * (from + i) + 1]!] as const,
  );

describe("sampling a table whose classes are uneven", () => {
  const before = line();

  it("under-sampling keeps every rare row and as many others, each once", () => {
    const after = undersample(before, rng(1));
    expect([count(after, 1), count(after, 0)]).toEqual([8, 8]);
    const all = rowsOf(after).map(String);
    expect(new Set(all).size).toBe(16);
    const were = new Set(rowsOf(before).map(String));
    expect(all.every((row) => were.has(row))).toBe(true);
    expect(String(undersample(before, rng(2)).x)).not.toBe(String(after.x));
    expect(undersample(before, rng(1))).toEqual(after);
  });

  it("over-sampling appends rare rows that are there already", () => {
    const after = oversample(before, rng(1));
    expect([count(after, 1), count(after, 0)]).toEqual([40, 40]);
    expect(after.x.subarray(0, before.x.length)).toEqual(before.x);
    for (const [x, y] of rowsOf(after, 48)) expect([Number.isInteger(x), y]).toEqual([true, 2 * x]);
  });

  it("SMOTE's rows lie between a rare row and a near rare one, every row serving as often", () => {
    const after = smote(before, rng(1), { neighbours: 1 });
    expect([count(after, 1), count(after, 0)]).toEqual([40, 40]);
    const made = rowsOf(after, 48);
    for (const [x, y] of made) expect(y).toBeCloseTo(2 * x, 4);
    // with one neighbour no row is further than 1 from its two parents; the ends serve as often as the middle
    expect(made.filter(([x]) => x <= 1).length).toBeGreaterThanOrEqual(4);
    expect(made.filter(([x]) => x >= 5).length).toBeGreaterThanOrEqual(4);
    expect(made.every(([x]) => x >= 0 && x <= 7)).toBe(true);
    expect(made.some(([x]) => !Number.isInteger(x))).toBe(true);
    expect(smote(before, rng(1), { neighbours: 1 })).toEqual(after);
  });

  it("ADASYN's rows gather where the other class is near", () => {
    const after = adasyn(before, rng(1), { neighbours: 2 });
    const made = rowsOf(after, 48);
    // of the rare rows only the last two have the two others among their nearest
    expect(made.length).toBe(32);
    for (const [x, y] of made) {
      expect(y).toBeCloseTo(2 * x, 4);
      expect(x).toBeGreaterThanOrEqual(4);
    }
    const { x, y } = line();
    const apart = { x: x.slice(0, -4), y: y.slice(0, -2) };
    expect(rowsOf(adasyn(apart, rng(1)), 46).some(([v]) => v < 3)).toBe(true); // none is near: all serve alike
  });

  it("refuses what is no table of two classes", () => {
    const x = new Float32Array(6);
    expect(() => smote({ x, y: Int32Array.of(0, 0, 0) }, rng(0))).toThrow(/both classes .* got 3 and 0/);
    expect(() => oversample({ x, y: Int32Array.of(0, 2, 0) }, rng(0))).toThrow(/0 or 1, got 2/);
    expect(() => undersample({ x, y: Int32Array.of(0, 1, 0, 1) }, rng(0))).toThrow(/got 6 for 4/);
    expect(() => smote({ x, y: Int32Array.of(0, 1, 0) }, rng(0))).toThrow(/two rows, got 1/);
    expect(() => adasyn(before, rng(0), { neighbours: 0 })).toThrow(/>= 1, got 0/);
  });
});
