// Models against PyTorch, SeisBench and neuraloperator on TensorFlow, and with published weights.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";
import { difference, formula, readGolden } from "./formula.js";
import { channelsLast, type Golden, modelTests } from "./models.cases.js";

beforeAll(async () => {
  await tensor.ready();
});

describe("models equal their peers", modelTests);

describe("published weights", () => {
  const folder = process.env.GEODL_DATA ?? "";
  const published: [string, string, () => nn.Model][] = [
    ["kair", "kair_dncnn_25.pth", () => nn.dncnn({ norm: "none" })],
    ["volpick", "phasenet_volpick.pt.v1", () => nn.phasenet()],
    ["ethz", "phasenetlight_ethz.pt.v2", () => nn.phasenetlight()],
  ];
  it.skipIf(!existsSync(join(folder, "weights"))).each(published)(
    "%s needs GEODL_DATA: weights/%s",
    async (name, file, make) => {
      const path = join(folder, "weights", file);
      const model = make();
      await nn.loadPytorch(path, model);
      const golden: Golden = readGolden(`nn/${name}.json`);
      const count = golden.shape.reduce((a, b) => a * b, 1);
      const x = channelsLast(
        Float32Array.from(formula(count, 999), (u) => 2 * u),
        golden.shape,
      );
      const { tf } = tensor.engine();
      const out = tf.tidy(() => model.apply(x));
      expect(difference(out.dataSync(), golden.output)).toBeLessThan(1e-4);
      tf.dispose([out, x]);
      model.dispose();
    },
  );
});
