// KAIR's DnCNN from its file to the first section.
import { data, nn, tensor } from "geodl";
import { sines, weightsCase } from "./weights.js";

export const bench = weightsCase(
  {
    name: "weights-import-dncnn",
    peer: "weights-import/dncnn",
    workload:
      "KAIR DnCNN-25 checkpoint into a 17-layer 64-channel DnCNN without batch norm, then one 300x100 float32 section",
  },
  data.find("weights/kair_dncnn_25.pth"),
  async (file) => {
    const model = nn.dncnn({ norm: "none" });
    await nn.loadPytorch(file, model);
    return { model, input: () => tensor.engine().tf.tensor(sines(30_000), [1, 300, 100, 1]) };
  },
  301,
);
