// Training steps and predictions as graphs: equal to the operations one by one for every model and loss, with a way out where there can be none.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";
import { training } from "./training.js";

beforeAll(async () => {
  await tensor.ready();
});

/** Largest difference over the largest value. */
function distance(a: tensor.Tensor, b: tensor.Tensor): number {
  const { tf } = tensor.engine();
  expect(a.shape).toEqual(b.shape);
  return tf.tidy(() => tf.div(tf.max(tf.abs(tf.sub(a, b))), tf.max(tf.abs(b))).dataSync()[0]!);
}

const makers: [string, () => nn.Model, number[]][] = [
  ["dncnn", () => nn.dncnn({ depth: 5, channels: 8 }), [2, 16, 16, 1]],
  ["dncnn without norm", () => nn.dncnn({ depth: 4, channels: 8, norm: "none" }), [2, 16, 16, 1]],
  ["denoiseUnet", () => nn.denoiseUnet({ channels: [4, 6, 8] }), [2, 16, 16, 1]],
  ["unet2d", () => nn.unet2d({ base: 4, levels: 3 }), [2, 16, 8, 1]],
  ["phasenet", () => nn.phasenet(), [2, 600, 3]],
  ["phasenetlight", () => nn.phasenetlight(), [1, 3001, 3]],
  ["fno2d", () => nn.fno2d({ modes: [6, 6], hidden: 6, layers: 2 }), [2, 12, 10, 1]],
  ["attention and LSTM", () => sequence(), [2, 12, 4]],
];
const sequence = nn.defineModel<{ readonly seed?: number }>("testSequence", "none", {}, (p) => {
  const layers = [
    nn.lstm(p, "lstm", { in: 4, hidden: 3, bidirectional: true }),
    nn.selfAttention(p, "attention", { channels: 6, heads: 2 }),
    nn.layerNorm(p, "norm", 6),
    nn.dense(p, "dense", { in: 6, out: 4 }),
  ];
  return (x, mode) => layers.reduce((y, layer) => layer(y, mode), x);
});
const three = nn.defineModel<{ readonly seed?: number }>("testThree", "none", {}, (p) => {
  const layers = [3, 3].map((n, i) => nn.conv2d(p, `${i}`, { in: n, out: n, kernel: 3, relu: i === 0 }));
  return (x, mode) => layers.reduce((y, layer) => layer(y, mode), x);
});
const losses: [string, nn.Loss][] = [
  ["mse", nn.mse],
  ["l1", nn.l1],
  ["rootMse", nn.rootMse()],
  ["relativeL2", nn.relativeL2],
  ["bce", nn.bce],
  ["crossEntropy", nn.crossEntropy],
  [
    "crossEntropyHard",
    (z, y) => nn.crossEntropyHard(z, tensor.engine().tf.argMax(y, -1) as tensor.Tensor, z),
  ],
  ["probabilityCrossEntropy", (z, y, x) => nn.probabilityCrossEntropy()(z.sigmoid(), y, x)],
  ["dice", nn.dice],
  ["focal", nn.focal()],
];

