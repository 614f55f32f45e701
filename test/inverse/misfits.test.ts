// Misfits and filters: derivatives by differences, what each is blind to, and that filters are their own transposes.

import { rng } from "geodl/core";
import {
  correlation,
  envelopeMisfit,
  filterTraces,
  l2,
  lowPass,
  type Misfit,
  transport,
  whitening,
} from "geodl/inverse";
import { ricker } from "geodl/signal";
import { describe, expect, it } from "vitest";

const [nr, nt] = [3, 64];
const noise = (seed: number) => ({ data: rng.numpy(seed).normal(0, 1, nr * nt), shape: [nr, nt] });
const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

const all: readonly (readonly [string, Misfit])[] = [
  ["l2", l2],
  ["correlation", correlation],
  ["envelope", envelopeMisfit],
  ["transport", transport()],
];

describe("misfits", () => {
  for (const [name, misfit] of all)
    it(`${name}: the adjoint is the derivative, zero for equal records`, () => {
      const [d, o, change] = [noise(1), noise(2), noise(3)];
      const { adjoint } = misfit(d, o);
      const moved = (size: number) =>
        misfit({ data: d.data.map((v, i) => v + size * change.data[i]!), shape: d.shape }, o).value;
      const size = 1e-5;
      const expected = (moved(size) - moved(-size)) / (2 * size);
      expect(dot(adjoint, change.data)).toBeCloseTo(
        expected,
        5 - Math.ceil(Math.log10(Math.abs(expected) + 1)),
      );
      const same = misfit(o, o);
      expect(Math.abs(same.value)).toBeLessThan(1e-12);
      expect(Math.max(...same.adjoint.map(Math.abs))).toBeLessThan(1e-12);
    });

  it("correlation is blind to amplitude, envelope to the sign", () => {
    const o = noise(4);
    const scaled = { data: o.data.map((v) => 3 * v), shape: o.shape };
    const turned = { data: o.data.map((v) => -v), shape: o.shape };
    expect(correlation(scaled, o).value).toBeLessThan(1e-12);
    expect(envelopeMisfit(turned, o).value).toBeLessThan(1e-12);
    expect(l2(scaled, o).value).toBeGreaterThan(1);
  });

  it("transport grows with the shift over two cycles where l2 goes up and down", () => {
    const pulse = (shift: number) => ({
      data: Float64Array.from(ricker(10, 300, 0.002, { t0: 0.2 + shift })),
      shape: [1, 300],
    });
    const shifts = Array.from({ length: 20 }, (_, k) => 0.01 * (k + 1));
    const of = (misfit: Misfit) => shifts.map((s) => misfit(pulse(s), pulse(0)).value);
    const rises = (values: readonly number[]) => values.every((v, i) => i === 0 || v > values[i - 1]!);
    expect(rises(of(transport()))).toBe(true);
    expect(rises(of(l2))).toBe(false);
  });
});

describe("filters of traces", () => {
  it("are their own transposes, odd numbers of traces too", () => {
    for (const filter of [lowPass(nt, 0.01, 8), whitening(ricker(10, nt, 0.01), 0.1)]) {
      const [a, b] = [noise(5), noise(6)];
      const left = dot(filterTraces(a, filter).data, b.data);
      const right = dot(a.data, filterTraces(b, filter).data);
      expect(Math.abs(left - right)).toBeLessThan(1e-11 * Math.abs(left));
    }
  });

  it("low-pass keeps a slow sine and takes a fast one", () => {
    const sine = (f: number) => ({
      data: Float64Array.from({ length: 512 }, (_, i) => Math.sin(2 * Math.PI * f * i * 0.01)),
      shape: [512],
    });
    const middle = (x: Float64Array) => Math.max(...x.slice(200, 312).map(Math.abs));
    const filter = lowPass(512, 0.01, 5);
    expect(middle(filterTraces(sine(2), filter).data)).toBeGreaterThan(0.98);
    expect(middle(filterTraces(sine(15), filter).data)).toBeLessThan(0.01);
  });

  it("whitening makes the wavelet's spectrum flat where it is strong", () => {
    const wavelet = Float64Array.from(ricker(10, 200, 0.005));
    const { gain } = whitening(wavelet, 0.01);
    expect(Math.min(...gain)).toBeGreaterThan(0.98);
    expect(Math.max(...gain)).toBeCloseTo(100, 0);
  });

  it("say what is wrong", () => {
    expect(() => lowPass(10, 0.1, 0)).toThrow("lowPass: cutoff must be > 0 Hz, got 0");
    expect(() => whitening(new Float64Array(4), 0)).toThrow("whitening: damping must be > 0, got 0");
  });
});
