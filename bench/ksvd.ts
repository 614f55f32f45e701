// K-SVD on all patches of a section.
import { data, dictionary } from "geodl";
import type { Case } from "./harness.js";

export const bench: Case = {
  name: "ksvd",
  peer: "ksvd/numpy",
  workload:
    "K-SVD, 10 iterations, 256 atoms of 64, sparsity 4, 27249 patches 8x8 of real3d inline 0, mean removed, float32",
  unit: "s",
  async prepare() {
    const patches = dictionary.patchesOf(data.poststack.real3d(0), [8, 8], { mean: "removed" });
    const start = dictionary.cosineAtoms([8, 8], 16);
    return { run: () => dictionary.ksvd(patches, start, { most: 4, iterations: 10 }) };
  },
};
