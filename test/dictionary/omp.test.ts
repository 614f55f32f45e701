// Orthogonal matching pursuit against scikit-learn, and its rules.
import { dctAtoms, decode, omp } from "geodl/dictionary";
import { expect, it } from "vitest";
import { expectNear, golden, onEngines, problem } from "./helpers.js";

onEngines("omp", () => {
  const { patches, dictionary } = problem(1, 40, 24);
  const { cases } = golden<{ cases: { most?: number; error?: number; codes: number[][] }[] }>("omp");

  it.each(cases)("chooses and weighs the atoms that scikit-learn does: most $most, error $error", (one) => {
    const end = one.most === undefined ? { error: one.error! } : { most: one.most };
    const codes = omp(patches, dictionary, end);
    const most = codes.chosen.shape[1]!;
    const dense = new Float32Array(40 * 24);
    for (let p = 0; p < 40; p++)
      for (let j = 0; j < codes.counts[p]!; j++)
        dense[p * 24 + codes.chosen.data[p * most + j]!] = codes.values.data[p * most + j]!;
    // float32 products of unit vectors with patches of norm 4
    expectNear(dense, one.codes.flat(), 2e-5);
  });

  it("finds patches made of three orthogonal atoms, largest first, and then stops", () => {
    const atoms = dctAtoms([4, 4]);
    const wanted = new Float32Array(4 * 16);
    for (let p = 0; p < 4; p++)
      for (const [k, weight] of [1.5, -2, 3].entries())
        for (let i = 0; i < 16; i++) wanted[p * 16 + i]! += weight * atoms.data[(3 * p + k) * 16 + i]!;
    const codes = omp({ data: wanted, shape: [4, 4, 4] }, atoms, { most: 16, error: 1e-4 });
    expectNear(decode(codes, atoms).data, wanted, 1e-5);
    expect([...codes.counts]).toEqual([3, 3, 3, 3]);
    expect([...codes.chosen.data.subarray(16, 19)]).toEqual([5, 4, 3]);
  });

  it("leaves the residual orthogonal to the chosen atoms", () => {
    const codes = omp(patches, dictionary, { most: 5 });
    const back = decode(codes, dictionary).data;
    let worst = 0;
    for (let p = 0; p < 40; p++)
      for (let j = 0; j < 5; j++) {
        const atom = codes.chosen.data[p * 5 + j]!;
        let dot = 0;
        for (let i = 0; i < 16; i++)
          dot += (patches.data[p * 16 + i]! - back[p * 16 + i]!) * dictionary.data[atom * 16 + i]!;
        worst = Math.max(worst, Math.abs(dot));
      }
    expect(worst).toBeLessThan(1e-5);
  });

  it("takes nothing for a patch of zeros, and no atom twice", () => {
    const twins = { data: new Float32Array(3 * 16), shape: [3, 4, 4] };
    twins.data.set(dictionary.data.subarray(0, 16));
    twins.data.set(dictionary.data.subarray(0, 16), 16);
    twins.data.set(dictionary.data.subarray(16, 32), 32);
    const zeros = omp({ data: new Float32Array(16), shape: [1, 4, 4] }, twins, { most: 3 });
    expect([...zeros.counts]).toEqual([0]);
    expect([...zeros.chosen.data]).toEqual([-1, -1, -1]);
    const codes = omp({ data: patches.data.subarray(0, 160), shape: [10, 4, 4] }, twins, { most: 3 });
    for (let p = 0; p < 10; p++) {
      const taken = [...codes.chosen.data.subarray(p * 3, p * 3 + codes.counts[p]!)];
      expect(taken.filter((a) => a < 2)).toHaveLength(1);
    }
  });

  it("codes patches of 5 x 5 samples and 7 atoms: widths that are no multiple of 4", () => {
    const atoms = { data: new Float32Array(7 * 25), shape: [7, 5, 5] };
    for (let a = 0; a < 7; a++) atoms.data[a * 25 + 3 * a] = 1;
    const patch = { data: new Float32Array(25), shape: [1, 5, 5] };
    patch.data[18] = -2;
    patch.data[3] = 1;
    const codes = omp(patch, atoms, { error: 0.1 });
    expect([...codes.chosen.data.subarray(0, 2)]).toEqual([6, 1]);
    expect([...codes.values.data.subarray(0, 2)]).toEqual([-2, 1]);
  });

  it("says what is wrong", () => {
    expect(() => omp(patches, dictionary, {})).toThrow(
      "omp: needs most (atoms a patch) or error (squared), got neither",
    );
    expect(() => omp(patches, dictionary, { most: 25 })).toThrow("in 1 .. 24 (the atoms), got 25");
    expect(() => omp({ data: new Float32Array(9), shape: [1, 3, 3] }, dictionary, { most: 2 })).toThrow(
      "omp: patches and atoms must have one shape, got [3,3] and [4,4]",
    );
    expect(() => omp(patches, { data: new Float32Array([Number.NaN]), shape: [1, 1] }, { most: 1 })).toThrow(
      "omp: atoms must be finite, got NaN",
    );
  });
});
