// unet2d: one optimiser step.
import { nn } from "geodl";
import { type Case, training } from "./harness.js";

export const bench: Case = {
  name: "unet2d-train",
  workload: "4 of 256x64x1: U-Net of 4 levels, 16 to 128 channels; forward, loss, backward, Adam; float32",
  amount: 4,
  unit: "gathers/s",
  prepare: () => training(nn.unet2d(), [4, 256, 64, 1], [4, 256, 64, 1], nn.bce),
};
