// Models against PyTorch, SeisBench and neuraloperator: outputs, losses, gradients and running statistics on the same weights.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";
import { torchShape, toTorch } from "../../dist/nn/layouts.js";
import { difference, formula, formulaWeights, type Picked, readGolden } from "./formula.js";

beforeAll(async () => {
  await tensor.ready();
});

interface Golden {
  readonly shape: readonly number[];
  readonly output: Picked;
  readonly loss: number;
  readonly gradients: Record<string, Picked>;
  readonly buffers: Record<string, Picked>;
  readonly parameters: number;
}

/** PyTorch's [n, c, ...] as ours [n, ..., c]. */
function channelsLast(values: Float32Array, shape: readonly number[]): tensor.Tensor {
  const { tf } = tensor.engine();
  const axes = [0, ...shape.slice(2).map((_, i) => i + 2), 1];
  return tf.tidy(() => tf.transpose(tf.tensor(values, [...shape]), axes));
}

const cases: [string, () => nn.Model, nn.Loss][] = [
  ["dncnn", () => nn.dncnn({ depth: 5, channels: 12 }), nn.mse],
  ["unet2d", () => nn.unet2d({ base: 6, levels: 3 }), nn.bce],
  ["phasenet", () => nn.phasenet(), nn.probabilityCrossEntropy()],
  ["phasenetlight", () => nn.phasenetlight(), nn.probabilityCrossEntropy()],
  [
    "fno2d",
    () => nn.fno2d({ modes: [8, 6], hidden: 8, inChannels: 2, outChannels: 3, layers: 3 }),
    nn.relativeL2,
  ],
];

describe("models equal their peers", () => {
  it.each(cases)("%s", (name, make, loss) => {
    const { tf, backend } = tensor.engine();
    const golden: Golden = readGolden(`nn/${name}.json`);
    const model = make();
    expect(nn.countWeights(model)).toBe(golden.parameters);
    const shapes = new Map(
      [...model.parameters, ...model.buffers].map(([n, v]) => [
        n,
        torchShape(model.layouts.get(n)!, v.shape),
      ]),
    );
    nn.fill(model, formulaWeights(model, shapes));
    const count = golden.shape.reduce((a, b) => a * b, 1);
    const x = channelsLast(
      Float32Array.from(formula(count, 999), (u) => 2 * u),
      golden.shape,
    );
    const before = tf.memory().numTensors;
    const out = tf.tidy(() => model.apply(x));
    const shape = out.shape;
    expect(difference(out.dataSync(), golden.output)).toBeLessThan(1e-4);
    out.dispose();

    const torchOut = [shape[0]!, shape.at(-1)!, ...shape.slice(1, -1)];
    const size = torchOut.reduce((a, b) => a * b, 1);
    const y = channelsLast(
      Float32Array.from(formula(size, 998), (u) => u + 0.5),
      torchOut,
    );
    const variables = [...model.parameters.values()];
    const { value, grads } = tf.variableGrads(
      () => loss(model.apply(x, { training: true }), y, x),
      variables,
    );
    tensor.releaseAll();
    expect(Math.abs(value.dataSync()[0]! / golden.loss - 1)).toBeLessThan(1e-5);
    // gradients that vanish by symmetry (a bias before a batch norm) hold rounding only: measured against the largest of the model
    const largest = Math.max(...Object.values(golden.gradients).map(({ max }) => max));
    // PhaseNet's formula weights leave units at the ReLU's edge, which WebAssembly's rounding tips over
    const slack = backend === "wasm" && name === "phasenet" ? 0.2 : 2e-3;
    const wrong: string[] = [];
    for (const [parameter, picked] of Object.entries(golden.gradients)) {
      const variable = model.parameters.get(parameter)!;
      const { data } = toTorch(
        grads[variable.name]!.dataSync() as Float32Array,
        model.layouts.get(parameter)!,
        variable.shape,
      );
      const worst = difference(data, picked) * (picked.max || 1);
      if (!(worst < slack * picked.max + 1e-5 * largest))
        wrong.push(`${parameter}: ${worst} of ${picked.max}`);
    }
    expect(wrong).toEqual([]);
    for (const [buffer, picked] of Object.entries(golden.buffers))
      expect(difference(model.buffers.get(buffer)!.dataSync(), picked), buffer).toBeLessThan(1e-4);
    tf.dispose([value, grads, y]);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(60); // folded filters and transforms
    model.dispose();
    x.dispose();
  });
});

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
