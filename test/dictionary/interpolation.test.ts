// Masks, linear interpolation, the Fourier domain, POCS and tiles.
import type { Grid } from "geodl/core";
import {
  fourierPeak,
  fourierProjection,
  fourierThreshold,
  inTiles,
  interpolateAlongSlopes,
  interpolateLinear,
  keptTraces,
  liveTraces,
  maskTraces,
  pocs,
} from "geodl/dictionary";
import { snr } from "geodl/metrics";
import { describe, expect, it } from "vitest";
import { expectNear, golden, normal } from "./helpers.js";

/** Plane waves: sparse in the Fourier domain. */
function waves(nt: number, nx: number): Grid {
  const data = new Float32Array(nt * nx);
  for (let t = 0; t < nt; t++)
    for (let x = 0; x < nx; x++)
      data[t * nx + x] =
        Math.cos(2 * Math.PI * ((3 * t) / nt + (2 * x) / nx)) +
        0.5 * Math.cos(2 * Math.PI * ((7 * t) / nt - x / nx));
  return { data, shape: [nt, nx] };
}

describe("masks", () => {
  it("are NumPy's draw, every n-th, or all but a gap", () => {
    // numpy.sort(default_rng(0).permutation(10)[:5])
    expect([...keptTraces(10, { kind: "random", seed: 0 })]).toEqual([2, 3, 4, 6, 7]);
    expect([...keptTraces(7, { kind: "regular", step: 3 })]).toEqual([0, 3, 6]);
    expect([...keptTraces(7, { kind: "regular", step: 3, first: 1 })]).toEqual([1, 4]);
    expect([...keptTraces(7, { kind: "gap", width: 3 })]).toEqual([0, 1, 5, 6]);
    expect([...keptTraces(7, { kind: "gap", width: 3, first: 0 })]).toEqual([3, 4, 5, 6]);
    expect(() => keptTraces(7, { kind: "gap", width: 7 })).toThrow(
      "keptTraces: width must be a whole number in 1 .. 6, got 7",
    );
  });

  it("are found again from what they leave", () => {
    const section = normal(1, [6, 20]);
    const kept = keptTraces(20, { kind: "random", seed: 3, share: 0.3 });
    expect(kept).toHaveLength(6);
    const masked = maskTraces(section, kept);
    expect(liveTraces(masked)).toEqual(kept);
    masked.data[kept[0]!] = Number.NaN;
    expect(liveTraces(masked)).toEqual(kept.slice(1));
    expect(() => maskTraces(section, [3, 3])).toThrow(
      "maskTraces: each kept trace must be given once, got 3 twice",
    );
    expect(() => maskTraces(section, [20])).toThrow("a kept trace must be a whole number in 0 .. 19, got 20");
    expect(() => maskTraces(section, [])).toThrow("maskTraces: at least one trace must be kept, got none");
  });
});

describe("interpolateLinear", () => {
  it("gives back a ramp, copies beyond the ends, and keeps the kept", () => {
    const ramp = { data: Float32Array.of(0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 10), shape: [2, 6] };
    const poked = { data: ramp.data.slice(), shape: ramp.shape };
    for (const i of [0, 2, 3, 5, 6, 8, 9, 11]) poked.data[i] = Number.NaN; // missing traces are not read
    expect([...interpolateLinear(poked, [1, 4]).data]).toEqual([1, 1, 2, 3, 4, 4, 2, 2, 4, 6, 8, 8]);
  });
});

describe("interpolateAlongSlopes", () => {
  /** A Ricker-like event that dips by 1.5 samples a trace. */
  const dipping = (() => {
    const data = new Float32Array(80 * 20);
    for (let t = 0; t < 80; t++)
      for (let x = 0; x < 20; x++) {
        const a = ((t - 20 - 1.5 * x) / 3) ** 2;
        data[t * 20 + x] = (1 - 2 * a) * Math.exp(-a);
      }
    return { data, shape: [80, 20] };
  })();

  it("follows a dip that linear interpolation destroys", () => {
    const kept = keptTraces(20, { kind: "regular", step: 3 });
    const linear = snr(dipping, interpolateLinear(dipping, kept));
    const guided = interpolateAlongSlopes(dipping, kept);
    expect(linear).toBeLessThan(4);
    expect(snr(dipping, guided)).toBeGreaterThan(linear + 6);
    for (let i = 0; i < guided.data.length; i++)
      if (i % 20 === 6) expect(guided.data[i]).toBe(dipping.data[i]);
    // nothing right of trace 18: copies, as linear interpolation makes them
    expect(guided.data[50 * 20 + 19]).toBe(dipping.data[50 * 20 + 18]);
  });

  it("is linear interpolation where only a steep slope costs, and survives any softness", () => {
    const kept = keptTraces(20, { kind: "random", seed: 1 });
    const flat = interpolateAlongSlopes(dipping, kept, { penalty: 1e6 });
    expectNear(flat.data, interpolateLinear(dipping, kept).data, 1e-6);
    const hard = interpolateAlongSlopes(dipping, kept, { softness: 1e-6 });
    expect(hard.data.every((x) => Number.isFinite(x))).toBe(true);
    expect(() => interpolateAlongSlopes(dipping, kept, { step: 0 })).toThrow(
      "interpolateAlongSlopes: step must be > 0, got 0",
    );
  });
});

