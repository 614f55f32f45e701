// Acoustic waves: deepwave's records, the analytic Green's function, threads, free surfaces, what is refused.
import { readFileSync } from "node:fs";
import { ricker } from "geodl/signal";
import { acoustic, stencil } from "geodl/wave";
import { describe, expect, it } from "vitest";
import { apart, base, dt, f0, line, model, nt, nx, nz, shotsAt, spacing, wavelet } from "./scene.js";

interface Golden {
  readonly every: number;
  readonly cases: readonly {
    readonly name: string;
    readonly order: 2 | 4 | 8;
    readonly sources: readonly (readonly [number, number])[];
    readonly receivers: readonly (readonly [number, number])[];
    readonly records: readonly number[];
  }[];
}
const golden = JSON.parse(
  readFileSync(new URL("../golden/wave/records.json", import.meta.url), "utf8"),
) as Golden;

const edges: Readonly<Record<string, object>> = {
  layers: { pml: { top: 20, bottom: 15, left: 10, right: 20 } },
  "between cells": {},
  "free top and left": { freeSurface: ["top", "left"] },
};

describe("deepwave's records", () => {
  // 1e-3 is asked; both are float32, so rounding alone leaves 3e-6
  for (const { name, order, sources, receivers, records } of golden.cases)
    it(`order ${order}, ${name}: to 2e-5`, () => {
      const options = { ...base, ...edges[name], order, shots: shotsAt(sources, receivers) };
      for (const precision of ["float32", "float64"] as const) {
        const { data } = acoustic(model, { ...options, precision }).records;
        const kept = data.filter((_, i) => (i % nt) % golden.every === 0);
        expect(kept.length).toBe(records.length);
        expect(apart(kept, records)).toBeLessThan(2e-5);
      }
    });
});

