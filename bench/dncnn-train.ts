// dncnn: one optimiser step.
import { nn } from "geodl";
import { type Case, training } from "./harness.js";

export const bench: Case = {
  name: "dncnn-train",
  workload:
    "16 of 40x40x1: DnCNN 17 x 64, batch norm on the 15 middle layers, residual; forward, loss, backward, Adam; float32",
  amount: 16,
  unit: "patches/s",
  prepare: () => training(nn.dncnn(), [16, 40, 40, 1], [16, 40, 40, 1], nn.mse),
};
