// Elastic waves: a fluid as the acoustic solver has it, speeds of P and Rayleigh waves, symmetry, layers, what is refused.
import { ricker } from "geodl/signal";
import { acoustic, elastic } from "geodl/wave";
import { describe, expect, it } from "vitest";
import { apart } from "./scene.js";

const [h, dt] = [10, 0.001];
const constant = (nz: number, nx: number, v: number) => ({
  data: new Float64Array(nz * nx).fill(v),
  shape: [nz, nx],
});
const medium = (nz: number, nx: number, vp: number, vs: number) => ({
  vp: constant(nz, nx, vp),
  vs: constant(nz, nx, vs),
  rho: constant(nz, nx, 2000),
});

describe("elastic", () => {
  it("in a fluid gives the acoustic wave: rho dvz/dt is the pressure's slope, to 1 %", () => {
    const [n, nt, f0] = [61, 350, 12];
    const wavelet = Float64Array.from(ricker(f0, nt, dt));
    // sigma_tt = v^2 laplacian sigma + dw/dt, and u_tt = v^2 (laplacian u - f)
    const rate = wavelet.map((_, i) => -((wavelet[i]! - (wavelet[i - 1] ?? 0)) / dt) / 2000 ** 2);
    const { data } = acoustic(constant(n, n, 2000), {
      spacing: h,
      dt,
      order: 8,
      frequency: f0,
      precision: "float64",
      shots: [
        {
          sources: [[30, 30]],
          wavelet: rate,
          receivers: [43, 44, 45, 46].map((z) => [z, 36] as const),
        },
      ],
    }).records;
    const { records } = elastic(medium(n, n, 2000, 0), {
      spacing: h,
      dt,
      source: [30, 30],
      wavelet,
      receivers: [[44, 36]],
      frequency: f0,
    });
    let sum = 0;
    const expected = Float64Array.from({ length: nt }, (_, i) => {
      const now = sum;
      const of = (r: number) => data[r * nt + i]!;
      sum += (((9 / 8) * (of(2) - of(1)) - (of(3) - of(0)) / 24) / h) * (dt / 2000);
      return now;
    });
    expect(apart(records.data.subarray(0, nt), expected)).toBeLessThan(0.01);
  });

  it("is symmetric about an explosion: vz up and down, vx left and right", () => {
    const { records } = elastic(medium(51, 51, 3000, 1700), {
      spacing: h,
      dt,
      source: [25, 25],
      wavelet: ricker(20, 250, dt),
      receivers: [
        [34, 25],
        [15, 25],
        [25, 34],
        [25, 15],
      ],
    });
    const of = (component: number, r: number) => {
      const first = (component * 4 + r) * 250;
      return records.data.subarray(first, first + 250);
    };
    // vz lies half a cell below its cell: cell 34 is 9.5 cells below the source, cell 15 is 9.5 above
    expect(
      apart(
        of(0, 0),
        of(0, 1).map((v) => -v),
      ),
    ).toBeLessThan(1e-9);
    expect(
      apart(
        of(1, 2),
        of(1, 3).map((v) => -v),
      ),
    ).toBeLessThan(1e-9);
    expect(apart(of(0, 0), of(1, 2))).toBeLessThan(1e-9);
  });

  it("sends a Rayleigh wave along a free surface at .9194 of the S velocity, to 2 %", () => {
    // Poisson's ratio 1/4
    const [vs, nt, f0] = [1500, 850, 12];
    const columns = [60, 100];
    const { records } = elastic(medium(40, 130, vs * Math.sqrt(3), vs), {
      spacing: h,
      dt,
      source: [2, 15],
      wavelet: ricker(f0, nt, dt),
      receivers: columns.map((x) => [0, x] as const),
      frequency: f0,
      freeSurface: true,
    });
    const peak = (r: number) => {
      const trace = records.data.subarray(r * nt, (r + 1) * nt);
      return trace.reduce((best, v, i) => (Math.abs(v) > Math.abs(trace[best]!) ? i : best), 0);
    };
    const speed = (h * (columns[1]! - columns[0]!)) / (dt * (peak(1) - peak(0)));
    expect(Math.abs(speed / (0.9194 * vs) - 1)).toBeLessThan(0.02);
  });

  it("leaves nothing behind its layers", () => {
    const samples = Array.from({ length: 16 }, (_, k) => 40 * k + 39);
    const { snapshots } = elastic(medium(50, 50, 3000, 1700), {
      spacing: h,
      dt,
      source: [20, 30],
      wavelet: ricker(20, 640, dt),
      snapshots: samples,
      frequency: 20,
    });
    expect(snapshots.shape).toEqual([2, 16, 50, 50]);
    const energy = samples.map((_, k) => {
      let sum = 0;
      for (const c of [0, 1])
        for (const v of snapshots.data.subarray((c * 16 + k) * 2500, (c * 16 + k + 1) * 2500)) sum += v * v;
      return sum;
    });
    expect(energy.at(-1)! / Math.max(...energy)).toBeLessThan(1e-5);
  });

  it("says what is wrong", () => {
    const options = { spacing: h, dt, source: [5, 5] as const, wavelet: ricker(20, 10, dt) };
    const bad = (change: object, text: string | RegExp) =>
      expect(() => elastic(medium(12, 12, 3000, 1700), { ...options, ...change })).toThrow(text);
    bad(
      { dt: 0.003 },
      /elastic: the Courant number must be <= 0.606, got 0.900; use dt <= 0.00202 s or a coarser grid/,
    );
    bad({ source: [5, 5.5] }, "elastic: places must be whole cells within 0..11, 0..11, got [5, 5.5]");
    bad({ snapshots: [10] }, "elastic: snapshots must be samples 0..9, got 10");
    expect(() => elastic(medium(12, 12, 3000, 2500), options)).toThrow("0 <= vs <= vp / sqrt(2) must hold");
  });
});