describe("a training step as a graph", () => {
  it.each<[string, () => nn.Model, number[], nn.Loss]>([
    ...makers.map(([name, make, shape]): [string, () => nn.Model, number[], nn.Loss] => [
      name,
      make,
      shape,
      nn.mse,
    ]),
    ...losses.map(([name, loss]): [string, () => nn.Model, number[], nn.Loss] => [
      name,
      () => three(),
      [2, 6, 5, 3],
      loss,
    ]),
  ])("%s: loss, gradient and running statistics are those of the operations", (_, make, shape, loss) => {
    const { tf } = tensor.engine();
    const model = make();
    const trainer = new nn.Trainer(model, { loss, capture: false });
    const [x0, x1] = [3, 4].map((seed) => tf.randomNormal(shape, 0, 1, "float32", seed)) as [
      tensor.Tensor,
      tensor.Tensor,
    ];
    const y = tf.randomUniform(shape, 0.1, 1, "float32", 5);
    const buffers = [...model.buffers.values()];
    const variables = [...model.parameters.values(), ...buffers];
    const f: tensor.Traced = ([a, b]) => trainer.forward(a!, b!, { training: true });
    const graph = tensor.capture(f, [x0, y], { variables });
    graph.check(f, [x1, y]);
    tf.tidy(() => {
      const start = buffers.map((v) => tf.clone(v));
      const got = graph.run([x1, y]);
      const statistics = buffers.map((v) => tf.clone(v));
      buffers.forEach((v, i) => {
        v.assign(start[i]!);
      });
      const expected = f([x1, y]);
      expect(distance(got[0]!, expected[0]!)).toBeLessThan(1e-5);
      expect(distance(got[1]!, expected[1]!)).toBeLessThan(1e-5);
      statistics.forEach((t, i) => {
        expect(distance(t, buffers[i]!)).toBeLessThan(1e-4); // means near zero
      });
    });
    graph.dispose();
    trainer.dispose();
    model.dispose();
    tf.dispose([x0, x1, y]);
  });

  it.each([
    ["adam", nn.adam({ learningRate: 0.01 })],
    ["adamW", nn.adamW({ learningRate: nn.cosine(0.01), weightDecay: 0.1 })],
    ["sgd", nn.sgd({ learningRate: 0.01, momentum: 0.9 })],
    ["rmsprop", nn.rmsprop({ learningRate: 0.01 })],
  ])("%s, clipped and averaged: a fit ends where the operations end", async (_, optimizer) => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const ends: Float32Array[] = [];
    const curves: number[][] = [];
    for (const capture of [true, false]) {
      const model = nn.dncnn({ depth: 3, channels: 4 });
      const validation = { validation: patches, every: 5, average: 0.8 };
      const options = { steps: 20, batchSize: 3, optimizer, clip: 0.5, capture, ...validation };
      const { eager, reports } = await nn.fit(model, patches, options);
      expect(eager).toBe(capture ? undefined : "capture: false asks for it");
      curves.push(reports.map(({ validationLoss }) => validationLoss!));
      ends.push(tensor.toGrid(tensor.join([...model.parameters.values()])).data);
      model.dispose();
    }
    const worst = Math.max(...ends[0]!.map((v, i) => Math.abs(v - ends[1]![i]!)));
    expect(worst).toBeLessThan(1e-4);
    curves[0]!.forEach((value, i) => {
      expect(value).toBeCloseTo(curves[1]![i]!, 4);
    });
    expect(tf.memory().numTensors - before).toBe(2); // the two joined vectors
    expect(tensor.graphCount()).toBe(0);
  });
});

/** Noisy stripes 8 x 8. */
const patches: nn.SampleSet = {
  length: 10,
  sample(i, rng) {
    const y = Float32Array.from({ length: 64 }, (_, k) => (k * (i + 1)) % 3);
    return {
      x: { data: y.map((v) => v + rng.normal()), shape: [8, 8, 1] },
      y: { data: y, shape: [8, 8, 1] },
    };
  },
};

describe("fit without a graph", () => {
  const make = nn.defineModel<{ readonly seed?: number }>("testDropout", "none", {}, (p) => {
    const layers = [nn.conv2d(p, "a", { in: 1, out: 1, kernel: 3 }), nn.dropout(0.5)];
    return (x, mode) => layers.reduce((y, layer) => layer(y, mode), x);
  });
  const eager = async (loss: nn.Loss, model = nn.dncnn({ depth: 2, channels: 2 })) => {
    const history = await nn.fit(model, patches, { steps: 6, batchSize: 2, loss });
    model.dispose();
    expect(history.steps).toBe(6);
    return history.eager;
  };

  it("says why: dropout, a tensor that is read, changing constants, a foreign variable", async () => {
    const { tf } = tensor.engine();
    expect(await eager(nn.mse, make())).toBe("it draws random numbers");
    expect(await eager((a, b, x) => tf.mul(nn.mse(a, b, x), b.dataSync().length))).toBe("it reads a tensor");
    let k = 0;
    const counting: nn.Loss = (a, b, x) => tf.mul(nn.mse(a, b, x), 1 + k++);
    expect(await eager(counting)).toBe("it does not run the same operations each time");
    const start = tf.scalar(2);
    const weight = tf.variable(start);
    expect(await eager((a, b, x) => tf.mul(nn.mse(a, b, x), weight))).toBe(
      "it uses a variable that is not the model's",
    );
    tf.dispose([start, weight]);
  });

  it("finds a loss that changes on the way, unless capture is false", async () => {
    const { tf } = tensor.engine();
    for (const capture of [true, false]) {
      const model = nn.dncnn({ depth: 2, channels: 2 });
      let share = 1;
      const loss: nn.Loss = (a, b, x) => tf.mul(nn.mse(a, b, x), share);
      const onReport = () => {
        share = 2;
      };
      const run = nn.fit(model, patches, { steps: 20, every: 5, batchSize: 2, loss, onReport, capture });
      if (capture)
        await expect(run).rejects.toThrow(
          /^fit: every step must run the same operations with the same constants, got others at step 16 .*capture: false/,
        );
      else expect((await run).steps).toBe(20);
      model.dispose();
    }
    expect(tensor.graphCount()).toBe(0);
  });

  it("records each shape of batches, and keeps four", async () => {
    const { tf } = tensor.engine();
    const model = nn.dncnn({ depth: 2, channels: 2 });
    const trainer = new nn.Trainer(model);
    for (const n of [8, 9, 8, 10, 11, 12, 9])
      tf.tidy(() => {
        const x = tf.ones([1, n, n, 1]);
        expect(trainer.step(x, x, 1e-3)).toBeGreaterThan(0);
      });
    expect(tensor.graphCount()).toBe(4);
    trainer.dispose();
    model.dispose();
    expect(tensor.graphCount()).toBe(0);
  });

  it("is how WebAssembly trains", () => {
    const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", training], {
      cwd: fileURLToPath(new URL("../..", import.meta.url)),
      encoding: "utf8",
      env: { ...process.env, GEODL_TF: "wasm" },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      eager: "graphs need TensorFlow on the CPU, got wasm",
      steps: 60,
    });
  });
});

