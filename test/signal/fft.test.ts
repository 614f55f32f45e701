import { rng } from "geodl/core";
import {
  type Complex,
  fft,
  fft2,
  fftFrequencies,
  hann,
  ifft,
  ifft2,
  irfft,
  rfft,
  rfftFrequencies,
} from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden } from "./golden.js";

interface Parts {
  readonly re: number[];
  readonly im: number[];
}

const same = (got: Complex, want: Parts, tolerance = 1e-12) => {
  expectClose(got.re, Float64Array.from(want.re), tolerance);
  expectClose(got.im, Float64Array.from(want.im), tolerance);
};
const draw = (n: number) => rng(n).fill(new Float64Array(n), "normal") as Float64Array;

describe("the Fourier transform equals NumPy's", () => {
  for (const { x, y, ...want } of golden<{
    x: number[];
    y: number[];
    rfft: Parts;
    fft: Parts;
    padded: Parts;
  }>("signal/fft"))
    it(`of ${x.length} samples`, () => {
      const [re, im] = [Float64Array.from(x), Float64Array.from(y)];
      same(rfft(re), want.rfft);
      same(rfft(re, x.length + 3), want.padded);
      same(fft({ re, im }), want.fft);
      same(ifft(fft({ re, im })), { re: x, im: y });
      expectClose(irfft(rfft(re), x.length), re, 1e-12);
    });
  for (const { x, half } of golden<{ x: number[][]; half: { re: number[][]; im: number[][] } }>(
    "signal/fft2",
  ))
    it(`of a section ${x.length} x ${x[0]!.length}`, () => {
      const section = { data: Float64Array.from(x.flat()), shape: [x.length, x[0]!.length] };
      const spectrum = fft2(section);
      same(spectrum, { re: half.re.flat(), im: half.im.flat() });
      expectClose(ifft2(spectrum).data, section.data, 1e-12);
      expect(ifft2(spectrum, new Float32Array()).data).toBeInstanceOf(Float32Array);
    });
});

describe("the Fourier transform", () => {
  it("holds Parseval's theorem and comes back for large primes and odd lengths", () => {
    for (const n of [1999, 4095, 7919, 65537, 3000]) {
      const x = draw(n);
      const { re, im } = fft(x);
      const energy = x.reduce((s, v) => s + v * v, 0);
      const spectral = re.reduce((s, v, i) => s + v * v + im[i]! * im[i]!, 0) / n;
      expect(Math.abs(spectral / energy - 1)).toBeLessThan(1e-13);
      expectClose(irfft(rfft(x), n), x, 1e-12);
    }
  });
  it("turns a shift into a phase", () => {
    const n = 211;
    const x = draw(n);
    const moved = Float64Array.from({ length: n }, (_, i) => x[(i + n - 3) % n]!);
    const [a, b] = [fft(x), fft(moved)];
    for (let j = 0; j < n; j++) {
      const angle = (-2 * Math.PI * 3 * j) / n;
      expect(b.re[j]!).toBeCloseTo(a.re[j]! * Math.cos(angle) - a.im[j]! * Math.sin(angle), 10);
    }
  });
  it("has the frequencies of NumPy's fftfreq and rfftfreq", () => {
    expect([...fftFrequencies(5, 0.5)]).toEqual([0, 0.4, 0.8, -0.8, -0.4]);
    expect([...fftFrequencies(4, 1)]).toEqual([0, 0.25, -0.5, -0.25]);
    expect([...rfftFrequencies(5, 0.5)]).toEqual([0, 0.4, 0.8]);
  });
  it("leaves its input alone and names the rule that a call breaks", () => {
    const x = Float32Array.of(1, 2, 3);
    fft(x);
    expect([...x]).toEqual([1, 2, 3]);
    expect(() => fft(new Float64Array(0))).toThrow("fft: the length must be a whole number >= 1, got 0");
    expect(() => irfft(rfft(x), 4)).toThrow("irfft: the spectrum of 4 samples must have 3, got 2");
    expect(() => fft2({ data: x, shape: [2, 2] })).toThrow(
      "fft2: a section must be [nt, nx] of its 3 values",
    );
  });
});

it("hann equals SciPy's", () => {
  for (const want of golden<{ n: number; periodic: number[]; hann: number[] }>("signal/windows")) {
    expectClose(hann(want.n), Float64Array.from(want.hann), 1e-13);
    expectClose(hann(want.n, { periodic: true }), Float64Array.from(want.periodic), 1e-13);
  }
});