describe("Fourier domain", () => {
  it("gives NumPy's result for odd lengths", () => {
    const section = normal(5, [13, 21]);
    const want = golden<{ peak: number; fourier: number[][] }>("section");
    expect(fourierPeak(section)).toBeCloseTo(want.peak, 6);
    expectNear(fourierThreshold(section, 0.4 * want.peak).data, want.fourier.flat(), 1e-6);
  });

  it("returns the section at threshold 0 for any length", () => {
    for (const shape of [
      [1, 1],
      [1, 17],
      [30, 1],
      [64, 32],
      [25, 31],
    ])
      expectNear(fourierThreshold(normal(2, shape), 0).data, normal(2, shape).data, 1e-6);
  });
});

describe("pocs", () => {
  const section = waves(24, 40);
  const kept = keptTraces(40, { kind: "random", seed: 0 });
  const masked = maskTraces(section, kept);

  it("brings plane waves back that are sparse where it thresholds", async () => {
    const linear = snr(section, interpolateLinear(masked, kept));
    const found = await pocs(masked, kept, fourierProjection(masked, kept), { iterations: 60 });
    expect(snr(section, found)).toBeGreaterThan(linear + 10);
    expect(snr(section, found)).toBeGreaterThan(25);
  });

  it("keeps the kept traces bit for bit and does not read the others", async () => {
    const dirty = {
      data: section.data.map((x, i) => (kept.includes(i % 40) ? x : Number.NaN)),
      shape: section.shape,
    };
    for (const start of ["zero", "linear"] as const) {
      const found = await pocs(dirty, kept, fourierProjection(dirty, kept), { iterations: 3, start });
      for (let i = 0; i < found.data.length; i++) {
        if (kept.includes(i % 40)) expect(found.data[i]).toBe(section.data[i]);
        expect(Number.isFinite(found.data[i])).toBe(true);
      }
    }
  });

  it("takes a denoiser that answers later, hands it the schedule, and stops when asked", async () => {
    const levels: number[] = [];
    const aborter = new AbortController();
    const half = await pocs(
      masked,
      kept,
      async (x, level, iteration) => {
        levels.push(level);
        await new Promise((resolve) => setImmediate(resolve));
        if (iteration === 2) aborter.abort();
        return { data: x.data.map((v) => v + 1), shape: x.shape };
      },
      { iterations: 5, levels: [1, 0.0001], signal: aborter.signal },
    );
    expectNear(levels, [1, 0.1, 0.01], 1e-12);
    const missing = [...Array(40).keys()].find((x) => !kept.includes(x))!;
    expect(half.data[missing]).toBe(3);
    const seen: number[] = [];
    await pocs(masked, kept, (x) => x, { iterations: 4, onReport: (r) => seen.push(r.iteration) });
    expect(seen).toEqual([0, 1, 2, 3]);
  });

  it("says what is wrong", async () => {
    await expect(pocs(masked, kept, (x) => x, { iterations: 0 })).rejects.toThrow(
      "iterations must be a whole number >= 1",
    );
    await expect(pocs(masked, kept, (x) => x, { levels: [1, 0] })).rejects.toThrow(
      "both ends must be > 0, got 1, 0",
    );
    await expect(pocs(masked, kept, () => ({ data: new Float32Array(2), shape: [2] }))).rejects.toThrow(
      "pocs: the projection must return [24,40], got [2]",
    );
  });

  it("runs in tiles that add up to the section", async () => {
    const same = await inTiles(section, [...Array(40).keys()], (w) => w, { shape: [10, 16], overlap: 0.5 });
    expect(same.data).toEqual(section.data);
    const whole = await inTiles(masked, kept, (w, k) => interpolateLinear(w, k), { shape: [99, 99] });
    expectNear(whole.data, interpolateLinear(masked, kept).data, 1e-6);
    const few = await inTiles(masked, [0, 1], (w) => ({ data: w.data.map(() => 5), shape: w.shape }), {
      shape: [8, 8],
    });
    expect([few.data[2], few.data[20]]).toEqual([5, 0]);
  });
});
