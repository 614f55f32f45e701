// unet2d: one forward pass.
import { nn } from "geodl";
import { type Case, inference } from "./harness.js";

export const bench: Case = {
  name: "unet2d-infer",
  workload: "4 of 256x64x1: U-Net of 4 levels, 16 to 128 channels; evaluation mode; float32",
  amount: 4,
  unit: "gathers/s",
  prepare: () => inference(nn.unet2d(), [4, 256, 64, 1]),
};
