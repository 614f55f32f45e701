// Relative L2 and structural similarity: definitions by hand, symmetry, what is refused.
import { relativeL2, ssim } from "geodl/metrics";
import { describe, expect, it } from "vitest";

const grid = (rows: number, columns: number, f: (z: number, x: number) => number) => ({
  data: Float64Array.from({ length: rows * columns }, (_, i) => f(Math.floor(i / columns), i % columns)),
  shape: [rows, columns],
});
const truth = grid(9, 8, (z, x) => 1500 + 20 * z + 5 * ((7 * z * x) % 41));
const other = grid(9, 8, (z, x) => 1450 + 20 * z + 5 * ((7 * z * x) % 41) + 10 * ((3 * z + 5 * x) % 17));

describe("relativeL2", () => {
  it("is |x - s| / |s|", () => {
    const s = { data: Float64Array.of(3, 4), shape: [2] };
    expect(relativeL2(s, { data: Float64Array.of(3, 3), shape: [2] })).toBeCloseTo(0.2, 12);
    expect(() => relativeL2(s, truth)).toThrow("relativeL2: both must have one shape, got [2] and [9,8]");
  });
});

describe("ssim", () => {
  it("is the mean over windows of the formula, with unbiased variances", () => {
    const range = Math.max(...truth.data) - Math.min(...truth.data);
    const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
    const values: number[] = [];
    for (let z = 0; z < 3; z++)
      for (let x = 0; x < 2; x++) {
        const of = (data: Float64Array) =>
          Array.from({ length: 49 }, (_, k) => data[(z + Math.floor(k / 7)) * 8 + x + (k % 7)]!);
        const [a, b] = [of(truth.data), of(other.data)];
        const mean = (v: number[]) => v.reduce((s, e) => s + e, 0) / 49;
        const [ma, mb] = [mean(a), mean(b)];
        const cov = (p: number[], q: number[]) =>
          p.reduce((s, e, i) => s + (e - mean(p)) * (q[i]! - mean(q)), 0) / 48;
        values.push(
          ((2 * ma * mb + c1) * (2 * cov(a, b) + c2)) /
            ((ma * ma + mb * mb + c1) * (cov(a, a) + cov(b, b) + c2)),
        );
      }
    expect(ssim(truth, other)).toBeCloseTo(values.reduce((s, v) => s + v, 0) / 6, 10);
  });

  it("is 1 for equal pictures and below it for others, lower for a smaller range", () => {
    expect(ssim(truth, truth)).toBeCloseTo(1, 12);
    expect(ssim(truth, other)).toBeLessThan(0.99);
    expect(ssim(truth, other, { range: 50 })).toBeLessThan(ssim(truth, other));
  });

  it("says what is wrong", () => {
    const small = grid(6, 8, () => 1);
    expect(() => ssim(small, small)).toThrow("ssim: pictures must be at least 7 x 7, got [6,8]");
  });
});
