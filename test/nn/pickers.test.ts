// Detectors and pickers against SeisBench with the same weights: outputs, a loss, all gradients, running statistics.
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";
import { equalsPeer } from "./models.cases.js";

beforeAll(async () => {
  await tensor.ready();
});

describe("detectors and pickers equal their peers", () => {
  const none = { dropout: 0 };
  equalsPeer([
    ["cnnDetector", () => nn.cnnDetector(), nn.mse],
    ["gpd", () => nn.gpd(), nn.mse],
    ["cred", () => nn.cred(none), nn.mse],
    ["basicPhaseAe", () => nn.basicPhaseAe(none), nn.mse],
    ["dppDetector", () => nn.dppDetector(none), nn.mse],
    ["dppPickerP", () => nn.dppPicker({ ...none, phase: "P" }), nn.mse],
    ["dppPickerS", () => nn.dppPicker({ ...none, phase: "S" }), nn.mse],
    ["eqTransformer", () => nn.eqTransformer(none), nn.mse],
  ]);
});

describe("training", () => {
  const models: [string, () => nn.Model, number[], number[]][] = [
    ["cred", () => nn.cred({ dropout: 0, output: "logits" }), [4, 76, 41, 3], [4, 19, 1]],
    ["dppDetector", () => nn.dppDetector({ dropout: 0, output: "logits" }), [4, 480, 3], [4, 3]],
    [
      "eqTransformer",
      () => nn.eqTransformer({ length: 512, dropout: 0, output: "logits" }),
      [4, 512, 3],
      [4, 512, 3],
    ],
  ];
  it.each(models)("%s learns a fixed batch, its running statistics move, nothing leaks", (_, make, x, y) => {
    const { tf } = tensor.engine();
    const model = make();
    const input = tf.randomNormal(x, 0, 1, "float32", 1);
    const goal = tf.tidy(() => tf.cast(tf.greater(tf.randomUniform(y, 0, 1, "float32", 2), 0.9), "float32"));
    const buffers = [...model.buffers.values()].map((b) => b.dataSync().slice());
    const trainer = new nn.Trainer(model, { loss: nn.bce });
    const losses: number[] = [];
    let held = 0;
    for (let i = 0; i < 8; i++) {
      losses.push(trainer.step(input, goal, 3e-3));
      if (i === 6) held = tf.memory().numTensors;
    }
    expect(tf.memory().numTensors).toBe(held);
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!);
    for (const [i, b] of [...model.buffers.values()].entries())
      expect(Array.from(b.dataSync())).not.toEqual(Array.from(buffers[i]!));
    trainer.dispose();
    tf.dispose([input, goal]);
    model.dispose();
  });
});

describe("a wrong window", () => {
  it.each([
    [() => nn.gpd(), [1, 300, 3], "gpd: a window must have 400 samples, got [1,300,3]"],
    [() => nn.dppDetector(), [1, 400, 3], "dppDetector: a window must have 480 samples"],
    [() => nn.basicPhaseAe(), [1, 601, 3], "basicPhaseAe: a window must have 600 samples"],
    [() => nn.eqTransformer(), [1, 600, 3], "eqTransformer: a window must have 6000 samples"],
    [() => nn.cred(), [1, 76, 40, 3], "cred: the input must be [batch, time, 41, 3]"],
  ] as const)("is refused, %#", (make, shape, message) => {
    const { tf } = tensor.engine();
    const model = make();
    const x = tf.zeros([...shape]);
    expect(() => tf.tidy(() => model.apply(x))).toThrow(message);
    x.dispose();
    model.dispose();
  });
});
