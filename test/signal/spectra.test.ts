import { rng } from "geodl/core";
import {
  analyticSignal,
  eachTrace,
  envelope,
  fanFilter,
  fkSpectrum,
  instantaneousFrequency,
  instantaneousPhase,
  istft,
  ormsby,
  resample,
  resamplePoly,
  rfft,
  ricker,
  stft,
} from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden } from "./golden.js";

const draw = (n: number, seed = n) => rng(seed).fill(new Float64Array(n), "normal") as Float64Array;
const from = (x: readonly number[]) => Float64Array.from(x);

describe("stft and istft equal SciPy's", () => {
  interface Case {
    readonly x: number[];
    readonly length: number;
    readonly overlap: number;
    readonly nfft: number;
    readonly z: { readonly re: number[][]; readonly im: number[][] };
    readonly f: number[];
    readonly t: number[];
    readonly limit?: number;
    readonly masked?: number[];
  }
  for (const want of golden<Case>("signal/stft"))
    it(`${want.x.length} samples, segments of ${want.length}, overlap ${want.overlap}, nfft ${want.nfft}`, () => {
      const z = stft(from(want.x), 0.01, want);
      expect(z.shape).toEqual([want.f.length, want.t.length]);
      expectClose(z.re, from(want.z.re.flat()), 1e-12);
      expectClose(z.im, from(want.z.im.flat()), 1e-12);
      expectClose(z.frequencies, from(want.f), 1e-12);
      expectClose(z.times, from(want.t), 1e-12);
      if (want.masked === undefined) {
        expect(() => istft(z)).toThrow("istft: windows must cover every sample");
        return;
      }
      expectClose(istft(z), from(want.x), 1e-12);
      for (let i = 0; i < z.re.length; i++)
        if (Math.hypot(z.re[i]!, z.im[i]!) <= want.limit! * (1 + 1e-9)) {
          z.re[i] = 0;
          z.im[i] = 0;
        }
      expectClose(istft(z), from(want.masked), 1e-10);
    });
  it("a sine of amplitude 1 has the modulus 1/2 at its frequency", () => {
    const x = Float64Array.from({ length: 1000 }, (_, i) => Math.sin(2 * Math.PI * 12.5 * i * 0.01));
    const z = stft(x, 0.01, { length: 64 });
    const row = z.frequencies.indexOf(12.5);
    expect(Math.hypot(z.re[row * z.shape[1] + 10]!, z.im[row * z.shape[1] + 10]!)).toBeCloseTo(0.5, 3);
  });
});

describe("resampling equals SciPy's", () => {
  for (const { x, ...want } of golden<{
    x: number[];
    fft: Record<string, number[]>;
    poly: Record<string, number[]>;
  }>("signal/resample"))
    it(`of ${x.length} samples`, () => {
      for (const [length, y] of Object.entries(want.fft))
        expectClose(resample(from(x), Number(length)), from(y), 1e-12);
      for (const [rate, y] of Object.entries(want.poly)) {
        const [up, down] = rate.split("/").map(Number);
        expectClose(resamplePoly(from(x), up!, down!), from(y), 1e-12);
      }
    });
  it("keeps a tone in place", () => {
    const tone = (n: number, dt: number) =>
      Float64Array.from({ length: n }, (_, i) => Math.sin(2 * Math.PI * 5 * i * dt));
    const y = resamplePoly(tone(1000, 0.004), 2, 5);
    expectClose(y.subarray(50, 350), tone(400, 0.01).subarray(50, 350), 2e-3);
    expectClose(resample(tone(1000, 0.004), 400), tone(400, 0.01), 1e-12);
    expect(() => resamplePoly(y, 2.5, 1)).toThrow("resamplePoly: up must be a whole number >= 1, got 2.5");
  });
});

