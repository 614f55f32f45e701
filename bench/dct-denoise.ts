// Sliding 8 x 8 cosine transform, hard threshold, on a million samples.
import { dictionary } from "geodl";
import type { Case } from "./harness.js";
import { noisyMegapixel } from "./sections.js";

export const bench: Case = {
  name: "dct-denoise",
  workload:
    "sliding 8x8 DCT, stride 1, hard threshold 2.7 sigma, overlaps averaged, 1000x1000 float32 (real3d inline 5)",
  amount: 1,
  unit: "Mpixel/s",
  async prepare() {
    const section = noisyMegapixel();
    return {
      inputs: [section.data],
      run: () => dictionary.dctDenoise(section, 2.7),
      output: () => dictionary.dctDenoise(section, 2.7).data.filter((_, i) => i % 1000 === 0),
    };
  },
};
