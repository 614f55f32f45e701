// The orthogonal factor against NumPy's singular value decomposition.
import { rng } from "geodl/core";
import { orthogonalFactor } from "geodl/dictionary";
import { expect, it } from "vitest";
import { expectNear, golden, onEngines } from "./helpers.js";

const identity = (n: number): Float64Array =>
  Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) ? 0 : 1));

function worst(q: Float64Array, n: number): number {
  let most = 0;
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let k = 0; k < n; k++) dot += q[k * n + i]! * q[k * n + j]!;
      most = Math.max(most, Math.abs(dot - (i === j ? 1 : 0)));
    }
  return most;
}

onEngines("orthogonalFactor", () => {
  it("is U V^T, of an odd size too", () => {
    const matrix = rng.numpy(4).standardNormal([7, 7]);
    const want = golden<{ factor: number[][]; trace: number }>("polar");
    const q = orthogonalFactor(matrix, identity(7), 7);
    // the pull of 1e-7 towards the given matrix, over the least singular value
    expectNear(q, want.factor.flat(), 2e-5);
    const trace = q.reduce((sum, x, i) => sum + x * matrix[i]!, 0);
    expect(trace).toBeCloseTo(want.trace, 6);
  });

  it("is orthogonal for singular matrices and follows the given one where they leave the choice", () => {
    const n = 12;
    const near = orthogonalFactor(rng.numpy(5).standardNormal([n, n]), identity(n), n);
    const matrix = rng.numpy(6).standardNormal([n, n]);
    // rank 1 with one row of zeros
    for (let i = 1; i < n; i++) for (let j = 0; j < n; j++) matrix[i * n + j] = (i % 5) * matrix[j]!;
    const q = orthogonalFactor(matrix, near, n);
    expect(worst(q, n)).toBeLessThan(1e-10);
    expectNear(orthogonalFactor(new Float64Array(n * n), near, n), near, 1e-10);
    expect(() => orthogonalFactor(new Float64Array(4).fill(Number.NaN), identity(2), 2)).toThrow(
      "orthogonalFactor: the matrix must be finite",
    );
  });

  it("keeps an orthogonal matrix, whatever its scale", () => {
    const q = orthogonalFactor(rng.numpy(5).standardNormal([8, 8]), identity(8), 8);
    for (const scale of [1e-20, 1, 1e20])
      expectNear(
        orthogonalFactor(
          q.map((x) => x * scale),
          q,
          8,
        ),
        q,
        1e-10,
      );
  });
});
