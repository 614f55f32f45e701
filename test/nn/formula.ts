// The weights of the golden models: test/golden/nn/make.py has the same formula.
import { readFileSync } from "node:fs";
import type { core, nn } from "geodl";

/** u in [-1/2, 1/2) for number i of tensor j. */
export function formula(count: number, j: number): Float64Array {
  return Float64Array.from({ length: count }, (_, i) => {
    const mixed = ((i * 2654435761 + j * 40503 + 12345) % 4294967296) >>> 0;
    return (Math.imul(mixed ^ (mixed >>> 15), 2246822519) >>> 0) / 4294967296 - 0.5;
  });
}

/** Every weight of a model by the formula, in PyTorch's shapes. */
export function formulaWeights(
  model: nn.Model,
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, core.Grid> {
  const weights = new Map<string, core.Grid>();
  [...shapes.keys()].sort().forEach((name, j) => {
    const shape = shapes.get(name)!;
    const size = shape.reduce((a, b) => a * b, 1);
    const isComplex = model.layouts.get(name) === "spectral2d";
    const dims = shape.length - (isComplex ? 1 : 0);
    const fan = size / shape[0]!;
    const isScale =
      name.endsWith("running_var") ||
      (dims === 1 && name.endsWith("weight")) ||
      name.includes("channel_mlp_skips");
    const value = (u: number): number => {
      if (isScale) return 1 + u / 2;
      if (dims === 1 || name.endsWith("bias")) return u / 10;
      return isComplex ? u / 8 : (3.4 * u) / Math.sqrt(fan);
    };
    weights.set(name, { data: Float32Array.from(formula(size, j), value), shape });
  });
  return weights;
}

/** Numbers picked evenly from an array, as make.py writes them. */
export interface Picked {
  readonly size: number;
  readonly step: number;
  readonly max: number;
  readonly data: string;
}

export const readGolden = (path: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${path}`, import.meta.url), "utf8"));

/** Largest difference from a golden array over that array's largest number. */
export function difference(values: ArrayLike<number>, { size, step, max, data }: Picked): number {
  if (values.length !== size) throw new Error(`needs ${size} values, got ${values.length}`);
  const expected = new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer);
  return expected.reduce((worst, v, i) => Math.max(worst, Math.abs(v - values[i * step]!)), 0) / (max || 1);
}
