import { rng } from "geodl/core";
import { bandpass, butterworth, demean, detrend, pickSnr, ricker, sosfiltfilt } from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden, type Json, numbers, record } from "./golden.js";

interface Case {
  readonly order: number;
  readonly band: [number, number];
  readonly dt: number;
  readonly sos: number[][];
  readonly answers: Record<string, Json[]>;
  readonly causal: Json[];
}

describe("Butterworth equals SciPy's", () => {
  for (const { order, band, dt, sos, answers, causal } of golden<Case>("bandpass")) {
    it(`order ${order}, ${band.join(" to ")} Hz at ${dt} s`, () => {
      const got = butterworth(order, band, dt);
      expect(got.length).toBe(sos.length);
      for (const [i, s] of got.entries())
        expectClose([...s.b, 1, ...s.a], Float64Array.from(sos[i]!), 1e-12, Math.abs(sos[i]![0]!));
      for (const [name, y] of Object.entries(answers)) {
        const x = record(name);
        const size = Math.max(...x.map(Math.abs));
        expectClose(bandpass(x, band, dt, { order }), numbers(y), 1e-10, size);
      }
      const forward = bandpass(record("offset"), band, dt, { order, phase: "causal" });
      expectClose(forward, numbers(causal), 1e-10, 5000);
    });
  }
});

describe("bandpass", () => {
  const noise = rng(5).fork("bandpass");
  const random = () => noise.fill(new Float64Array(1000), "normal") as Float64Array;
  it("is linear", () => {
    const [x, y] = [random(), random()];
    const mixed = bandpass(
      x.map((v, i) => 3 * v - 2 * y[i]!),
      [2, 20],
      0.01,
    );
    const [fx, fy] = [bandpass(x, [2, 20], 0.01), bandpass(y, [2, 20], 0.01)];
    expectClose(
      mixed,
      fx.map((v, i) => 3 * v - 2 * fy[i]!),
      1e-12,
    );
  });
  it("has no phase: filtering commutes with turning time round", () => {
    const x = random();
    const there = bandpass(x, [5, 15], 0.01).reverse();
    expectClose(
      bandpass(x.slice().reverse(), [5, 15], 0.01).subarray(400, 600),
      there.subarray(400, 600),
      1e-9,
    );
  });
  it("leaks nothing ahead of an arrival when causal", () => {
    const x = Float64Array.from({ length: 400 }, (_, i) => (i >= 200 ? 1 : 0));
    const ahead = (phase: "zero" | "causal") =>
      Math.max(...bandpass(x, [2, 20], 0.01, { phase }).subarray(0, 200).map(Math.abs));
    expect(ahead("causal")).toBe(0);
    expect(ahead("zero")).toBeGreaterThan(0.1);
  });
  it("passes the band and stops what lies outside it", () => {
    const rms = (x: Float64Array) => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);
    const gain = (f: number) => {
      const x = Float64Array.from({ length: 4000 }, (_, i) => Math.sin(2 * Math.PI * f * i * 0.01));
      return rms(bandpass(x, [2, 20], 0.01).subarray(500, 3500)) / rms(x.subarray(500, 3500));
    };
    expect(gain(7)).toBeCloseTo(1, 3);
    expect(gain(2)).toBeCloseTo(0.5, 2); // -3 dB twice
    expect(gain(0.4)).toBeLessThan(1e-4);
    expect(gain(45)).toBeLessThan(1e-4);
  });
  it("names the rule that a call breaks", () => {
    expect(() => bandpass(new Float32Array(300), [20, 60], 0.01)).toThrow(
      "0 < low < high < 50 Hz (Nyquist), got 20 .. 60",
    );
    expect(() => bandpass(new Float32Array(27), [1, 20], 0.01)).toThrow("longer than 27 samples, got 27");
    expect(() => sosfiltfilt([], [] as unknown as Float32Array)).toThrow(TypeError);
  });
});

describe("demean and detrend equal SciPy's", () => {
  for (const want of golden<{ name: string; linear: Json[]; constant: Json[] }>("detrend"))
    it(want.name, () => {
      expectClose(detrend(record(want.name)), numbers(want.linear), 1e-10);
      expectClose(demean(record(want.name)), numbers(want.constant), 1e-10);
    });
  it("one sample", () => expect([...detrend(Float32Array.of(4))]).toEqual([0]));
});

describe("ricker", () => {
  it("peaks at t0 with 1, is even about it, crosses zero at 1 / (pi f0 sqrt 2) and has no offset", () => {
    const w = ricker(10, 301, 0.001, { t0: 0.15 });
    expect(w[150]).toBe(1);
    expect(Math.abs(w[100]! - w[200]!)).toBeLessThan(1e-7);
    const crossing = 0.15 + 1 / (Math.PI * 10 * Math.SQRT2);
    const i = w.findIndex((v, k) => k >= 150 && v < 0);
    expect(Math.abs((i - 0.5) * 0.001 - crossing)).toBeLessThan(0.001);
    expect(Math.abs(w.reduce((s, v) => s + v, 0))).toBeLessThan(1e-4);
  });
  it("has its peak frequency at f0", () => {
    const w = ricker(12, 1000, 0.002);
    const power = (f: number) => {
      let [re, im] = [0, 0];
      for (const [i, v] of w.entries()) {
        re += v * Math.cos(2 * Math.PI * f * i * 0.002);
        im += v * Math.sin(2 * Math.PI * f * i * 0.002);
      }
      return re * re + im * im;
    };
    expect(power(12)).toBeGreaterThan(power(11.8));
    expect(power(12)).toBeGreaterThan(power(12.2));
  });
  it("refuses what the samples cannot hold", () =>
    expect(() => ricker(60, 10, 0.01)).toThrow("ricker: f0 must be <= the Nyquist frequency 50 Hz, got 60"));
});

it("pickSnr measures 20 dB for ten times the amplitude, whatever the offset", () => {
  const x = Float64Array.from({ length: 200 }, (_, i) => 7 + (i % 2 ? 1 : -1) * (i < 100 ? 1 : 10));
  expect(pickSnr(x, 100, 50)).toBeCloseTo(20, 10);
  const noise = rng(6)
    .fill(new Float64Array(200), "normal")
    .map((v, i) => (i < 100 ? v : 5 * v));
  expect(
    pickSnr(
      noise.map((v) => v + 1000),
      100,
      50,
    ),
  ).toBeCloseTo(pickSnr(noise, 100, 50), 9);
  expect(pickSnr(new Float32Array(200), 100, 50)).toBeNaN();
  expect(() => pickSnr(x, 200, 50)).toThrow(RangeError);
});
