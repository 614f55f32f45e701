// fno2d: one forward pass.
import { nn } from "geodl";
import { type Case, inference } from "./harness.js";

export const bench: Case = {
  name: "fno2d-infer",
  workload: "8 of 64x64x1: FNO of 12 x 12 modes, 32 channels, 4 layers; evaluation mode; float32",
  amount: 8,
  unit: "samples/s",
  prepare: () => inference(nn.fno2d({ modes: [12, 12] }), [8, 64, 64, 1]),
};
