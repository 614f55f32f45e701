// fno2d: one optimiser step.
import { nn } from "geodl";
import { type Case, training } from "./harness.js";

export const bench: Case = {
  name: "fno2d-train",
  workload:
    "8 of 64x64x1: FNO of 12 x 12 modes, 32 channels, 4 layers; forward, loss, backward, Adam; float32",
  amount: 8,
  unit: "samples/s",
  prepare: () => training(nn.fno2d({ modes: [12, 12] }), [8, 64, 64, 1], [8, 64, 64, 1], nn.mse),
};
