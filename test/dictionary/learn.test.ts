// K-SVD, its sparse form and the tight frame against NumPy, and what they promise.
import { type Grid, rng } from "geodl/core";
import {
  cosineAtoms,
  dctAtoms,
  ddtf,
  decode,
  ksvd,
  patchesOf,
  pickPatches,
  sparseKsvd,
  splineFramelets,
} from "geodl/dictionary";
import { expect, it } from "vitest";
import { expectNear, golden, normal, onEngines, problem } from "./helpers.js";

/** Largest difference of W^T W from the identity. */
function tightness(frame: Grid): number {
  const n = frame.shape[0]!;
  const size = frame.data.length / n;
  let worst = 0;
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++) {
      let dot = 0;
      for (let a = 0; a < n; a++) dot += frame.data[a * size + i]! * frame.data[a * size + j]!;
      worst = Math.max(worst, Math.abs(dot - (i === j ? 1 : 0)));
    }
  return worst;
}

/** Patches that are sums of 2 of 12 hidden atoms. */
function planted(): { patches: Grid; hidden: Grid } {
  const hidden = problem(7, 1, 12).dictionary;
  const random = rng(8);
  const data = new Float32Array(600 * 16);
  for (let p = 0; p < 600; p++)
    for (const atom of random.permutation(12).subarray(0, 2)) {
      const weight = random.uniform(1, 3) * (random.integer(0, 2) ? 1 : -1);
      for (let i = 0; i < 16; i++) data[p * 16 + i]! += weight * hidden.data[atom * 16 + i]!;
    }
  return { patches: { data, shape: [600, 4, 4] }, hidden };
}

onEngines("ksvd", () => {
  it("goes NumPy's way: four rounds on random patches", () => {
    const { patches, dictionary } = problem(2, 300, 20);
    const want = golden<{ dictionary: number[][]; relativeError: number }>("ksvd");
    const got = ksvd(patches, dictionary, { most: 3, iterations: 4 });
    // float32 against float64 over four rounds
    expectNear(got.dictionary.data, want.dictionary.flat(), 2e-4);
    expect(got.relativeError).toBeCloseTo(want.relativeError, 5);
    expect(got.uses.reduce((sum, n) => sum + n, 0)).toBe(900);
  });

  it("brings the error down and finds most hidden atoms", () => {
    const { patches, hidden } = planted();
    const errors: number[] = [];
    const start = { data: patches.data.slice(0, 12 * 16), shape: [12, 4, 4] };
    for (let a = 0; a < 12; a++) {
      const row = start.data.subarray(a * 16, (a + 1) * 16);
      const norm = Math.hypot(...row);
      for (let i = 0; i < 16; i++) row[i]! /= norm;
    }
    const learned = ksvd(patches, start, {
      most: 2,
      iterations: 30,
      onReport: (r) => errors.push(r.relativeError),
    });
    expect(errors).toHaveLength(30);
    expect(errors[29]!).toBeLessThan(0.3 * errors[0]!);
    let found = 0;
    for (let h = 0; h < 12; h++) {
      let best = 0;
      for (let a = 0; a < 12; a++) {
        let dot = 0;
        for (let i = 0; i < 16; i++) dot += hidden.data[h * 16 + i]! * learned.dictionary.data[a * 16 + i]!;
        best = Math.max(best, Math.abs(dot));
      }
      if (best > 0.99) found++;
    }
    expect(found).toBeGreaterThanOrEqual(9);
  });

  it("reaches the singular vector with more power steps: one atom for all patches", () => {
    const { patches } = planted();
    const start = { data: dctAtoms([4, 4]).data.slice(0, 16), shape: [1, 4, 4] };
    const learn = (powerSteps: number) => ksvd(patches, start, { most: 1, iterations: 1, powerSteps });
    const [one, many, more] = [learn(1), learn(200), learn(201)];
    expectNear(many.dictionary.data, more.dictionary.data, 1e-5);
    expect(many.relativeError).toBeLessThan(one.relativeError - 1e-3);
    // d is an eigenvector of P^T P, and the error is what its eigenvalue leaves
    const next = new Float64Array(16);
    let energy = 0;
    for (let p = 0; p < 600; p++) {
      let code = 0;
      for (let i = 0; i < 16; i++) {
        code += patches.data[p * 16 + i]! * many.dictionary.data[i]!;
        energy += patches.data[p * 16 + i]! ** 2;
      }
      for (let i = 0; i < 16; i++) next[i]! += code * patches.data[p * 16 + i]!;
    }
    const value = Math.hypot(...next);
    expectNear(
      next.map((x) => x / value),
      many.dictionary.data,
      1e-4,
    );
    expect(many.relativeError).toBeCloseTo(1 - value / energy, 5);
    expect(() => learn(0)).toThrow("ksvd: powerSteps must be a whole number >= 1, got 0");
  });

  it("leaves an atom alone that nobody uses", () => {
    const { patches, dictionary } = problem(2, 5, 20);
    const learned = ksvd(patches, dictionary, { most: 1, iterations: 1 });
    for (let a = 0; a < 20; a++)
      if (learned.uses[a] === 0)
        expect([...learned.dictionary.data.subarray(a * 16, a * 16 + 16)]).toEqual([
          ...dictionary.data.subarray(a * 16, a * 16 + 16),
        ]);
    expect([...learned.uses].filter((n) => n === 0).length).toBeGreaterThan(10);
  });

  it("makes atoms of few base atoms when asked to", () => {
    const { patches } = problem(2, 300, 20);
    const base = dctAtoms([4, 4]);
    const learned = sparseKsvd(patches, base, cosineAtoms([4, 4], 5), {
      most: 3,
      atomSparsity: 2,
      iterations: 3,
    });
    expect(Math.max(...learned.atoms.counts)).toBeLessThanOrEqual(2);
    expectNear(decode(learned.atoms, base).data, learned.dictionary.data, 1e-5);
    for (let a = 0; a < 25; a++)
      expect(Math.hypot(...learned.dictionary.data.subarray(a * 16, a * 16 + 16))).toBeCloseTo(1, 5);
    const free = ksvd(patches, cosineAtoms([4, 4], 5), { most: 3, iterations: 3 });
    expect(free.relativeError).toBeLessThan(learned.relativeError);
    const open = sparseKsvd(patches, base, cosineAtoms([4, 4], 5), {
      most: 3,
      atomSparsity: 16,
      iterations: 3,
    });
    expectNear(open.dictionary.data, free.dictionary.data, 1e-3); // 16 of 16 base atoms restrict nothing
  });
});

