// What the equation says: Green's function, orders of convergence, what layers send back, energy.
import { ricker } from "geodl/signal";
import { acoustic, type Order } from "geodl/wave";
import { describe, expect, it } from "vitest";
import { apart, dot } from "./scene.js";

const constant = (rows: number, columns: number, v = 2000) => ({
  data: new Float64Array(rows * columns).fill(v),
  shape: [rows, columns],
});

/** -(h^2 / 2 pi) int_0^acosh(t / tau) w(t - tau cosh q) dq, tau = r / v; midpoint rule. */
function green(r: number, v: number, h: number, dt: number, nt: number, w: (t: number) => number): number[] {
  const tau = r / v;
  return Array.from({ length: nt }, (_, i) => {
    const t = i * dt;
    if (t <= tau) return 0;
    const [n, end] = [2000, Math.acosh(t / tau)];
    let sum = 0;
    for (let k = 0; k < n; k++) sum += w(t - tau * Math.cosh(((k + 0.5) * end) / n));
    return (-(h * h) / (2 * Math.PI)) * sum * (end / n);
  });
}

describe("Green's function in two dimensions", () => {
  const [v, h, dt, nt, f0] = [2000, 10, 0.0005, 700, 12];
  const wavelet = ricker(f0, nt, dt);
  const w = (t: number) => {
    const a = (Math.PI * f0 * (t - 1.5 / f0)) ** 2;
    return (1 - 2 * a) * Math.exp(-a);
  };
  for (const [order, limit] of [
    [2, 0.15],
    [4, 0.01],
    [8, 0.005],
  ] as const)
    it(`order ${order}, at three distances: to ${limit}`, () => {
      const receivers = [10, 20, 30].map((x) => [40, 25 + x] as const);
      const { data } = acoustic(constant(81, 81), {
        spacing: h,
        dt,
        order,
        frequency: f0,
        shots: [{ sources: [[40, 25]], wavelet, receivers }],
      }).records;
      [10, 20, 30].forEach((x, r) => {
        const error = apart(data.subarray(r * nt, (r + 1) * nt), green(x * h, v, h, dt, nt, w));
        expect(error).toBeLessThan(limit);
      });
    });
});

describe("convergence, three grids in float64", () => {
  /** The trace of a source that does not depend on the grid; `refine` cells in one. */
  function trace(order: Order, refine: number, dt: number, f0: number): Float64Array {
    const [n, h] = [40 * refine + 1, 40 / refine];
    const nt = Math.round(0.64 / dt) + 1;
    const wavelet = Float64Array.from({ length: nt }, (_, i) => {
      const a = (Math.PI * f0 * (i * dt - 2 / f0)) ** 2;
      return ((1 - 2 * a) * Math.exp(-a)) / (h * h);
    });
    const { data } = acoustic(constant(n, n), {
      spacing: h,
      dt,
      order,
      pml: 0,
      precision: "float64",
      frequency: f0,
      shots: [{ sources: [[20 * refine, 16 * refine]], wavelet, receivers: [[20 * refine, 24 * refine]] }],
    }).records;
    const every = Math.round(0.008 / dt);
    return Float64Array.from({ length: 81 }, (_, i) => data[i * every]!);
  }
  const slope = ([a, b, c]: readonly Float64Array[]) => {
    const size = (x: Float64Array, y: Float64Array) => Math.hypot(...x.map((v, i) => v - y[i]!));
    return Math.log2(size(a!, b!) / size(b!, c!));
  };

  it("time: 2", () => {
    const order = slope([0.004, 0.002, 0.001].map((dt) => trace(8, 1, dt, 5)));
    expect(order).toBeGreaterThan(1.9);
    expect(order).toBeLessThan(2.1);
  });

  for (const [space, f0] of [
    [2, 5],
    [4, 5],
    [8, 4],
  ] as const)
    it(`space, order ${space}`, () => {
      const order = slope([1, 2, 4].map((refine) => trace(space, refine, 0.002, f0)));
      expect(order).toBeGreaterThan(space - 0.35);
      expect(order).toBeLessThan(space + 0.5);
    });
});

