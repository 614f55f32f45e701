// Compares what readMat gives with a tree of golden values.
import type { MatValue } from "geodl/formats";
import { expect } from "vitest";
import { expectSame, type Raw, valuesOf } from "./golden.js";

/** A value as SciPy reads it. */
export type Tree =
  | { kind: "numeric"; shape: number[]; data: Raw; imaginary?: Raw }
  | { kind: "text"; shape: number[]; rows: string[] }
  | { kind: "cell"; shape: number[]; values: Tree[] }
  | { kind: "struct"; shape: number[]; fields: Record<string, Tree[]> };

/** The same values, shapes and classes all the way down. */
export function expectTree(got: MatValue, want: Tree): void {
  expect(got.kind).toBe(want.kind);
  if (got.kind === "other") return;
  expect(got.shape).toEqual(want.shape);
  if (got.kind === "numeric" && want.kind === "numeric") {
    expectSame(got.data, valuesOf(want.data));
    if (want.imaginary) expectSame(got.imaginary!, valuesOf(want.imaginary));
    else expect(got.imaginary).toBeUndefined();
  } else if (got.kind === "text" && want.kind === "text") expect(got.rows).toEqual(want.rows);
  else if (got.kind === "cell" && want.kind === "cell") {
    expect(got.values.length).toBe(want.values.length);
    for (const [i, value] of want.values.entries()) expectTree(got.values[i]!, value);
  } else if (got.kind === "struct" && want.kind === "struct") {
    expect([...got.fields.keys()].sort()).toEqual(Object.keys(want.fields).sort());
    for (const [name, values] of Object.entries(want.fields)) {
      expect(got.fields.get(name)!.length).toBe(values.length);
      for (const [i, value] of values.entries()) expectTree(got.fields.get(name)![i]!, value);
    }
  }
}

/** Memory that a value holds, some for each object. */
export function sizeOf(value: MatValue): number {
  if (value.kind === "numeric") return value.data.byteLength + (value.imaginary?.byteLength ?? 0) + 8;
  if (value.kind === "text") return value.rows.reduce((n, row) => n + 2 * row.length + 8, 8);
  if (value.kind === "cell") return value.values.reduce((n, inner) => n + sizeOf(inner), 8);
  if (value.kind === "sparse") return 16 * value.rows.length + 8;
  if (value.kind === "struct")
    return [...value.fields.values()].flat().reduce((n, inner) => n + sizeOf(inner), 8);
  return 8;
}
