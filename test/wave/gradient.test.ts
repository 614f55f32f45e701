// The adjoint: dot tests, Taylor tests, deepwave's gradient, and what neither threads nor memory may change.
import { readFileSync } from "node:fs";
import { acoustic, acousticBorn, acousticGradient, type GradientOptions } from "geodl/wave";
import { describe, expect, it } from "vitest";
import {
  bump,
  dot,
  dotFault,
  dotLimits,
  fixed,
  half,
  line,
  model,
  nt,
  nx,
  nz,
  shotsAt,
  taylorOrders,
  variants,
} from "./scene.js";

describe("dot test <J dv, d> = <dv, J^T d>", () => {
  for (const order of [2, 4, 8] as const)
    for (const [name, edges] of variants)
      it(`order ${order}, ${name}: 1e-12 in float64, 1e-5 in float32`, () => {
        for (const [precision, limit] of dotLimits)
          expect(dotFault({ ...fixed, ...edges, order, precision })).toBeLessThan(limit);
      });
});

describe("acousticGradient", () => {
  it("follows Taylor: what the gradient leaves of a change falls with the square of its size", () => {
    const options: GradientOptions = { ...fixed, order: 8, precision: "float64" };
    const { value, gradient } = acousticGradient(model, options, half);
    const dv = bump(3);
    const misfit = (size: number) => {
      const data = Float64Array.from(model.data, (v, i) => v + size * dv.data[i]!);
      return half(acoustic({ data, shape: [nz, nx] }, options).records).value;
    };
    for (const order of taylorOrders(misfit, value, dot(gradient.data, dv.data), [4, 2, 1, 0.5])) {
      expect(order).toBeGreaterThan(1.9);
      expect(order).toBeLessThan(2.1);
    }
  });

  it("is Born's transpose because Born is the derivative of the records", () => {
    const options = { ...fixed, order: 4 as const, precision: "float64" as const };
    const dv = bump(4);
    const at = (size: number) =>
      acoustic(
        { data: Float64Array.from(model.data, (v, i) => v + size * dv.data[i]!), shape: [nz, nx] },
        options,
      ).records.data;
    const [plus, minus] = [at(0.01), at(-0.01)];
    const born = acousticBorn(model, dv, options).data;
    let [off, size] = [0, 0];
    born.forEach((b: number, i: number) => {
      off += (b - (plus[i]! - minus[i]!) / 0.02) ** 2;
      size += b * b;
    });
    expect(Math.sqrt(off / size)).toBeLessThan(1e-6);
  });

  interface Golden {
    readonly cases: readonly { readonly order: 4 | 8; readonly gradient: readonly number[] }[];
  }
  const golden = JSON.parse(
    readFileSync(new URL("../golden/wave/gradients.json", import.meta.url), "utf8"),
  ) as Golden;
  for (const { order, gradient: theirs } of golden.cases)
    it(`order ${order}: deepwave's, cosine > .9999`, () => {
      const shots = shotsAt(
        [
          [1, 12],
          [20, 40],
        ],
        line,
      );
      const ours = acousticGradient(model, { ...fixed, shots, order }, half).gradient.data;
      const cosine = dot(ours, theirs) / Math.sqrt(dot(ours, ours) * dot(theirs, theirs));
      expect(cosine).toBeGreaterThan(0.9999);
      expect(Math.sqrt(dot(ours, ours) / dot(theirs, theirs))).toBeCloseTo(1, 3);
    });

  it("has the same bits for any number of threads and any memory", () => {
    const shots = shotsAt(
      [0, 1, 2, 3, 4].map((i) => [3 * i, 10 * i + 5] as const),
      line,
    );
    const run = (options: object) => acousticGradient(model, { ...fixed, shots, order: 4, ...options }, half);
    const one = run({});
    expect(one.values.length).toBe(5);
    for (const options of [{ threads: 2 }, { memory: 3e6 }, { threads: 3, memory: 9e6 }]) {
      const other = run(options);
      expect(other.gradient.data).toEqual(one.gradient.data);
      expect(other.values).toEqual(one.values);
    }
    const thinned = run({ every: 4 });
    expect(run({ every: 4, memory: 2e6 }).gradient.data).toEqual(thinned.gradient.data);
    const a = thinned.gradient.data;
    const b = one.gradient.data;
    expect(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))).toBeGreaterThan(0.995);
  });

  it("lets a misfit simulate", () => {
    const shots = shotsAt([[5, 20]], line);
    const options: GradientOptions = { ...fixed, shots };
    const plain = acousticGradient(model, options, half);
    const nested = acousticGradient(model, options, (records) => {
      const again = acoustic(model, options).records;
      expect([...again.data]).toEqual([...records.data]);
      return half(records);
    });
    expect(nested.gradient.data).toEqual(plain.gradient.data);
  });

  it("says what is wrong", () => {
    expect(() => acousticGradient(model, { ...fixed, every: 0 }, half)).toThrow(
      "acousticGradient: every must be a whole number >= 1, got 0",
    );
    expect(() => acousticGradient(model, { ...fixed, memory: 1e5 }, half)).toThrow(
      /acousticGradient: memory must be at least \d+ MB a thread, got 0 MB; use fewer threads or a larger every/,
    );
    expect(() => acousticGradient(model, fixed, () => ({ value: 0, adjoint: new Float32Array(3) }))).toThrow(
      `acousticGradient: the misfit's adjoint must have ${(nx + 1) * nt} numbers, got 3`,
    );
    expect(() => acousticBorn(model, { data: new Float32Array(4), shape: [2, 2] }, fixed)).toThrow(
      "acousticBorn: the perturbation must be [45, 61], got [2,2]",
    );
  });
});
