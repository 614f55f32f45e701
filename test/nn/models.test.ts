// What every model promises: its number of weights, its paper, any seed the same bits, training that lowers the loss.
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await tensor.ready();
});

describe("models", () => {
  it.each<[string, () => nn.Model, number]>([
    ["dncnn", () => nn.dncnn(), 556_097],
    ["dncnn without norm (KAIR)", () => nn.dncnn({ norm: "none" }), 555_137],
    ["dncnn of the review", () => nn.dncnn({ bias: "first", momentum: 1, epsilon: 1e-4 }), 556_096],
    ["denoiseUnet", () => nn.denoiseUnet(), 768_544],
    ["interpolateUnet", () => nn.interpolateUnet(), 794_624],
    ["unet2d", () => nn.unet2d(), 482_449],
    ["firstBreakUnet", () => nn.firstBreakUnet(), 493_636],
    ["phasenet", () => nn.phasenet(), 268_443],
    ["phasenetlight", () => nn.phasenetlight(), 23_305],
    ["fno2d", () => nn.fno2d(), 2_569_057],
    ["fno2d of the protocol", () => nn.fno2d({ inChannels: 2, outChannels: 16 }), 2_570_096],
  ])("%s has its number of weights", (_, make, count) => {
    const model = make();
    expect(nn.countWeights(model)).toBe(count);
    expect(model.paper).toMatch(/\(\d{4}\)/);
    model.dispose();
  });

  it.each<[string, () => nn.Model, number[]]>([
    ["dncnn", () => nn.dncnn({ depth: 4, channels: 8 }), [2, 16, 16, 1]],
    ["denoiseUnet", () => nn.denoiseUnet({ channels: [4, 6, 8] }), [2, 16, 16, 1]],
    ["interpolateUnet", () => nn.interpolateUnet({ channels: [4, 6, 8] }), [2, 16, 16, 12]],
    ["unet2d", () => nn.unet2d({ base: 4, levels: 3 }), [2, 16, 8, 1]],
    ["firstBreakUnet", () => nn.firstBreakUnet({ inChannels: 1, widths: [8, 10, 12] }), [2, 8, 32, 1]],
    ["phasenet", () => nn.phasenet({ output: "logits" }), [2, 600, 3]],
    ["fno2d", () => nn.fno2d({ modes: [6, 6], hidden: 6, layers: 2 }), [2, 12, 10, 1]],
  ])("%s learns one batch, and frees what it took", (_, make, shape) => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const model = make();
    const trainer = new nn.Trainer(model, { clip: 10 });
    const x = tf.randomNormal(shape, 0, 1, "float32", 1);
    const y = tf.tidy(() =>
      tf.mul(shape[3] === 12 ? tf.slice(x, [0, 0, 0, 0], [...shape.slice(0, 3), 1]) : x, 0.5),
    );
    const losses: number[] = [];
    for (let i = 0; i < 25; i++) losses.push(trainer.step(x, y, 3e-3));
    expect(losses.at(-1)).toBeLessThan(0.75 * losses[0]!);
    trainer.dispose();
    model.dispose();
    tf.dispose([x, y]);
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(4); // the Fourier matrices of one size are kept
  });

  it("the bias-free U-Net scales with its input where the constant channel does not speak", () => {
    const { tf } = tensor.engine();
    const model = nn.denoiseUnet({ channels: [4, 6, 8] });
    const x = tf.randomNormal([1, 16, 24, 1], 0, 1, "float32", 2);
    const [a, b] = [1e6, 2e6].map((scale) =>
      tf.tidy(() => model.apply(tf.mul(x, scale)).div(scale).dataSync()),
    );
    b!.forEach((v, i) => {
      expect(Math.abs(v - a![i]!)).toBeLessThan(1e-4);
    });
    model.dispose();
    x.dispose();
  });

  it("the interpolating U-Net keeps what is known, scales with its input and follows its mask", () => {
    const { tf } = tensor.engine();
    const model = nn.interpolateUnet({ channels: [4, 6, 8], seed: 3 });
    const random = tf.randomNormal([1, 16, 24, 7], 0, 1, "float32", 2);
    const about = (column: (x: number) => number[]) =>
      tf.tidy(() =>
        tf.tile(
          tf.tensor(Array.from({ length: 24 }, (_, x) => column(x)).flat(), [1, 1, 24, 5]),
          [1, 16, 1, 1],
        ),
      );
    const run = (scale: number, traces: ReturnType<typeof about>) =>
      tf.tidy(() =>
        model
          .apply(tf.concat([tf.mul(random, scale), traces], 3))
          .div(scale)
          .dataSync(),
      ) as Float32Array;
    const odd = about((x) => [x % 2, 1 - (x % 2), 1 - (x % 2), 0.5, 0.5 - 0.5 * (x % 2)]);
    const gap = about((x) => [x < 8 || x > 12 ? 1 : 0, 0.5, 0.5, 0.3, 0.5]);
    const [once, loud, other] = [run(1, odd), run(1000, odd), run(1, gap)];
    const estimate = tf.tidy(() => tf.slice(random, [0, 0, 0, 6], [1, 16, 24, 1]).dataSync());
    for (let i = 0; i < once.length; i++) {
      expect(Math.abs(once[i]! - loud[i]!)).toBeLessThan(1e-4);
      if (i % 2) expect(once[i]).toBe(estimate[i]);
    }
    expect(once.some((v, i) => i % 2 === 0 && Math.abs(v - estimate[i]!) > 1e-3)).toBe(true);
    expect(other[9]).not.toBe(once[9]);
    model.dispose();
    tf.dispose([random, odd, gap]);
  });

  it("shuffle undoes unshuffle, which takes neighbours apart", () => {
    const { tf } = tensor.engine();
    tf.tidy(() => {
      const x = tf.range(0, 16).reshape([1, 4, 4, 1]) as tensor.Tensor4D;
      const y = nn.unshuffle(x, 2);
      expect([...y.dataSync()].slice(0, 8)).toEqual([0, 1, 4, 5, 2, 3, 6, 7]);
      expect([...nn.shuffle(y, 2).dataSync()]).toEqual([...x.dataSync()]);
    });
  });

  it("dropout drops its share, keeps the mean, and needs a stream", () => {
    const { tf } = tensor.engine();
    tf.tidy(() => {
      const x = tf.ones([10000]);
      const drop = nn.dropout(0.3);
      expect(drop(x, {})).toBe(x);
      expect(() => drop(x, { training: true })).toThrow("dropout: training needs a stream");
      const y = drop(x, {
        training: true,
        rng: {
          uniform: (() => {
            let i = 0;
            return () => (i++ % 10) / 10;
          })(),
        } as never,
      }).dataSync();
      expect(y.filter((v) => v === 0).length).toBe(3000);
      expect(y[5]).toBeCloseTo(1 / 0.7, 5);
    });
  });
});

describe("schedules", () => {
  it("warm up, fall, end", () => {
    const s = nn.cosine(1, 0.1, 10);
    expect([s(0, 110), s(9, 110), s(10, 110)]).toEqual([0.1, 1, 1]);
    expect(s(60, 110)).toBeCloseTo(0.55, 12);
    expect(s(110, 110)).toBeCloseTo(0.1, 12);
    expect(nn.stepwise(1, 10, 0.5)(25, 100)).toBe(0.25);
    expect(nn.warmUp(4, nn.constant(2))(0, 10)).toBe(0.5);
    expect(nn.warmUp(4, nn.constant(2))(7, 10)).toBe(2);
  });
});
