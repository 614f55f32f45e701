// Fixed dictionaries: orthonormal, unit norm, tight.
import { cosineAtoms, dctAtoms, splineFramelets } from "geodl/dictionary";
import { describe, expect, it } from "vitest";

function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, x, i) => sum + x * b[i]!, 0);
}

describe("fixed dictionaries", () => {
  it("hold an orthonormal cosine transform for any patch", () => {
    const { data, shape } = dctAtoms([3, 5]);
    expect(shape).toEqual([15, 3, 5]);
    for (let a = 0; a < 15; a++)
      for (let b = 0; b < 15; b++)
        expect(dot(data.subarray(a * 15, a * 15 + 15), data.subarray(b * 15, b * 15 + 15))).toBeCloseTo(
          a === b ? 1 : 0,
          6,
        );
    expect(dctAtoms([2, 2, 2]).shape).toEqual([8, 2, 2, 2]);
  });

  it("hold overcomplete cosines: unit norm, no mean but in the first, the first ones when asked", () => {
    const all = cosineAtoms([8, 8], 12);
    expect(all.shape).toEqual([144, 8, 8]);
    for (let a = 0; a < 144; a++) {
      const atom = all.data.subarray(a * 64, a * 64 + 64);
      expect(dot(atom, atom)).toBeCloseTo(1, 6);
      expect(Math.abs(atom.reduce((sum, x) => sum + x, 0))).toBeCloseTo(a === 0 ? 8 : 0, 5);
    }
    const some = cosineAtoms([8, 8], 12, { count: 128 });
    expect(some.shape).toEqual([128, 8, 8]);
    expect(some.data).toEqual(all.data.slice(0, 128 * 64));
  });

  it("hold spline framelets: the energies of all shifts add up to 1", () => {
    for (const axes of [1, 2, 3] as const) {
      const { data, shape } = splineFramelets(axes);
      expect(shape).toEqual([3 ** axes, ...Array.from({ length: axes }, () => 3)]);
      expect(dot(data, data)).toBeCloseTo(1, 6);
    }
    // unitary extension principle in 1-D: sum_a h_a(k) h_a(k + 1) = 0 over k
    const { data } = splineFramelets(1);
    let lag = 0;
    for (let a = 0; a < 3; a++) for (let k = 0; k < 2; k++) lag += data[a * 3 + k]! * data[a * 3 + k + 1]!;
    expect(lag).toBeCloseTo(0, 7);
  });

  it("say what is wrong", () => {
    expect(() => dctAtoms([])).toThrow(
      "dctAtoms: a patch must have 1 to 3 axes of whole lengths >= 1, got []",
    );
    expect(() => cosineAtoms([8, 8], 12, { count: 145 })).toThrow(
      "count must be a whole number in 1 .. 144, got 145",
    );
  });
});
