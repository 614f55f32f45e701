import { classicStaLta, recursiveStaLta } from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden, type Json, numbers, record } from "./golden.js";

interface Case {
  readonly name: string;
  readonly nsta: number;
  readonly nlta: number;
  readonly classic: Json[];
  readonly recursive: Json[];
}

// 0/0 is NaN in ObsPy's C code and 0 here: a window of zeros holds no arrival.
const zeroForNaN = (x: Float64Array) => x.map((v) => (Number.isNaN(v) ? 0 : v));

describe("STA/LTA equals ObsPy's", () => {
  for (const { name, nsta, nlta, ...want } of golden<Case>("stalta")) {
    it(`${name}, windows ${nsta} and ${nlta}`, () => {
      const data = record(name);
      expectClose(classicStaLta(data, nsta, nlta), zeroForNaN(numbers(want.classic)), 1e-6);
      expectClose(recursiveStaLta(data, nsta, nlta), zeroForNaN(numbers(want.recursive)), 1e-6);
      const single = Float32Array.from(data);
      expectClose(classicStaLta(single, nsta, nlta), classicStaLta(data, nsta, nlta), 0);
      expectClose(recursiveStaLta(single, nsta, nlta), recursiveStaLta(data, nsta, nlta), 0);
    });
  }
});

it("does not change with the amplitude", () => {
  const x = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i * i) * (i > 200 ? 5 : 1));
  for (const f of [classicStaLta, recursiveStaLta])
    expectClose(
      f(
        x.map((v) => v * -1024),
        10,
        100,
      ),
      f(x, 10, 100),
      1e-12,
    );
});

it("is 1 on a constant, and zero before the long window is full", () => {
  const x = new Float32Array(50).fill(3);
  const c = classicStaLta(x, 4, 20);
  expect(Math.max(...c.subarray(0, 19))).toBe(0);
  expect(c.subarray(19).every((v) => Math.abs(v - 1) < 1e-12)).toBe(true);
});

it("names the rule that a call breaks", () => {
  const x = new Float32Array(50);
  expect(() => classicStaLta(x, 5, 60)).toThrow("at least nlta = 60 samples, got 50");
  expect(() => classicStaLta(x, 9, 8)).toThrow("classicStaLta: nsta must be <= nlta = 8, got 9");
  expect(() => recursiveStaLta(x, 0, 8)).toThrow("recursiveStaLta: nsta must be a whole number >= 1, got 0");
  expect(() => recursiveStaLta(x, 2.5, 8)).toThrow(RangeError);
  expect(() => recursiveStaLta([1, 2] as unknown as Float32Array, 1, 2)).toThrow(TypeError);
});
