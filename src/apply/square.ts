// The eight symmetries of the square, on models with sources.
import type { Grid } from "../core/index.js";
import type { WaveCase } from "./straight-rays.js";

const maps = new Map<string, Int32Array>();

/** Where each cell's value comes from.
 *  @param n Cells a side. @param symmetry 0 .. 7; 0 leaves all in place; bit 4 transposes, bits 1 and 2 mirror z and x.
 *  @returns Cells, [n, n]. */
export function symmetryMap(n: number, symmetry: number): Int32Array {
  const key = `${n} ${symmetry}`;
  const known = maps.get(key);
  if (known) return known;
  const map = Int32Array.from({ length: n * n }, (_, i) => {
    const [z, x] = [Math.floor(i / n), i % n];
    const [a, b] = symmetry & 4 ? [x, z] : [z, x];
    return (symmetry & 1 ? n - 1 - a : a) * n + (symmetry & 2 ? n - 1 - b : b);
  });
  maps.set(key, map);
  return map;
}

/** A field turned by a map of `symmetryMap`. @returns [N, N], new. */
export function turnedField({ data, shape }: Grid, map: Int32Array): Grid {
  const out = new Float32Array(map.length);
  for (let i = 0; i < out.length; i++) out[i] = data[map[i]!]!;
  return { data: out, shape };
}

/** A model with its source, turned by a map of `symmetryMap`. */
export function turnedCase({ model, source: [iz, ix] }: WaveCase, map: Int32Array): WaveCase {
  const n = model.shape[0]!;
  const at = map.indexOf(iz * n + ix);
  return { model: turnedField(model, map), source: [Math.floor(at / n), at % n] };
}