it("a graph does not take the folded filters that a layer remembers for constants", () => {
  const { tf } = tensor.engine();
  const model = nn.dncnn({ depth: 3, channels: 4 });
  tf.tidy(() => {
    const x = tf.randomNormal([1, 8, 8, 1], 0, 1, "float32", 3);
    model.apply(x);
    const variables = [...model.parameters.values(), ...model.buffers.values()];
    const graph = tensor.capture(([a]) => [model.apply(a!)], [x], { variables });
    for (const v of variables) v.assign(tf.add(tf.mul(v, 1.5), 0.1));
    expect(distance(graph.run([x])[0]!, model.apply(x))).toBeLessThan(1e-5);
    graph.dispose();
  });
  model.dispose();
});

describe("predict", () => {
  it.each(makers)("%s: is apply, for two shapes and after the weights have changed", (_, make, shape) => {
    const { tf } = tensor.engine();
    const model = make();
    tf.tidy(() => {
      const x = tf.randomNormal(shape, 0, 1, "float32", 3);
      const wide = tf.concat([x, x]);
      for (const input of [x, wide, x])
        expect(distance(nn.predict(model, input), model.apply(input))).toBeLessThan(1e-5);
      expect(tensor.graphCount()).toBe(2);
      const [weight] = model.parameters.values();
      weight!.assign(tf.mul(weight!, 1.5));
      expect(distance(nn.predict(model, x), model.apply(x))).toBeLessThan(1e-5);
      expect(tensor.graphCount()).toBe(1);
    });
    model.dispose();
    expect(tensor.graphCount()).toBe(0);
  });

  it("is apply inside a gradient, names the layer of a wrong shape, keeps four graphs and no tensor", () => {
    const { tf } = tensor.engine();
    const model = nn.dncnn({ depth: 2, channels: 2 });
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.randomNormal([1, 8, 8, 1], 0, 1, "float32", 3);
      const slope = (f: (t: tensor.Tensor) => tensor.Tensor) => tf.grad((t) => tf.sum(tf.square(f(t))))(x);
      expect(
        distance(
          slope((t) => nn.predict(model, t)),
          slope((t) => model.apply(t)),
        ),
      ).toBe(0);
      expect(tensor.graphCount()).toBe(0);
      expect(() => nn.predict(model, tf.ones([1, 8, 8, 2]))).toThrow(
        "model.0: the convolution's input must be [batch, height, width, 1], got [1,8,8,2]",
      );
      for (let n = 4; n < 10; n++) nn.predict(model, tf.ones([1, n, n, 1]));
      expect(tensor.graphCount()).toBe(4);
    });
    tensor.releaseAll(); // what the last gradient holds
    expect(tf.memory().numTensors).toBe(before);
    model.dispose();
  });
});
