// Every layer and loss against PyTorch, outputs and gradients, on the backend that is loaded.
import { type core, nn, tensor } from "geodl";
import { expect, it } from "vitest";
import { fromTorch, torchShape, toTorch } from "../../dist/nn/layouts.js";
import { formula, readGolden } from "./formula.js";

interface LayerGolden {
  readonly shape: number[];
  readonly parameters: Record<string, number[]>;
  readonly output: number[];
  readonly outputShape: number[];
  readonly inputGradient: number[];
  readonly gradients: Record<string, number[]>;
}
interface LossGolden {
  readonly z: number[];
  readonly y: number[];
  readonly shape: number[];
  readonly value: number;
  readonly gradient: number[];
}

const layers: Record<string, (p: nn.Weights) => nn.Layer> = {
  dense: (p) => nn.dense(p, "layer", { in: 5, out: 3 }),
  layerNorm: (p) => nn.layerNorm(p, "layer", 6),
  instanceNorm: (p) => nn.instanceNorm(p, "layer", 3),
  lstm: (p) => nn.lstm(p, "layer", { in: 3, hidden: 4 }),
  bilstm: (p) => nn.lstm(p, "layer", { in: 3, hidden: 4, bidirectional: true }),
  attention: (p) => nn.selfAttention(p, "layer", { channels: 6, heads: 2 }),
  conv2d: (p) => nn.conv2d(p, "layer", { in: 2, out: 3, kernel: [3, 5], stride: [2, 1], pad: [1, 2] }),
  dilated: (p) => nn.conv2d(p, "layer", { in: 2, out: 3, kernel: 3, pad: [2, 3], dilation: [2, 3] }),
  transposed: (p) =>
    nn.convTranspose2d(p, "layer", { in: 3, out: 2, kernel: 3, stride: 2, pad: 1, outputPad: 1 }),
  maxPool: () => nn.maxPool2d(),
  avgPool: () => nn.avgPool2d(),
  nearest: () => nn.upsample2d(2),
  bilinear: () => nn.upsample2d(2, "bilinear"),
  gelu: () => (x) => tensor.gelu(x),
};

const losses: Record<string, nn.Loss> = {
  mse: nn.mse,
  l1: nn.l1,
  bce: nn.bce,
  crossEntropy: nn.crossEntropy,
  crossEntropyHard: nn.crossEntropyHard,
  relativeL2: nn.relativeL2,
  rootMse: nn.rootMse(),
  dice: nn.dice,
  focal: nn.focal(),
};

function near(got: ArrayLike<number>, expected: readonly number[], what: string): void {
  expect(got.length, what).toBe(expected.length);
  const size = Math.max(...expected.map(Math.abs), 1e-3);
  const worst = expected.reduce((w, v, i) => Math.max(w, Math.abs(v - got[i]!)), 0) / size;
  expect(worst, what).toBeLessThan(1e-4);
}

/** Registers the tests; each must leave no tensor behind. */
export function layerTests(): void {
  const golden: { layers: Record<string, LayerGolden>; losses: Record<string, LossGolden> } =
    readGolden("nn/layers.json");
  it.each(Object.keys(golden.layers))("layer %s", (name) => {
    const { tf } = tensor.engine();
    const g = golden.layers[name]!;
    const p = new nn.Weights(0);
    const layer = layers[name]!(p);
    expect([...p.parameters.keys()].sort()).toEqual(Object.keys(g.parameters).sort());
    [...p.parameters.keys()].sort().forEach((key, j) => {
      const variable = p.parameters.get(key)!;
      const layout = p.layouts.get(key)!;
      expect(torchShape(layout, variable.shape)).toEqual(g.parameters[key]);
      const value = tf.tensor(
        fromTorch(Float32Array.from(formula(variable.size, j)), layout, variable.shape),
        variable.shape,
      );
      variable.assign(value);
      value.dispose();
    });
    const size = g.shape.reduce((a, b) => a * b, 1);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.variable(
        tf.tensor(
          Float32Array.from(formula(size, 999), (u) => 3 * u),
          g.shape,
        ),
      );
      const y = layer(x, {});
      expect(y.shape).toEqual(g.outputShape);
      near(y.dataSync(), g.output, "output");
      const dy = tf.tensor(Float32Array.from(formula(y.size, 998)), y.shape);
      const variables = [x, ...p.parameters.values()] as tensor.Variable[];
      const { grads } = tf.variableGrads(
        () => tf.sum(tf.mul(layer(x, { training: true }), dy)) as tensor.Scalar,
        variables,
      );
      near(grads[x.name]!.dataSync(), g.inputGradient, "gradient of the input");
      for (const [key, variable] of p.parameters) {
        const values = grads[variable.name]!.dataSync() as Float32Array;
        near(
          (toTorch(values, p.layouts.get(key)!, variable.shape) as core.Grid).data,
          g.gradients[key]!,
          key,
        );
      }
      x.dispose();
    });
    tensor.releaseAll();
    expect(tf.memory().numTensors).toBe(before);
    p.dispose();
  });

  it.each(Object.keys(golden.losses))("loss %s", (name) => {
    const { tf } = tensor.engine();
    const { z, y, shape, value, gradient } = golden.losses[name]!;
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const [a, b] = [tf.tensor(z, [2, 4, 3]), tf.tensor(y, shape)];
      const got = tf.valueAndGrad((t: tensor.Tensor) => losses[name]!(t, b, t))(a);
      near(got.value.dataSync(), [value], "value");
      near(got.grad.dataSync(), gradient, "gradient");
    });
    expect(tf.memory().numTensors).toBe(before);
  });
}
