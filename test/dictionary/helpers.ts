// What the tests of this room share: golden files, NumPy's draws as grids, the real section.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Grid, rng } from "geodl/core";
import { type Engine, engine } from "geodl/dictionary";
import { afterAll, beforeAll, describe, expect } from "vitest";

/** A golden file of test/golden/dictionary/make.py. */
export function golden<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../golden/dictionary/${name}.json`, import.meta.url), "utf8")) as T;
}

/** `default_rng(seed).standard_normal(shape)` in float32. */
export function normal(seed: number, shape: readonly number[]): Grid {
  return { data: Float32Array.from(rng.numpy(seed).standardNormal(shape)), shape };
}

/** The problem of the same name in make.py: patches [count, 4, 4] and atoms of unit norm [atoms, 4, 4]. */
export function problem(seed: number, count: number, atoms: number): { patches: Grid; dictionary: Grid } {
  const random = rng.numpy(seed);
  const patches = { data: Float32Array.from(random.standardNormal([count, 16])), shape: [count, 4, 4] };
  const rows = random.standardNormal([atoms, 16]);
  for (let a = 0; a < atoms; a++) {
    const row = rows.subarray(a * 16, (a + 1) * 16);
    const norm = Math.sqrt(row.reduce((sum, x) => sum + x * x, 0));
    for (let i = 0; i < 16; i++) row[i]! /= norm;
  }
  return { patches, dictionary: { data: Float32Array.from(rows), shape: [atoms, 4, 4] } };
}

/** Every number within `tolerance`. */
export function expectNear(got: ArrayLike<number>, want: ArrayLike<number>, tolerance: number): void {
  expect(got.length).toBe(want.length);
  let worst = 0;
  for (let i = 0; i < want.length; i++) {
    const off = Math.abs(got[i]! - want[i]!);
    if (!(off <= worst)) worst = off;
  }
  expect(worst).toBeLessThanOrEqual(tolerance);
}

/** Runs a suite on each engine. */
export function onEngines(name: string, suite: (kind: Engine) => void): void {
  describe.each(["wasm", "plain"] as const)(`${name}, %s`, (kind) => {
    beforeAll(() => void expect(engine(kind)).toBe(kind));
    afterAll(() => void engine("wasm"));
    suite(kind);
  });
}

/** A file of the poststack data as float32; undefined without GEODL_DATA. */
function stored(name: string): Float32Array | undefined {
  const folder = process.env.GEODL_DATA;
  const path = folder && join(folder, "poststack", "aaspip", name);
  if (!path || !existsSync(path)) return undefined;
  const bytes = readFileSync(path);
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** A section [nt, nx] from traces, over max |s|. */
function section(nt: number, nx: number, sample: (t: number, x: number) => number): Grid {
  const data = Float32Array.from({ length: nt * nx }, (_, i) => sample(Math.floor(i / nx), i % nx));
  const peak = data.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  return { data: data.map((x) => x / peak), shape: [nt, nx] };
}

/** real3d of PROTOCOLS 1: inline 5 of 0 .. 9, [300, 100]. */
export function real3d(): Grid | undefined {
  const cube = stored("real3d.bin");
  return cube && section(300, 100, (t, x) => cube[(500 + x) * 300 + t]!);
}

/** The centre of masha_field, [400, 256]: steep dips. */
export function masha(): Grid | undefined {
  const field = stored("masha_field_800_1000.bin");
  return field && section(400, 256, (t, x) => field[(372 + x) * 800 + 200 + t]!);
}

/** The line with which a test without data is skipped. */
export const noData = "needs GEODL_DATA: poststack/aaspip/real3d.bin";