describe("acoustic", () => {
  it("gives the same bits on any number of threads", () => {
    const sources = [0, 1, 2, 3, 4].map((i) => [3 * i, 10 * i + 5] as const);
    const run = (threads: number) =>
      acoustic(model, {
        ...base,
        threads,
        order: 8,
        shots: shotsAt(sources, line),
        snapshots: [100, 239],
      });
    const one = run(1);
    expect(one.records.shape).toEqual([5, nx, nt]);
    expect(one.snapshots.shape).toEqual([5, 2, nz, nx]);
    for (const threads of [2, 3]) {
      const more = run(threads);
      expect(more.records.data).toEqual(one.records.data);
      expect(more.snapshots.data).toEqual(one.snapshots.data);
    }
  });

  it("keeps what receivers in every cell would record", () => {
    const receivers = Array.from({ length: nz * nx }, (_, i) => [Math.floor(i / nx), i % nx] as const);
    const { records, snapshots } = acoustic(model, {
      ...base,
      shots: shotsAt([[20, 30]], receivers),
      snapshots: [0, 77, 200],
    });
    [0, 77, 200].forEach((n, k) => {
      const recorded = receivers.map((_, r) => records.data[r * nt + n]);
      expect([...snapshots.data.subarray(k * nz * nx, (k + 1) * nz * nx)]).toEqual(recorded);
    });
    expect(snapshots.data.slice(0, nz * nx).every((u) => u === 0)).toBe(true);
  });

  it("is reciprocal where the velocities at both ends are equal", () => {
    const difference = (
      v: { readonly data: Float32Array; readonly shape: readonly number[] },
      places: readonly (readonly [number, number])[],
      options: object,
    ) => {
      const even = { data: v.data.slice(), shape: v.shape };
      for (const [z, x] of places) even.data[z * v.shape[1]! + x] = 2000;
      const [one, two] = [0, 1].map(
        (i) =>
          acoustic(even, { ...base, order: 8, ...options, shots: shotsAt([places[i]!], [places[1 - i]!]) })
            .records.data,
      );
      return apart(one!, two!);
    };
    const far = [
      [9, 8],
      [33, 50],
    ] as const;
    // rigid edges and a rough medium: every wave comes back many times
    expect(difference(model, far, { precision: "float64", pml: 0 })).toBeLessThan(1e-12);
    expect(difference(model, far, { pml: 0 })).toBeLessThan(5e-5);
    const large = {
      data: Float32Array.from(
        { length: 120 * 140 },
        (_, i) => 1500 + 5 * Math.floor(i / 140) + 2 * (i % 140),
      ),
      shape: [120, 140],
    };
    const inside = [
      [55, 60],
      [70, 85],
    ] as const;
    expect(difference(large, inside, {})).toBeLessThan(1e-5);
  });

  it("sums sources that fire together, each with its wavelet", () => {
    const other = ricker(12, nt, dt);
    const one = { sources: [[5, 20]] as const, wavelet, receivers: line };
    const two = { sources: [[30, 41.5]] as const, wavelet: other, receivers: line };
    const both = { sources: [...one.sources, ...two.sources], wavelet: [wavelet, other], receivers: line };
    const { data } = acoustic(model, { ...base, shots: [one, two, both] }).records;
    const n = nx * nt;
    const sum = Float32Array.from({ length: n }, (_, i) => data[i]! + data[n + i]!);
    expect(apart(data.subarray(2 * n), sum)).toBeLessThan(3e-6);
  });

  it("turns the sign at a free surface: a source below it acts as one with its negative image", () => {
    const slow = (rows: number) => ({ data: new Float32Array(rows * 81).fill(2000), shape: [rows, 81] });
    const shot = (sources: readonly (readonly [number, number])[], wavelets: Float32Array[], z: number) => ({
      sources,
      wavelet: wavelets,
      receivers: [[z, 60] as const],
    });
    const options = { ...base, order: 8 as const };
    const free = acoustic(slow(60), {
      ...options,
      freeSurface: ["top"],
      shots: [shot([[10, 30]], [wavelet], 17)],
    });
    // the surface lies at row -1; the same as row 59 of a model of 120 rows
    const imaged = acoustic(slow(120), {
      ...options,
      shots: [
        shot(
          [
            [70, 30],
            [48, 30],
          ],
          [wavelet, wavelet.map((w) => -w)],
          77,
        ),
      ],
    });
    expect(apart(free.records.data, imaged.records.data)).toBeLessThan(1e-3);
  });

  it("refuses what is unstable and names a time step that is not", () => {
    const run = (step: number, order: 2 | 4 | 8) =>
      acoustic(model, { ...base, dt: step, order, shots: shotsAt([[20, 30]], line) });
    let most = 0;
    for (const v of model.data) most = Math.max(most, v);
    for (const order of [2, 4, 8] as const) {
      const limit = (stencil(order).courant * spacing) / most;
      expect(() => run(limit * 1.01, order)).toThrow(
        new RegExp(
          `acoustic: the Courant number must be <= ${stencil(order).courant.toFixed(3)}, got .*; use dt <= ${Math.floor(limit * 1e6) / 1e6} s or a coarser grid`,
        ),
      );
      const { records } = run(limit * 0.999, order);
      expect(records.data.every((u) => Math.abs(u) < 1e4)).toBe(true);
    }
    expect(stencil(4).courant).toBeCloseTo(Math.sqrt(3 / 8), 12);
  });

  it("says what is wrong", () => {
    const shots = shotsAt([[20, 30]], line);
    const bad = (options: object, text: string) =>
      expect(() => acoustic(model, { ...base, shots, ...options })).toThrow(text);
    bad({ order: 6 }, "stencil: order must be 2, 4 or 8, got 6");
    bad({ shots: [] }, "acoustic: shots must be at least one, got none");
    bad(
      { shots: shotsAt([[20, 61]], line) },
      "acoustic: places must be [z, x] within 0..44, 0..60 cells, got [20, 61]",
    );
    bad({ threads: 0 }, "acoustic: threads must be a whole number >= 1, got 0");
    bad({ snapshots: [5, 5] }, "acoustic: snapshots must be ascending samples 0..239, got 5");
    bad({ pml: -1 }, "acoustic: pml must be whole numbers of cells >= 0, got -1");
    bad({ freeSurface: ["north"] }, "acoustic: freeSurface must name top, bottom, left, right, got north");
    expect(() => acoustic({ data: new Float32Array(4), shape: [2, 2] }, { ...base, shots })).toThrow(
      "acoustic: velocities must be positive, got 0",
    );
  });

  it("stops with the signal's reason, on one thread and on two", () => {
    for (const threads of [1, 2]) {
      const signal = AbortSignal.abort(new Error("enough"));
      const shots = shotsAt(
        [
          [20, 30],
          [2, 3],
        ],
        line,
      );
      expect(() => acoustic(model, { ...base, threads, shots, signal })).toThrow("enough");
      let asked = 0;
      const late = {
        get aborted() {
          return ++asked > 2;
        },
        throwIfAborted() {
          if (this.aborted) throw new Error("late");
        },
      } as AbortSignal;
      const long = ricker(f0, 200_000, dt);
      const slow = [0, 1].map(() => ({
        sources: [[20, 30]] as const,
        wavelet: long,
        receivers: [[1, 1]] as const,
      }));
      const started = performance.now();
      expect(() => acoustic(model, { ...base, threads, shots: slow, signal: late })).toThrow("late");
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });

  it("warns once of too few cells a wavelength", async () => {
    const seen: string[] = [];
    const listen = (warning: Error) => seen.push(`${warning.name}: ${warning.message}`);
    process.on("warning", listen);
    const fast = ricker(60, nt, dt);
    for (let i = 0; i < 2; i++)
      acoustic(model, {
        spacing,
        dt,
        threads: 1,
        shots: [{ sources: [[20, 30]], wavelet: fast, receivers: line }],
      });
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off("warning", listen);
    const own = seen.filter((text) => text.startsWith("DispersionWarning") && text.includes("got 1.0"));
    expect(own.length).toBe(1);
    expect(own[0]).toMatch(
      /order 4 needs 5 cells a wavelength up to 2.5 times the peak frequency, got 1\.0 at 1[45]\d\.\d Hz in 1500 m\/s/,
    );
  });
});
