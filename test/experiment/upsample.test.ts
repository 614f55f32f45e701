// Doubled grids: old points stay, straight lines and cubics are met.
import { experiment } from "geodl";
import { describe, expect, it } from "vitest";

const field = (n: number, step: number, f: (z: number, x: number) => number) => ({
  data: Float32Array.from({ length: n * n }, (_, i) => f(Math.floor(i / n) * step, (i % n) * step)),
  shape: [n, n],
});

describe("upsampled", () => {
  it("keeps the old points and meets a plane, past the last point too", () => {
    const plane = (z: number, x: number) => 2 * z - 3 * x + 1;
    for (const method of ["linear", "cubic"] as const) {
      const fine = experiment.upsampled(field(8, 1, plane), method);
      expect(fine.shape).toEqual([16, 16]);
      const want = field(16, 0.5, plane).data;
      fine.data.forEach((v, i) => {
        expect(v).toBeCloseTo(want[i]!, 4);
      });
    }
  });

  it("by cubics meets a cubic between four points, by lines it does not", () => {
    const cubic = (z: number, x: number) => z ** 3 - x ** 2;
    const at = (method: "linear" | "cubic") =>
      experiment.upsampled(field(8, 1, cubic), method).data[7 * 16 + 6]!;
    expect(at("cubic")).toBeCloseTo(cubic(3.5, 3), 3);
    expect(Math.abs(at("linear") - cubic(3.5, 3))).toBeGreaterThan(1);
  });
});
