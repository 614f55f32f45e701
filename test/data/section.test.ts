// Generated sections: the same for the same stream, of every kind, bounded.
import { rng } from "geodl/core";
import { synthetic } from "geodl/data";
import { describe, expect, it } from "vitest";

const draw = (i: number, options = {}) => synthetic.section(rng(1).fork(`section ${i}`), options);
const rms = (data: Float32Array) => Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length);

describe("a generated section", () => {
  it("is the same for the same stream, whatever was drawn before", () => {
    const a = draw(5);
    draw(6);
    expect(draw(5).data).toEqual(a.data);
    expect(draw(6).data).not.toEqual(a.data);
  });

  it("has its largest magnitude at 1 and nothing that is not a number, at any size", () => {
    for (const [nt, nx] of [
      [128, 128],
      [64, 200],
      [300, 33],
    ] as const)
      for (let i = 0; i < 12; i++) {
        const { data, shape } = draw(i, { nt, nx });
        expect(shape).toEqual([nt, nx]);
        expect(data.every(Number.isFinite)).toBe(true);
        expect(data.reduce((max, v) => Math.max(max, Math.abs(v)), 0)).toBeCloseTo(1, 6);
      }
  });

  it("differs in kind: from a few events to full sections, correlated along x", () => {
    const sections = Array.from({ length: 40 }, (_, i) => draw(i).data);
    const strengths = sections.map(rms).sort((a, b) => a - b);
    expect(strengths[4]).toBeLessThan(0.12); // real3d: .07
    expect(strengths[35]).toBeGreaterThan(0.25);
    const along = sections.map((s) => {
      let [product, square] = [0, 0];
      for (let i = 0; i + 1 < s.length; i++) {
        product += s[i]! * s[i + 1]!;
        square += s[i]! * s[i]!;
      }
      return product / square;
    });
    expect(along.sort((a, b) => a - b)[20]).toBeGreaterThan(0.8);
  });

  it("refuses sizes that are none", () => {
    expect(() => draw(0, { nt: 1 })).toThrow(
      "synthetic.section: nt and nx must be whole numbers > 1, got 1, 128",
    );
  });
});
