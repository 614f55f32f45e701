// Prompts on gathers: channels by hand, overlap and suppression, the upper edge; a small network learns masks from clicks.
import {
  automaticMasks,
  overlapOf,
  type PromptMask,
  promptChannels,
  promptedMasks,
  promptInputs,
  stabilityOf,
  suppressed,
  upperEdge,
} from "geodl/apply";
import { type Grid, rng } from "geodl/core";
import { adam, countWeights, fit, promptLoss, promptUnet } from "geodl/nn";
import { memory, ready } from "geodl/tensor";
import { beforeAll, describe, expect, it } from "vitest";

const grid = (shape: readonly number[], f: (i: number) => number): Grid => ({
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => f(i)),
  shape,
});
const mask = (from: number, to: number, quality = 0.9): PromptMask => ({
  logits: grid([4, 10], (i) => (i % 10 >= from && i % 10 < to ? 3 : -3)),
  quality,
});

describe("promptChannels", () => {
  it("draws points, a box and an earlier mask", () => {
    const { data, shape } = promptChannels(
      {
        points: [
          { trace: 3, sample: 20 },
          { trace: 6, sample: 5, isInside: false },
        ],
        box: { traces: [1, 2], samples: [4, 6] },
        mask: grid([8, 32], (i) => (i === 0 ? 2 : 0)),
      },
      [8, 32],
    );
    expect(shape).toEqual([8, 32, 4]);
    const at = (x: number, t: number, c: number) => data[(x * 32 + t) * 4 + c]!;
    expect(at(3, 20, 0)).toBe(1);
    expect(at(5, 20, 0)).toBeCloseTo(Math.exp(-0.5), 6);
    expect(at(6, 5, 1)).toBe(1);
    expect(at(6, 5, 0)).toBeLessThan(0.05);
    expect([at(1, 4, 2), at(2, 6, 2), at(3, 5, 2), at(1, 7, 2)]).toEqual([1, 1, 0, 0]);
    expect(at(0, 0, 3)).toBeCloseTo(Math.tanh(2), 6);
  });
});

describe("masks", () => {
  it("overlap, are stable, are suppressed where a better one says the same", () => {
    expect(overlapOf(mask(0, 5).logits, mask(0, 10).logits)).toBe(0.5);
    expect(overlapOf(mask(0, 5).logits, mask(5, 10).logits)).toBe(0);
    expect(stabilityOf(mask(2, 4).logits)).toBe(1);
    expect(stabilityOf(grid([1, 4], () => 0.5))).toBe(0);
    const kept = suppressed([mask(0, 9, 0.6), mask(0, 10, 0.8), mask(5, 10, 0.7)], 0.7);
    expect(kept.map(({ quality }) => quality)).toEqual([0.8, 0.7]);
  });

  it("have an upper edge, where the cut costs least", () => {
    expect([...upperEdge(mask(4, 10).logits)]).toEqual([4, 4, 4, 4]);
    const noisy = grid([1, 10], (i) => [-3, -3, 1, -3, 2, 3, 3, -1, 3, 3][i]!);
    expect([...upperEdge(noisy)]).toEqual([4]);
    expect([...upperEdge(grid([2, 4], () => -1))]).toEqual([Number.NaN, Number.NaN]);
  });
});

describe("promptUnet", () => {
  beforeAll(async () => {
    await ready();
  });

  it("learns what a click means, says how good its masks are, and finds first breaks by itself", {
    timeout: 240_000,
  }, async () => {
    const [traces, nt] = [16, 64];
    const gatherAt = (seed: number) => {
      const random = rng(seed).fork("gather");
      const breaks = Float64Array.from(
        { length: traces },
        (_, x) => 18 + random.uniform(0, 1) + (seed % 7) + 0.6 * x,
      );
      const gather = grid([traces, nt], (i) => {
        const after = (i % nt) - breaks[Math.floor(i / nt)]!;
        return (after < 0 ? 0 : Math.sin(after / 1.5 + 0.4)) + 0.05 * random.normal();
      });
      return { gather, breaks };
    };
    const before = memory().tensors;
    const model = promptUnet({ widths: [8, 12, 16], seed: 2 });
    expect(countWeights(model)).toBeLessThan(30_000);
    const samples = {
      length: 32,
      sample(i: number, random: ReturnType<typeof rng>) {
        const { gather, breaks } = gatherAt(i);
        const [trace, sample] = [random.integer(0, traces), random.integer(0, nt)];
        const isAfter = sample >= breaks[trace]!;
        const y = grid([traces, nt, 1], (k) => Number(k % nt >= breaks[Math.floor(k / nt)]! === isAfter));
        return { x: promptInputs(gather, { points: [{ trace, sample }] }), y };
      },
    };
    const { reports } = await fit(model, samples, {
      loss: promptLoss(),
      optimizer: adam({ learningRate: 5e-3 }),
      steps: 120,
      batchSize: 8,
      every: 20,
      seed: 1,
    });
    expect(reports.at(-1)!.loss).toBeLessThan(0.5 * reports[0]!.loss);
    const { gather, breaks } = gatherAt(101);
    const after = grid([traces, nt], (k) => (k % nt >= breaks[Math.floor(k / nt)]! ? 1 : -1));
    const [best] = promptedMasks(model, gather, { points: [{ trace: 8, sample: 55 }] });
    expect(overlapOf(best!.logits, after)).toBeGreaterThan(0.85);
    expect(Math.abs(best!.quality - overlapOf(best!.logits, after))).toBeLessThan(0.25);
    const [noise] = promptedMasks(model, gather, { points: [{ trace: 8, sample: 4 }] });
    expect(overlapOf(noise!.logits, after)).toBeLessThan(0.2);
    const masks = automaticMasks(model, gather, { quality: 0.5, stability: 0.5 });
    expect(masks.length).toBeGreaterThan(0);
    expect(masks.length).toBeLessThan(8);
    const errors = Array.from(upperEdge(masks[0]!.logits), (v, x) => Math.abs(v - breaks[x]!)).sort(
      (a, b) => a - b,
    );
    expect(errors[8]!).toBeLessThan(4);
    model.dispose();
    expect(memory().tensors).toBeLessThanOrEqual(before + 4);
  });

  it("the loss refuses shapes that do not fit", async () => {
    const { tf } = await ready();
    tf.tidy(() => {
      const x = tf.zeros([1, 8, 32, 6]);
      expect(() => promptLoss()(x, tf.zeros([1, 8, 16, 1]), x)).toThrow(/promptLoss: the output must be/);
      expect(promptLoss()(x, tf.zeros([1, 8, 32, 1]), x).dataSync()[0]).toBeGreaterThan(0);
    });
  });
});
