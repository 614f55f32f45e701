// Data-driven tight frame on all patches of a section.
import { data, dictionary } from "geodl";
import type { Case } from "./harness.js";

export const bench: Case = {
  name: "ddtf",
  peer: "ddtf/numpy",
  workload:
    "tight frame 64x64, 20 iterations, threshold 0.1, 27249 patches 8x8 of real3d inline 0, mean removed, float32",
  unit: "s",
  async prepare() {
    const patches = dictionary.patchesOf(data.poststack.real3d(0), [8, 8], { mean: "removed" });
    return {
      run: () =>
        dictionary.ddtf(patches, dictionary.cosineAtoms([8, 8], 8), { threshold: 0.1, iterations: 20 }),
    };
  },
};
