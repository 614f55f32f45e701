// phasenet: one optimiser step.
import { nn, tensor } from "geodl";
import { type Case, training } from "./harness.js";

export const bench: Case = {
  name: "phasenet-train",
  workload: "20 of 3001x3: PhaseNet; forward, loss, backward, Adam; float32",
  amount: 20,
  unit: "windows/s",
  prepare: () =>
    training(nn.phasenet(), [20, 3001, 3], [20, 3001, 3], nn.probabilityCrossEntropy(), (t) =>
      tensor.engine().tf.softmax(t),
    ),
};
