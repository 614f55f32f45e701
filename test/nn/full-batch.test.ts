// L-BFGS as the optimiser of a fit: far ahead of Adam on a smooth problem, the same bits over a break, refusals.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type core, nn, tensor } from "geodl";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl-lbfgs-"));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await tensor.ready();
});

const make = nn.defineModel<{ readonly seed?: number }>("testSmooth", "none", {}, (p) => {
  const [a, b] = [nn.dense(p, "a", { in: 1, out: 12 }), nn.dense(p, "b", { in: 12, out: 1 })];
  return (x, mode) => b(a(x, mode).tanh(), mode);
});
/** One period of a sine. */
const sine: nn.SampleSet = {
  length: 24,
  sample: (i) => {
    const t = i / 24;
    return {
      x: { data: Float32Array.of(2 * t - 1), shape: [1] },
      y: { data: Float32Array.of(Math.sin(2 * Math.PI * t)), shape: [1] },
    };
  },
};

describe("fullBatchLbfgs", () => {
  it("gets in 60 steps where Adam does not come near", async () => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const loss = async (optimizer: nn.Optimizer, steps: number) => {
      const model = make({ seed: 2 });
      const { eager, reports } = await nn.fit(model, sine, { steps, optimizer, batchSize: 24 });
      expect(eager).toBeUndefined();
      const values = reports.map((r) => r.loss);
      expect(values.at(-1)).toBe(Math.min(...values));
      const end = nn.evaluate(model, sine, nn.mse);
      model.dispose();
      return end;
    };
    const [ours, adam] = [
      await loss(nn.fullBatchLbfgs(), 60),
      await loss(nn.adam({ learningRate: 0.01 }), 60),
    ];
    expect(ours).toBeLessThan(1e-4);
    expect(adam).toBeGreaterThan(0.05);
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each([true, false])("gives the same bits after a break, graphs %s", async (capture) => {
    const checkpoint = join(folder, `${capture}.ckpt`);
    const options = {
      steps: 25,
      every: 5,
      optimizer: nn.fullBatchLbfgs({ history: 4 }),
      average: 0.5,
      capture,
    };
    const whole = make();
    const { reports } = await nn.fit(whole, sine, options);
    const controller = new AbortController();
    const onReport = ({ step }: core.Report) => step === 15 && controller.abort();
    const half = make();
    await nn.fit(half, sine, { ...options, checkpoint, onReport, signal: controller.signal });
    const again = make();
    expect((await nn.fit(again, sine, { ...options, checkpoint })).reports).toEqual(reports);
    for (const [name, v] of again.parameters)
      expect([...v.dataSync()]).toEqual([...whole.parameters.get(name)!.dataSync()]);
    for (const model of [whole, half, again]) model.dispose();
  });

  it("takes all samples unless told otherwise, which it refuses", async () => {
    const model = make();
    const options = { steps: 1, optimizer: nn.fullBatchLbfgs(), batchSize: 8 };
    await expect(nn.fit(model, sine, options)).rejects.toThrow(
      "fit: lbfgs 10 25 needs all 24 samples in a batch, got batchSize 8",
    );
    const wild: nn.Loss = (a, b, x) => tensor.engine().tf.mul(nn.mse(a, b, x), Number.NaN);
    await expect(nn.fit(model, sine, { ...options, batchSize: 24, loss: wild })).rejects.toThrow(
      /^fit: the loss must stay finite, got NaN at step 1 /,
    );
    model.dispose();
  });
});
