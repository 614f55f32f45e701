// phasenet: one forward pass.
import { nn } from "geodl";
import { type Case, inference } from "./harness.js";

export const bench: Case = {
  name: "phasenet-infer",
  workload: "20 of 3001x3: PhaseNet; evaluation mode; float32",
  amount: 20,
  unit: "windows/s",
  prepare: () => inference(nn.phasenet(), [20, 3001, 3]),
};
