// dncnn: one forward pass.
import { nn } from "geodl";
import { type Case, inference } from "./harness.js";

export const bench: Case = {
  name: "dncnn-infer",
  workload:
    "16 of 40x40x1: DnCNN 17 x 64, batch norm on the 15 middle layers, residual; evaluation mode; float32",
  amount: 16,
  unit: "patches/s",
  prepare: () => inference(nn.dncnn(), [16, 40, 40, 1]),
};