describe("the analytic signal equals SciPy's", () => {
  for (const { x, analytic, phase } of golden<{
    x: number[];
    analytic: { re: number[]; im: number[] };
    phase: number[];
  }>("signal/hilbert"))
    it(`of ${x.length} samples`, () => {
      const z = analyticSignal(from(x));
      expectClose(z.re, from(analytic.re), 1e-12);
      expectClose(z.im, from(analytic.im), 1e-12);
      expectClose(envelope(from(x)), from(analytic.re.map((v, i) => Math.hypot(v, analytic.im[i]!))), 1e-12);
      if (x.length !== 2) expectClose(instantaneousPhase(from(x)), from(phase), 1e-10); // of 2 samples: pi or -pi, as 0 is signed
    });
  it("of a swelling tone: its envelope and its frequency", () => {
    const swell = (i: number) => Math.exp(-(((i - 500) / 120) ** 2));
    const x = Float64Array.from({ length: 1000 }, (_, i) => swell(i) * Math.cos(2 * Math.PI * 8 * i * 0.01));
    const [e, f] = [envelope(x), instantaneousFrequency(x, 0.01)];
    for (let i = 300; i < 700; i += 7) {
      expect(e[i]!).toBeCloseTo(swell(i), 6);
      expect(f[i]!).toBeCloseTo(8, 4);
    }
  });
});

describe("f-k", () => {
  const [nt, nx, dt, dx] = [256, 96, 0.004, 4] as const; // 500 m/s is not aliased below 62 Hz
  const wavelet = ricker(25, 64, dt);
  /** A straight event at `velocity` through sample `at` of the first trace. */
  const event = (velocity: number, at: number) => {
    const data = new Float32Array(nt * nx);
    for (let x = 0; x < nx; x++)
      for (let t = 0; t < nt; t++) {
        const u = t - at - (x * dx) / velocity / dt + 15;
        const [i, f] = [Math.floor(u), u - Math.floor(u)];
        data[t * nx + x] = (1 - f) * (wavelet[i] ?? 0) + f * (wavelet[i + 1] ?? 0);
      }
    return { data, shape: [nt, nx] };
  };
  const energy = (g: { data: Float32Array }) => g.data.reduce((s, v) => s + v * v, 0);
  const plus = (a: { data: Float32Array }, b: { data: Float32Array }) => ({
    data: a.data.map((v, i) => v + b.data[i]!),
    shape: [nt, nx],
  });

  it("puts an event of positive moveout on f = v k, k > 0", () => {
    const { amplitude, frequencies, wavenumbers } = fkSpectrum(event(1500, 30), dt, dx);
    expect([...wavenumbers]).toEqual([...wavenumbers].sort((a, b) => a - b));
    const best = amplitude.data.indexOf(amplitude.data.reduce((a, b) => Math.max(a, b)));
    const [f, k] = [frequencies[Math.floor(best / nx)]!, wavenumbers[best % nx]!];
    expect(k).toBeGreaterThan(0);
    expect(Math.abs(f / k / 1500 - 1)).toBeLessThan(0.2); // one wavenumber of 96 traces is 15 % here
  });
  it("takes the slow event out and leaves the fast one", () => {
    const [slow, fast] = [event(500, 20), event(4000, 100)];
    const options = { dt, dx, velocities: [800, 1600] as const };
    const kept = fanFilter(plus(slow, fast), options);
    const off = { data: kept.data.map((v, i) => v - fast.data[i]!) };
    expect(energy(off) / energy(fast)).toBeLessThan(0.06);
    expect(energy(fanFilter(slow, options)) / energy(slow)).toBeLessThan(0.05);
  });
  it("is linear, and what it keeps and what it takes out add up to the section", () => {
    const s = { data: Float64Array.from(draw(35 * 20)), shape: [35, 20] };
    const options = { dt, dx, velocities: [500, 900] as const };
    const [a, b] = [fanFilter(s, options), fanFilter(s, { ...options, keep: "slow" })];
    expectClose(
      a.data.map((v, i) => v + b.data[i]!),
      s.data,
      1e-12,
    );
    const twice = fanFilter({ data: s.data.map((v) => 2 * v), shape: s.shape }, options);
    expectClose(
      twice.data,
      a.data.map((v) => 2 * v),
      1e-12,
    );
  });
  it("has the gain of a raised cosine between its velocities", () => {
    const n = 256;
    const gain = (velocity: number) => {
      const [f, k] = [30, 30 / velocity];
      const wave = Float64Array.from({ length: n * n }, (_, i) =>
        Math.cos(2 * Math.PI * (f * Math.floor(i / n) * dt - k * (i % n) * dx)),
      );
      const y = fanFilter({ data: wave, shape: [n, n] }, { dt, dx, velocities: [800, 1600] }).data;
      let [above, below] = [0, 0]; // in the middle, away from the edges' leakage
      for (let t = 96; t < 160; t++)
        for (let x = 96; x < 160; x++) {
          above += y[t * n + x]! * wave[t * n + x]!;
          below += wave[t * n + x]! ** 2;
        }
      return above / below;
    };
    expect(gain(700)).toBeCloseTo(0, 1);
    expect(gain(1000)).toBeCloseTo(Math.sin(Math.PI / 8) ** 2, 1);
    expect(gain(1200)).toBeCloseTo(0.5, 1);
    expect(gain(1400)).toBeCloseTo(Math.sin((3 * Math.PI) / 8) ** 2, 1);
    expect(gain(2000)).toBeCloseTo(1, 1);
  });
  it("is its own adjoint", () => {
    const [x, y] = [draw(30 * 17, 1), draw(30 * 17, 2)];
    const run = (data: Float64Array) =>
      fanFilter({ data, shape: [30, 17] }, { dt, dx, velocities: [500, 900] }).data;
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((s, v, i) => s + v * b[i]!, 0);
    expect(Math.abs(dot(run(x), y) - dot(x, run(y)))).toBeLessThan(1e-10);
  });
  it("names the rule that a call breaks", () =>
    expect(() => fanFilter(event(500, 2), { dt, dx, velocities: [900, 500] })).toThrow(
      "fanFilter: velocities must satisfy 0 < low <= high, got 900 .. 500 m/s",
    ));
});