onEngines("ddtf", () => {
  it("goes NumPy's way: five rounds with its singular value decomposition", () => {
    const { patches } = problem(3, 400, 1);
    const want = golden<{ start: number[][]; dictionary: number[][] }>("ddtf");
    const start = { data: Float32Array.from(want.start.flat()), shape: [16, 4, 4] };
    expectNear(start.data, dctAtoms([4, 4]).data, 1e-6);
    const got = ddtf(patches, start, { threshold: 1.2, iterations: 5 });
    expectNear(got.dictionary.data, want.dictionary.flat(), 2e-4);
    expect(got.seconds.total).toBeGreaterThanOrEqual(got.seconds.coding + got.seconds.update - 1e-3);
  });

  it("stays a tight frame where the patches do not span their space", () => {
    const section = normal(9, [24, 20]);
    const patches = patchesOf(section, [4, 4], { mean: "removed" });
    for (const threshold of [0, 1, 2.5]) {
      const { dictionary } = ddtf(patches, dctAtoms([4, 4]), { threshold, iterations: 4 });
      expect(tightness(dictionary)).toBeLessThan(2e-6);
    }
    const nothing = ddtf(patches, dctAtoms([4, 4]), { threshold: 1e3, iterations: 2 });
    expectNear(nothing.dictionary.data, dctAtoms([4, 4]).data, 1e-6);
  });

  it("lowers its objective every round", () => {
    const section = normal(10, [30, 30]);
    const patches = patchesOf(section, [3, 3]);
    const t = 1.3;
    const objective = (rounds: number): number => {
      const frame = rounds
        ? ddtf(patches, dctAtoms([3, 3]), { threshold: t, iterations: rounds }).dictionary
        : dctAtoms([3, 3]);
      const block = new Float32Array(patches.count * 9);
      patches.read(0, patches.count, block, 9);
      let sum = 0;
      for (let p = 0; p < patches.count; p++)
        for (let a = 0; a < 9; a++) {
          let c = 0;
          for (let i = 0; i < 9; i++) c += frame.data[a * 9 + i]! * block[p * 9 + i]!;
          sum += Math.min(c * c, t * t);
        }
      return sum;
    };
    const values = [0, 1, 2, 4, 8].map(objective);
    for (let i = 1; i < values.length; i++) expect(values[i]!).toBeLessThan(values[i - 1]! + 1e-3);
  });

  it("learns from a volume, started from spline framelets", () => {
    const volume = normal(11, [6, 9, 8]);
    const { dictionary } = ddtf(patchesOf(volume, [3, 3, 3]), splineFramelets(3), {
      threshold: 1,
      iterations: 3,
    });
    expect(dictionary.shape).toEqual([27, 3, 3, 3]);
    expect(tightness(dictionary)).toBeLessThan(2e-6);
  });

  it("reads a block at a time, holds 32 MiB of patches and reads the others again in each round", () => {
    const { patches } = problem(3, 1000, 1);
    const reading = (count: number) => {
      let [largest, read] = [0, 0];
      const counted = {
        count,
        shape: [4, 4],
        read(first: number, n: number, into: Float32Array, stride: number) {
          largest = Math.max(largest, n);
          read += n;
          for (let p = 0; p < n; p++) {
            const from = ((first + p) % 1000) * 16;
            for (let i = 0; i < 16; i++) into[p * stride + i] = patches.data[from + i]!;
          }
        },
      };
      ddtf(counted, dctAtoms([4, 4]), { threshold: 1, iterations: 3 });
      return { largest, read };
    };
    // the first round's cosines have norm 1 but for rounding, so that the second may read again
    const { read, largest } = reading(1000);
    expect(read).toBeLessThanOrEqual(2000);
    expect(largest).toBeLessThanOrEqual(256);
    const many = reading(600_000);
    const held = 2 ** 25 / (4 * 16);
    expect(many.read).toBeGreaterThanOrEqual(600_000 + 2 * (600_000 - held));
    expect(many.read).toBeLessThanOrEqual(2 * 600_000 + (600_000 - held));
  });

  it("says what is wrong", () => {
    const patches = patchesOf(normal(9, [8, 8]), [4, 4]);
    expect(() => ddtf(patches, cosineAtoms([4, 4], 5), { threshold: 1 })).toThrow(
      "ddtf: there must be as many filters as samples of a patch, got 25 and 16",
    );
    expect(() => ddtf(patches, dctAtoms([4, 4]), { threshold: -1 })).toThrow(
      "ddtf: threshold must be >= 0, got -1",
    );
    expect(() => ddtf(patches, dctAtoms([4, 4]), { threshold: 1, iterations: 0 })).toThrow("iterations");
    expect(() => pickPatches(patches, 0, 1)).toThrow("pickPatches: count must be a whole number >= 1, got 0");
  });
});
