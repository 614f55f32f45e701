// Fine-tuning of a part: what is frozen keeps its bits, adapters and low-rank changes begin as nothing, a base's weights are taken over by name.
import { rng } from "geodl/core";
import {
  adam,
  adopt,
  countWeights,
  firstBreakClassLoss,
  firstBreakLoss,
  firstBreakUnet,
  fit,
  type Model,
  partly,
  spikeLoss,
} from "geodl/nn";
import { engine, memory, ready, type Tensor } from "geodl/tensor";
import { beforeAll, describe, expect, it } from "vitest";

const widths = [8, 8];
const samples = {
  length: 4,
  sample(i: number) {
    const random = rng(i).fork("x");
    return {
      x: { data: random.fill(new Float32Array(8 * 32 * 5), "normal"), shape: [8, 32, 5] },
      y: { data: new Float32Array(8).fill(10 + i), shape: [8, 1] },
    };
  },
};
const bits = (model: Model) =>
  new Map([...model.parameters, ...model.buffers].map(([name, v]) => [name, [...v.dataSync()]]));
const outputOf = (model: Model): number[] => {
  const { tf } = engine();
  return tf.tidy(() => [
    ...(model.apply(tf.tensor(samples.sample(0).x.data, [1, 8, 32, 5])) as Tensor).dataSync(),
  ]);
};

describe("partly and adopt", () => {
  beforeAll(async () => {
    await ready();
  });

  it.each([
    ["LoRA", { lora: 2 }, /lora/],
    ["adapters", { adapters: 3 }, /adapter/],
  ] as const)("%s begin as nothing; training them leaves the rest as it was", async (_, options, own) => {
    const before = memory().tensors;
    const base = firstBreakUnet({ widths, seed: 1 });
    const model = firstBreakUnet({ widths, seed: 2, ...options });
    const added = adopt(model, base);
    expect(added.length).toBeGreaterThan(0);
    expect(added.every((name) => own.test(name))).toBe(true);
    expect(outputOf(model)).toEqual(outputOf(base));
    const first = bits(model);
    const part = partly(model, (name) => own.test(name) || name.startsWith("tail"));
    expect(countWeights(part)).toBeLessThan(0.5 * countWeights(model));
    const { reports } = await fit(part, samples, {
      loss: firstBreakLoss(),
      optimizer: adam({ learningRate: 1e-2 }),
      steps: 12,
      batchSize: 2,
      every: 6,
    });
    expect(reports.at(-1)!.loss).toBeLessThan(reports[0]!.loss);
    const isTrained = (name: string) => own.test(name) || name.startsWith("tail");
    const after = [...bits(model)].map(([name, values]) => ({
      name,
      isSame: values.join() === first.get(name)!.join(),
    }));
    expect(after.filter(({ name, isSame }) => !isTrained(name) && !isSame)).toEqual([]);
    // a bottleneck whose ReLU is shut learns nothing, so not every one has to move
    const moved = after.filter(({ name, isSame }) => isTrained(name) && !isSame);
    expect(moved.length).toBeGreaterThan(0.6 * part.parameters.size);
    model.dispose();
    base.dispose();
    expect(memory().tensors).toBe(before);
  });

  it("refuses to train nothing", () => {
    const model = firstBreakUnet({ widths });
    expect(() => partly(model, () => false)).toThrow(RangeError);
    model.dispose();
  });
});

describe("class and spike losses", () => {
  it("are least at the label, by hand", async () => {
    await ready();
    const { tf } = engine();
    tf.tidy(() => {
      const [nt, label] = [16, 6.3];
      const y = tf.tensor([label], [1, 1, 1]);
      const classes = (at: number, wrong = 0) =>
        tf.tensor(
          Float32Array.from({ length: 3 * nt }, (_, i) => {
            const since = Math.floor(i / 3) - at;
            const c = since < -3 ? 0 : since > 3 ? 2 : 1;
            return i % 3 === c ? 8 : wrong;
          }),
          [1, 1, nt, 3],
        );
      // with one trace, a slope along traces has no terms: give it two
      const two = (t: Tensor) => tf.concat([t, t], 1);
      const loss = firstBreakClassLoss();
      const at = (t: Tensor) => loss(two(t), two(y), t).dataSync()[0]!;
      expect(at(classes(label))).toBeLessThan(0.01);
      expect(at(classes(label + 3))).toBeGreaterThan(1);
      const spike = (k: number) =>
        tf.tensor(
          Float32Array.from({ length: nt }, (_, t) => (t === k ? 8 : -8)),
          [1, 1, nt, 1],
        );
      const of = (k: number) => spikeLoss(spike(k), y, y).dataSync()[0]!;
      expect(of(6)).toBeLessThan(0.02);
      expect(of(7)).toBeCloseTo(16, 1);
    });
  });
});