describe("ormsby", () => {
  it("has the spectrum of a trapezium, no phase, and 1 at its peak", () => {
    const [nt, dt] = [1001, 0.002];
    const w = ormsby([5, 15, 40, 60], nt, dt);
    expect(w[500]).toBe(1);
    for (let i = 1; i < 500; i++) expect(Math.abs(w[500 - i]! - w[500 + i]!)).toBeLessThan(1e-7);
    const { re, im } = rfft(w);
    const at = (f: number) => {
      const j = Math.round(f * nt * dt);
      return Math.hypot(re[j]!, im[j]!);
    };
    expect(at(10) / at(28)).toBeCloseTo(0.5, 2);
    expect(at(50) / at(28)).toBeCloseTo(0.5, 2);
    expect(at(2) / at(28)).toBeLessThan(0.01);
    expect(at(70) / at(28)).toBeLessThan(0.01);
  });
  it("refuses corners that do not ascend or fit", () => {
    expect(() => ormsby([5, 15, 10, 60], 100, 0.002)).toThrow("f1 < f2 <= f3 < f4, got 5, 15, 10, 60 Hz");
    expect(() => ormsby([5, 10, 40, 300], 100, 0.002)).toThrow("<= the Nyquist frequency 250 Hz, got 300");
  });
});

it("eachTrace filters the columns", () => {
  const section = { data: Float32Array.of(1, 10, 2, 20, 3, 30), shape: [3, 2] };
  const y = eachTrace(section, (trace, x) => trace.map((v) => v + x));
  expect([...y.data]).toEqual([1, 11, 2, 21, 3, 31]);
  expect(y.data).toBeInstanceOf(Float32Array);
  expect(() => eachTrace(section, () => [1])).toThrow("eachTrace: the filter must return 3 samples, got 1");
});