describe("absorbing layers", () => {
  const [h, dt, nt, f0] = [10, 0.001, 1150, 15];
  const wavelet = ricker(f0, nt, dt);
  const peak = (x: ArrayLike<number>) => Array.from(x).reduce((most, u) => Math.max(most, Math.abs(u)), 0);
  /** Largest reflection from the right side, dB of the direct wave after the same path; the layer begins 40 cells from both. */
  function reflection(angle: number): number {
    const offset = Math.round(2 * 40 * Math.tan((angle * Math.PI) / 180));
    const [rows, source] = [300 + offset, 150] as const;
    const run = (columns: number, receivers: readonly (readonly [number, number])[]) =>
      acoustic(constant(rows, columns), {
        spacing: h,
        dt,
        order: 8,
        frequency: f0,
        shots: [{ sources: [[source, 199]], wavelet, receivers }],
      }).records.data;
    const there = [source + offset, 199] as const;
    const image = [source + offset, 199 + 80] as const;
    const small = run(240, [there]);
    const large = run(440, [there, image]);
    const difference = Float64Array.from(small, (u, i) => u - large[i]!);
    return 20 * Math.log10(peak(difference) / peak(large.subarray(nt)));
  }

  it("send back less than -60 dB at normal incidence, less than -40 dB up to 60 degrees", () => {
    const seen = [0, 15, 30, 45, 60].map(reflection);
    expect(seen[0]).toBeLessThan(-60);
    expect(Math.max(...seen)).toBeLessThan(-40);
  });

  it("leave nothing behind: after the wave has gone the energy is below 1e-6 of its largest", () => {
    const samples = Array.from({ length: 30 }, (_, i) => 30 * i + 29);
    const { data } = acoustic(constant(80, 80), {
      spacing: h,
      dt,
      frequency: f0,
      shots: [{ sources: [[40, 40]], wavelet, receivers: [] }],
      snapshots: samples,
    }).snapshots;
    const energy = samples.map((_, k) => {
      const field = data.subarray(6400 * k, 6400 * (k + 1));
      return dot(field, field);
    });
    expect(energy.at(-1)! / Math.max(...energy)).toBeLessThan(1e-6);
  });
});

describe("energy", () => {
  it("is kept by the steps between rigid edges once the source is silent: to 1e-9 in float64", () => {
    // sum (u_{n+1} - u_n)^2 / c - u_{n+1} (D2x + D2z) u_n, with D2 u_n = (u_{n+1} - 2 u_n + u_{n-1}) / c
    const [n, dt, h] = [30, 0.002, 10];
    const v = Float64Array.from({ length: n * n }, (_, i) => 1500 + 20 * (i % n) + 7 * ((3 * i) % 31));
    const wavelet = ricker(15, 400, dt);
    const samples = [198, 199, 200, 201, 397, 398, 399].filter((s) => s !== 201);
    const { data } = acoustic(
      { data: v, shape: [n, n] },
      {
        spacing: h,
        dt,
        order: 8,
        pml: 0,
        precision: "float64",
        frequency: 15,
        shots: [{ sources: [[7, 11]], wavelet, receivers: [] }],
        snapshots: samples,
      },
    ).snapshots;
    const energy = (k: number) => {
      const at = (j: number) => data.subarray((k + j) * n * n, (k + j + 1) * n * n);
      const [a, b, d] = [at(0), at(1), at(2)];
      let sum = 0;
      for (let i = 0; i < n * n; i++) {
        const c = ((v[i]! * dt) / h) ** 2;
        sum += ((d[i]! - b[i]!) ** 2 - d[i]! * (d[i]! - 2 * b[i]! + a[i]!)) / c;
      }
      return sum;
    };
    const [early, late] = [energy(0), energy(3)];
    expect(Math.abs(late / early - 1)).toBeLessThan(1e-9);
  });
});
