// Reads the golden files that test/golden/make.py wrote.
import { readFileSync } from "node:fs";
import { expect } from "vitest";

export type Json = number | "nan" | "inf" | "-inf";

/** Cases of one golden file. */
export function golden<T>(name: string): T[] {
  const file = new URL(`../golden/${name}.json`, import.meta.url);
  return (JSON.parse(readFileSync(file, "utf8")) as { cases: T[] }).cases;
}

const records = new Map(golden<{ name: string; x: number[] }>("records").map(({ name, x }) => [name, x]));

/** An input of the golden files by its name: float32 values in float64. */
export function record(name: string): Float64Array {
  const x = records.get(name);
  if (x === undefined) throw new Error(`no golden record "${name}"`);
  return Float64Array.from(Float32Array.from(x));
}

/** Numbers with NaN and the infinities back in place. */
export function numbers(values: readonly Json[]): Float64Array {
  const words = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY };
  return Float64Array.from(values, (v) => (typeof v === "number" ? v : words[v]));
}

/** Every sample within `tolerance` of the reference, relative to `scale` (or to the sample where it is larger). */
export function expectClose(got: ArrayLike<number>, want: Float64Array, tolerance: number, scale = 1): void {
  expect(got.length).toBe(want.length);
  for (let i = 0; i < want.length; i++) {
    if (got[i] === want[i] || (Number.isNaN(got[i]) && Number.isNaN(want[i]))) continue;
    const off = Math.abs(got[i]! - want[i]!) / Math.max(scale, Math.abs(want[i]!));
    if (!(off <= tolerance)) expect.fail(`sample ${i}: got ${got[i]}, want ${want[i]}, off by ${off}`);
  }
}
