// Variable density: constant where it is constant, the reflection of a step, reciprocity, dot and Taylor tests of its derivative, stability.
import { ricker } from "geodl/signal";
import { acoustic, acousticBorn, acousticGradient, type GradientOptions } from "geodl/wave";
import { describe, expect, it } from "vitest";
import {
  apart,
  base,
  bump,
  dot,
  dotFault,
  dotLimits,
  variants as edgesOf,
  fixed,
  half,
  line,
  model,
  nx,
  nz,
  shotsAt,
  taylorOrders,
} from "./scene.js";

const grid = (f: (z: number, x: number) => number) => ({
  data: Float64Array.from({ length: nz * nx }, (_, i) => f(Math.floor(i / nx), i % nx)),
  shape: [nz, nx] as const,
});
/** Layers, a jump and a rough part; the edges are rough as well. */
const density = grid(
  (z, x) => 1800 + 300 * Math.sin(0.4 * z) + (z > 25 ? 400 : 0) + 7 * ((5 * z + 3 * x * x) % 29),
);
const moved = (by: { readonly data: Float64Array }, size: number) =>
  grid((z, x) => density.data[z * nx + x]! + size * by.data[z * nx + x]!);

const variants = [...edgesOf, ["the other free surfaces", { freeSurface: ["bottom", "left"] }] as const];

describe("acoustic with a density", () => {
  for (const order of [2, 4, 8] as const)
    it(`order ${order}: a constant one changes nothing but rounding`, () => {
      const even = grid(() => 2345);
      for (const [precision, limit] of [
        ["float64", 1e-12],
        ["float32", 2e-5],
      ] as const)
        for (const [, edges] of variants) {
          const options = { ...fixed, ...edges, order, precision };
          const one = acoustic(model, options).records.data;
          expect(apart(acoustic(model, { ...options, density: even }).records.data, one)).toBeLessThan(limit);
        }
    });

  it("reflects from a step as the image of the source does, (r2 - r1) / (r2 + r1) at any angle", () => {
    const [rows, columns, jump] = [90, 120, 40];
    const uniform = { data: new Float64Array(rows * columns).fill(2000), shape: [rows, columns] };
    const step = {
      data: uniform.data.map((_, i) => (i < columns * (jump + 1) ? 1000 : 2200)),
      shape: [rows, columns],
    };
    const receivers = Array.from({ length: 100 }, (_, x) => [6, 10 + x] as const);
    const slow = ricker(8, 700, 0.001);
    const from = (z: number, also: object = {}) =>
      acoustic(uniform, {
        spacing: 10,
        dt: 0.001,
        order: 8,
        shots: [{ sources: [[z, 60]], receivers, wavelet: slow }],
        ...also,
      }).records.data;
    const direct = from(10);
    const reflected = from(10, { density: step }).map((v, i) => v - direct[i]!);
    // the step lies between its rows: the image of row 10 is row 2 * 40 + 1 - 10
    const image = from(2 * jump + 1 - 10).map((v) => (v * (2200 - 1000)) / (2200 + 1000));
    expect(apart(reflected, image)).toBeLessThan(0.02);
  });

  it("is reciprocal up to the densities: rho at the source goes with its records", () => {
    const [a, b] = [
      [5, 10],
      [33, 48],
    ] as const;
    const between = (from: readonly [number, number], to: readonly [number, number]) =>
      acoustic(model, { ...base, order: 8, precision: "float64", density, shots: shotsAt([from], [to]) })
        .records.data;
    const at = ([z, x]: readonly [number, number]) =>
      density.data[z * nx + x]! * model.data[z * nx + x]! ** 2;
    const strength = ([z, x]: readonly [number, number]) => model.data[z * nx + x]! ** 2;
    // sources put in v^2 f, and rho v^2 is what makes the operator symmetric
    const forth = between(a, b).map((v) => (v * at(a)) / strength(a));
    const back = between(b, a).map((v) => (v * at(b)) / strength(b));
    expect(apart(forth, back)).toBeLessThan(1e-9);
  });

  it("stays bounded at the longest step that it accepts, and names it", () => {
    const rough = grid((z, x) => ((z + x) % 2 === 0 ? 1000 : 3000));
    const at = (dt: number) => {
      const long = ricker(18, 2000, dt);
      const one = [{ sources: [[20, 30]] as const, receivers: [[22, 31]] as const, wavelet: long }];
      return acoustic(model, { ...base, dt, density: rough, pml: 0, shots: one }).records.data;
    };
    expect(() => at(0.0018)).toThrow(/acoustic: the Courant number must be <= 0.612, got .*; use dt <= /);
    let dt = Number.NaN;
    try {
      at(0.0018);
    } catch (error) {
      dt = Number(/dt <= ([\d.]+)/.exec((error as Error).message)![1]);
    }
    const largest = at(dt).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    expect(largest).toBeLessThan(100 * at(dt / 2).reduce((m, v) => Math.max(m, Math.abs(v)), 0));
  });

  it("says what is wrong", () => {
    expect(() =>
      acoustic(model, { ...fixed, density: { data: new Float32Array(4), shape: [2, 2] } }),
    ).toThrow("acoustic: density must be [45, 61], got [2,2]");
    expect(() => acoustic(model, { ...fixed, density: grid(() => 0) })).toThrow(
      "acoustic: densities must be positive, got 0",
    );
    expect(() => acousticBorn(model, bump(1), { ...fixed, densityChange: bump(2) })).toThrow(
      "acousticBorn: densityChange needs a density, got none",
    );
  });
});

describe("dot test in velocity and density", () => {
  for (const order of [2, 4, 8] as const)
    for (const [name, edges] of variants)
      it(`order ${order}, ${name}: 1e-12 in float64, 1e-5 in float32`, () => {
        for (const [precision, limit] of dotLimits)
          expect(dotFault({ ...fixed, ...edges, order, precision, density })).toBeLessThan(limit);
      });
});

describe("the gradient in density", () => {
  for (const [name, edges] of variants)
    it(`follows Taylor, ${name}: what it leaves of a change falls with the square of its size`, () => {
      const options: GradientOptions = { ...fixed, ...edges, order: 4, precision: "float64", density };
      const found = acousticGradient(model, options, half);
      const drho = bump(5);
      const misfit = (size: number) =>
        half(acoustic(model, { ...options, density: moved(drho, size) }).records).value;
      for (const order of taylorOrders(misfit, found.value, dot(found.density!.data, drho.data), [8, 4, 2])) {
        expect(order).toBeGreaterThan(1.9);
        expect(order).toBeLessThan(2.1);
      }
    });

  it("has the same bits for any number of threads and any memory", () => {
    const some = shotsAt(
      [0, 1, 2].map((i) => [3 * i, 10 * i + 5] as const),
      line,
    );
    const run = (options: object) =>
      acousticGradient(model, { ...fixed, shots: some, order: 4, density, ...options }, half);
    const one = run({});
    for (const options of [{ threads: 2 }, { memory: 4e6 }, { threads: 3, memory: 15e6 }]) {
      const other = run(options);
      expect(other.gradient.data).toEqual(one.gradient.data);
      expect(other.density!.data).toEqual(one.density!.data);
    }
    const thinned = run({ every: 4 }).density!.data;
    const exact = one.density!.data;
    expect(dot(thinned, exact) / Math.sqrt(dot(thinned, thinned) * dot(exact, exact))).toBeGreaterThan(0.99);
    expect(acousticGradient(model, fixed, half).density).toBeUndefined();
  });
});
