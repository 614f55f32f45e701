import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rng } from "geodl/core";
import { snr } from "geodl/metrics";
import {
  colouredNoise,
  cutPatches,
  fxDecon,
  inPatches,
  joinPatches,
  localSimilarity,
  medianFilter,
  noiseLevel,
  rfft,
} from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden } from "./golden.js";

const draw = (nt: number, nx: number, seed = 1) => ({
  data: rng(seed).fill(new Float64Array(nt * nx), "normal") as Float64Array,
  shape: [nt, nx] as const,
});

describe("medianFilter equals SciPy's", () => {
  for (const { x, size, y } of golden<{ x: number[][]; size: [number, number]; y: number[][] }>(
    "signal/median",
  ))
    it(`in ${size.join(" x ")}`, () =>
      expect([
        ...medianFilter({ data: Float64Array.from(x.flat()), shape: [x.length, x[0]!.length] }, size).data,
      ]).toEqual(y.flat()));
  it("refuses even sizes", () =>
    expect(() => medianFilter(draw(4, 4), [3, 2])).toThrow("medianFilter: sizes must be odd, got [3,2]"));
});

describe("patches", () => {
  const sizes = [
    [1, 1],
    [5, 3],
    [64, 32],
    [70, 41],
    [33, 100],
  ] as const;
  it("come back exactly, whatever the sizes", () => {
    for (const [nt, nx] of sizes)
      for (const edge of ["mirror", "flush"] as const)
        for (const overlap of [0, 0.3, 0.5, 0.8])
          for (const patch of [[16, 8] as const, [7, 5] as const]) {
            const s = draw(nt, nx);
            const options = { patch, overlap, edge };
            expectClose(joinPatches(cutPatches(s, options), s.shape, options).data, s.data, 1e-12);
          }
  });
  it("lie where they should, the edges mirrored", () => {
    const s = { data: Float32Array.of(0, 1, 2, 3, 4), shape: [1, 5] };
    const rows = (edge: "mirror" | "flush") => {
      const p = cutPatches(s, { patch: [1, 4], overlap: 0.5, edge });
      return Array.from({ length: p.shape[0]! }, (_, i) => [...p.data.subarray(4 * i, 4 * i + 4)]);
    };
    expect(rows("flush")).toEqual([
      [0, 1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect(rows("mirror").slice(0, 2)).toEqual([
      [2, 1, 0, 1],
      [0, 1, 2, 3],
    ]);
  });
  it("are blended by weights that add up: a constant f gives a constant", () => {
    const one = inPatches(draw(50, 40), (p) => ({ data: p.data.map(() => 3), shape: p.shape }));
    expectClose(
      one.data,
      one.data.map(() => 3),
      1e-14,
    );
  });
  it("name the rule that a call breaks", () => {
    expect(() => cutPatches(draw(4, 4), { overlap: 1 })).toThrow(
      "cutPatches: overlap must be in 0 <= overlap < 1, got 1",
    );
    expect(() => joinPatches(draw(4, 4), [9, 9])).toThrow(
      "joinPatches: needs patches [4, 64, 32], got [4,4]",
    );
    expect(() => inPatches(draw(4, 4), () => draw(2, 2))).toThrow("inPatches: f must return [64, 32]");
  });
});

describe("colouredNoise", () => {
  /** Slope of log power over log frequency, least squares. */
  const slope = (x: Float64Array) => {
    const { re, im } = rfft(x);
    const points = Array.from({ length: re.length - 2 }, (_, i) => i + 1).map((j) => [
      Math.log(j),
      Math.log(re[j]! ** 2 + im[j]! ** 2),
    ]);
    const mean = (c: number) => points.reduce((s, p) => s + p[c]!, 0) / points.length;
    const [mx, my] = [mean(0), mean(1)];
    return (
      points.reduce((s, p) => s + (p[0]! - mx) * (p[1]! - my), 0) /
      points.reduce((s, p) => s + (p[0]! - mx) ** 2, 0)
    );
  };
  it("has the power spectrum 1 / f^a, mean 0, deviation 1", () => {
    for (const a of [-1, 0, 1, 2]) {
      const { data } = colouredNoise([8191], a, rng(3).fork("noise"));
      expect(slope(data)).toBeCloseTo(-a, 1); // 4,095 points of deviation pi / sqrt 6: 0.02
      expect(data.reduce((s, v) => s + v * v, 0) / data.length).toBeCloseTo(1, 12);
    }
    const pink = colouredNoise([300], 1, rng(3)).data;
    expect(Math.abs(pink.reduce((s, v) => s + v, 0))).toBeLessThan(1e-10);
  });
  it("is the same along both axes of a section, and the same for the same seed", () => {
    const { data, shape } = colouredNoise([64, 64], 2, rng(5));
    expect(shape).toEqual([64, 64]);
    expect(colouredNoise([64, 64], 2, rng(5)).data).toEqual(data);
    const rough = (step: number) =>
      data.reduce((s, v, i) => s + (i + step < data.length ? (v - data[i + step]!) ** 2 : 0), 0);
    expect(rough(1) / rough(64)).toBeGreaterThan(0.7);
    expect(rough(1) / rough(64)).toBeLessThan(1.4);
  });
  it("names the rule that a call breaks", () =>
    expect(() => colouredNoise([1], 1, rng(1))).toThrow("whole number >= 2, got 1"));
});

describe("fxDecon", () => {
  it("keeps straight events, but for its damping, and takes noise off", () => {
    const [nt, nx] = [128, 40];
    const events = { data: new Float64Array(nt * nx), shape: [nt, nx] };
    for (let x = 0; x < nx; x++)
      for (let t = 0; t < nt; t++)
        for (const [at, p] of [
          [40, 0.8],
          [90, -0.5],
        ] as const) {
          const u = (t - at - p * x) / 3;
          events.data[t * nx + x]! += (1 - 2 * u * u) * Math.exp(-u * u);
        }
    expect(snr(events, fxDecon(events, { length: 2, damping: 1e-9 }))).toBeGreaterThan(40);
    const noise = draw(nt, nx, 7).data;
    const noisy = { data: events.data.map((v, i) => v + 0.3 * noise[i]!), shape: [nt, nx] };
    expect(snr(events, fxDecon(noisy)) - snr(events, noisy)).toBeGreaterThan(5);
  });
  it("scales with the section, turns with it, and leaves zeros alone", () => {
    const s = draw(50, 20);
    const y = fxDecon(s).data;
    expectClose(
      fxDecon({ data: s.data.map((v) => -5 * v), shape: s.shape }).data,
      y.map((v) => -5 * v),
      1e-10,
    );
    const turn = (x: Float64Array) => x.map((_, i) => x[i - (i % 20) + 19 - (i % 20)]!);
    expectClose(fxDecon({ data: turn(s.data), shape: s.shape }).data, turn(y), 1e-10);
    expect(fxDecon({ data: new Float32Array(200), shape: [10, 20] }).data.every((v) => v === 0)).toBe(true);
  });
  it("names the rule that a call breaks", () =>
    expect(() => fxDecon(draw(10, 8))).toThrow(
      "fxDecon: needs more than 2 x 4 traces, got 8; use a shorter filter",
    ));
});

describe("noiseLevel", () => {
  it("finds the deviation of white noise under a smooth section, in any unit", () => {
    const noise = draw(200, 80, 11).data;
    const y = Float64Array.from(
      noise,
      (v, i) => 1e4 * (0.05 * v + Math.sin(((i / 80) | 0) / 9) * Math.cos((i % 80) / 7)),
    );
    expect(Math.abs(noiseLevel({ data: y, shape: [200, 80] }) / 500 - 1)).toBeLessThan(0.03);
  });
  it("does not count dead traces, and is 0 where there is nothing", () => {
    const noise = draw(200, 80, 11);
    const half = { data: noise.data.map((v, i) => (i % 80 < 40 ? 0 : v)), shape: noise.shape };
    expect(Math.abs(noiseLevel(half) - 1)).toBeLessThan(0.05);
    expect(noiseLevel({ data: new Float32Array(64), shape: [8, 8] })).toBe(0);
    expect(() => noiseLevel({ data: new Float32Array(64).fill(Number.NaN), shape: [8, 8] })).toThrow(
      "got NaN",
    );
    expect(() => noiseLevel(draw(7, 90))).toThrow("at least 8 x 8, got [7, 90]");
  });
});

describe("localSimilarity", () => {
  const options = { radius: [6, 4] } as const;
  for (const want of golden<{ a: number[][]; b: number[][]; radius: [number, number]; similarity: number[] }>(
    "signal/similarity",
  ))
    it(`is what dense matrices give, ${want.a.length} x ${want.a[0]!.length}, radius ${want.radius.join(" x ")}`, () => {
      const grid = (x: number[][]) => ({
        data: Float64Array.from(x.flat()),
        shape: [x.length, x[0]!.length],
      });
      const got = localSimilarity(grid(want.a), grid(want.b), { radius: want.radius, iterations: 200 });
      expectClose(got.data, Float64Array.from(want.similarity), 1e-6); // float32 out, and 1e-10 in the equations
    });
  it("is 1 for a section and any multiple of it, -1 turned over, near 0 for two kinds of noise", () => {
    const a = draw(80, 40, 1);
    const all = (g: { data: Float32Array }) => g.data.reduce((s, v) => s + v, 0) / g.data.length;
    const times = (f: number) => ({ data: a.data.map((v) => f * v), shape: a.shape });
    expect(all(localSimilarity(a, times(3), options))).toBeCloseTo(1, 2);
    expect(all(localSimilarity(a, times(-0.1), options))).toBeCloseTo(-1, 2);
    expect(Math.abs(all(localSimilarity(a, draw(80, 40, 2), options)))).toBeLessThan(0.1);
  });
  it("is large where signal leaked and small elsewhere, and the order does not matter but for the sign's owner", () => {
    const a = draw(80, 40, 1);
    const noise = draw(80, 40, 2);
    const b = { data: noise.data.map((v, i) => (i % 40 < 12 ? v + 2 * a.data[i]! : v)), shape: a.shape };
    const map = localSimilarity(a, b, options);
    const mean = (low: number, high: number) => {
      const part = map.data.filter((_, i) => i % 40 >= low && i % 40 < high);
      return part.reduce((s, v) => s + Math.abs(v), 0) / part.length;
    };
    expect(mean(0, 8)).toBeGreaterThan(0.7);
    expect(mean(20, 40)).toBeLessThan(0.25);
    expectClose(
      localSimilarity(b, a, options).data.map(Math.abs),
      Float64Array.from(map.data, Math.abs),
      1e-6,
    );
  });
  it("is 0 beside nothing, and names the rule that a call breaks", () => {
    const zero = { data: new Float64Array(3200), shape: [80, 40] };
    expect(localSimilarity(draw(80, 40), zero).data.every((v) => v === 0)).toBe(true);
    expect(() => localSimilarity(draw(8, 4), draw(4, 8))).toThrow("must have one shape, got [8,4] and [4,8]");
  });
});

describe("the denoising protocol on the post-stack section", () => {
  const folder = process.env.GEODL_DATA;
  const load = () => {
    const bytes = readFileSync(join(folder!, "poststack", "aaspip", "real3d.bin"));
    const cube = new Float32Array(new Uint8Array(bytes).buffer);
    const inline = cube.subarray(5 * 30_000, 6 * 30_000); // [trace][time]
    const peak = inline.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    const data = Float64Array.from({ length: 30_000 }, (_, i) =>
      Math.fround(inline[(i % 100) * 300 + Math.floor(i / 100)]! / peak),
    );
    return { data, shape: [300, 100] };
  };
  it("gives the table's rows within 0.05 dB, and sigma within 2 %", (ctx) => {
    if (folder === undefined) return ctx.skip("needs GEODL_DATA: poststack/aaspip/real3d.bin");
    const s = load();
    const unit = rng.numpy(0).standardNormal([300, 100]) as Float64Array;
    const rms = Math.sqrt(s.data.reduce((sum, v) => sum + v * v, 0) / s.data.length);
    const rows = [
      [(2 * 25) / 255, [-8.5, -1.44, -2.21, 2.36, 1.14]],
      [rms, [0.03, 4.9, 4.9, 6.24, 6.54]],
    ] as const;
    for (const [sigma, want] of rows) {
      const y = { data: s.data.map((v, i) => v + sigma * unit[i]!), shape: s.shape };
      const got = [
        y,
        medianFilter(y, [3, 3]),
        medianFilter(y, [1, 7]),
        fxDecon(y),
        inPatches(y, (p) => fxDecon(p), { patch: [64, 32], overlap: 0.5 }),
      ].map((x) => snr(s, x));
      for (const [i, value] of got.entries()) expect(Math.abs(value - want[i]!)).toBeLessThan(0.05);
      expect(Math.abs(noiseLevel(y) / sigma - 1)).toBeLessThan(0.02);
    }
    expect(noiseLevel(s)).toBeLessThan(0.012);
  });
});
