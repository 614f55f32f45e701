// phasenet-annotate: probabilities along an hour of three components, by the same windows as SeisBench's.
import { apply, core, nn } from "geodl";
import type { Case } from "./harness.js";

export const bench: Case = {
  name: "phasenet-annotate",
  workload:
    "PhaseNet along 1 h x 3 components x 100 Hz float32 (360000 samples a trace), window 3001, overlap 1500, batch 24",
  unit: "s",
  async prepare() {
    const model = nn.phasenet();
    const random = core.rng(0);
    const segments = [..."ZNE"].map((letter) => ({
      id: `XX.SYN..HH${letter}`,
      start: 0,
      sampleRate: 100,
      data: random.fork(letter).fill(new Float32Array(360_000), "normal"),
    }));
    const picker: apply.Picker = {
      name: "PhaseNet",
      model,
      ...nn.windowDefaults,
      dispose: () => model.dispose(),
    };
    return { run: () => apply.annotate(picker, segments) };
  },
};
