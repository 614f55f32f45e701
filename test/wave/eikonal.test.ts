// First arrivals: constant velocity, a linear gradient, a head wave, reciprocity, and the solver's own first breaks.
import { ricker } from "geodl/signal";
import { acoustic, eikonal } from "geodl/wave";
import { describe, expect, it } from "vitest";

const grid = (nz: number, nx: number, v: (z: number, x: number) => number) => ({
  data: Float64Array.from({ length: nz * nx }, (_, i) => v(Math.floor(i / nx), i % nx)),
  shape: [nz, nx],
});

describe("eikonal", () => {
  it("is exact in a constant velocity, from between cells too", () => {
    const model = grid(30, 50, () => 2000);
    for (const source of [
      [0, 0],
      [12, 20],
      [12.3, 20.7],
    ] as const) {
      const { data } = eikonal(model, source, { spacing: 10 });
      data.forEach((t, i) => {
        const exact = (10 * Math.hypot(Math.floor(i / 50) - source[0], (i % 50) - source[1])) / 2000;
        expect(Math.abs(t - exact)).toBeLessThan(1e-12);
      });
    }
  });

  it("in a linear gradient: to 0.5 % of the largest, first order in the spacing", () => {
    const [v0, g] = [1500, 0.8];
    const error = (n: number) => {
      const h = 2000 / n;
      const { data } = eikonal(
        grid(n + 1, 2 * n + 1, (z) => v0 + g * h * z),
        [0, n],
        { spacing: h },
      );
      let [worst, largest] = [0, 0];
      data.forEach((t, i) => {
        const [z, x] = [h * Math.floor(i / (2 * n + 1)), h * ((i % (2 * n + 1)) - n)];
        const exact = Math.acosh(1 + (g * g * (x * x + z * z)) / (2 * v0 * (v0 + g * z))) / g;
        worst = Math.max(worst, Math.abs(t - exact));
        largest = Math.max(largest, exact);
      });
      return worst / largest;
    };
    const errors = [40, 80, 160].map(error);
    expect(errors[1]).toBeLessThan(0.005);
    for (const i of [0, 1]) expect(Math.log2(errors[i]! / errors[i + 1]!)).toBeGreaterThan(0.8);
  });

  it("finds the head wave of a fast layer beyond the crossover", () => {
    // 25 slow rows over a half-space: the interface lies at row 25 of cells
    const [slow, fast, h, depth] = [1500, 3000, 4, 25];
    const { data } = eikonal(
      grid(60, 301, (z) => (z < depth ? slow : fast)),
      [0, 0],
      { spacing: h },
    );
    const x = 300 * h;
    const cosine = Math.sqrt(1 - (slow / fast) ** 2);
    const head = x / fast + (2 * (depth - 0.5) * h * cosine) / slow;
    expect(head).toBeLessThan(x / slow);
    expect(Math.abs(data[300]! - head) / head).toBeLessThan(0.02);
  });

  it("is the same from both ends to 0.5 %, and as early as waves begin", () => {
    const model = grid(60, 80, (z, x) => 1800 + 10 * z + 200 * Math.sin(x / 9) * Math.cos(z / 7));
    const [a, b] = [
      [5, 6],
      [50, 70],
    ] as const;
    const there = eikonal(model, a, { spacing: 10 }).data[50 * 80 + 70]!;
    const back = eikonal(model, b, { spacing: 10 }).data[5 * 80 + 6]!;
    expect(Math.abs(there - back) / there).toBeLessThan(0.005);
    const [nt, dt, f0] = [700, 0.001, 30];
    const wavelet = ricker(f0, nt, dt, { t0: 0.05 });
    const { data } = acoustic(model, {
      spacing: 10,
      dt,
      order: 8,
      shots: [{ sources: [a], wavelet, receivers: [b] }],
    }).records;
    const peak = data.reduce((most: number, u: number) => Math.max(most, Math.abs(u)), 0);
    const first = data.findIndex((u: number) => Math.abs(u) > 0.02 * peak) * dt;
    // the wavelet is felt up to a period before its peak
    expect(first - there).toBeGreaterThan(0.05 - 1 / f0);
    expect(first - there).toBeLessThan(0.05);
  });

  it("says what is wrong", () => {
    const model = grid(5, 6, () => 1000);
    expect(() => eikonal(model, [5, 0], { spacing: 1 })).toThrow(
      "eikonal: the source must lie within 0..4, 0..5 cells, got [5, 0]",
    );
    expect(() => eikonal(model, [0, 0], { spacing: 0 })).toThrow(
      "eikonal: spacing must be a positive number, got 0",
    );
    expect(() =>
      eikonal(
        grid(5, 6, () => 0),
        [0, 0],
        { spacing: 1 },
      ),
    ).toThrow("eikonal: velocities must be positive, got 0");
  });
});
