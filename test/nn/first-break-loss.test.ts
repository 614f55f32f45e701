// The loss of first breaks: places of a step by hand, its gradient by differences, labels outside the window.
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await tensor.ready();
});

const wave = (n: number, seed: number) =>
  Float32Array.from({ length: n }, (_, i) => Math.sin(1.3 * i * seed + seed));

/** The loss in float64, straight from its equation. */
function byHand(
  z: Float32Array,
  nt: number,
  labels: readonly number[],
  places: number,
  width: number,
): number {
  let [entropy, inside, bce] = [0, 0, 0];
  labels.forEach((label, x) => {
    const row = z.subarray(x * nt, (x + 1) * nt);
    let sum = 0;
    const log = Array.from(row, (v) => {
      const at = -sum;
      sum += v;
      return at;
    });
    const total = Math.log(log.reduce((s, v) => s + Math.exp(v), 0));
    const near = Array.from(row, (_, t) => Math.exp(-Math.abs(t - label) / width));
    const norm = near.reduce((a, b) => a + b, 0);
    row.forEach((v, t) => {
      bce += (Math.log1p(Math.exp(v)) - (t >= label ? v : 0)) / z.length;
    });
    if (label < 0 || label >= nt) return;
    inside++;
    near.forEach((w, t) => {
      entropy -= (w / norm) * (log[t]! - total);
    });
  });
  return bce + (places * entropy) / Math.max(inside, 1);
}

describe("firstBreakLoss", () => {
  const [traces, nt] = [6, 40];
  const labels = [0, 12.3, 39, -50, 400, 20];
  const z = wave(traces * nt, 0.7);
  const loss = nn.firstBreakLoss({ places: 0.3, width: 2 });
  const value = (logits: Float32Array, of: readonly number[]): number => {
    const { tf } = tensor.engine();
    return tf.tidy(() => {
      const x = tf.tensor(logits, [1, traces, nt, 1]);
      return loss(x, tf.tensor(Float32Array.from(of), [1, traces, 1]), x).dataSync()[0]!;
    });
  };

  it("is its equation, labels outside the window in the first part only", () => {
    expect(value(z, labels)).toBeCloseTo(byHand(z, nt, labels, 0.3, 2), 5);
    expect(
      Number.isFinite(
        value(
          z,
          labels.map(() => -1e4),
        ),
      ),
    ).toBe(true);
  });

  it("has the gradient that differences say", () => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    const y = tf.tensor(Float32Array.from(labels), [1, traces, 1]);
    const gradient = tf.tidy(() =>
      tf
        .grad((x: tensor.Tensor) => loss(x, y, x))(tf.tensor(z, [1, traces, nt, 1]))
        .dataSync(),
    );
    for (const i of [0, 47, 90, 130, 239]) {
      const h = 1e-3;
      const at = (d: number) =>
        byHand(
          z.map((v, k) => (k === i ? v + d : v)),
          nt,
          labels,
          0.3,
          2,
        );
      expect(Math.abs(gradient[i]! - (at(h) - at(-h)) / (2 * h))).toBeLessThan(2e-5);
    }
    y.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("is least where the logits turn at the label", () => {
    const step = (at: number) => Float32Array.from({ length: traces * nt }, (_, i) => (i % nt < at ? -4 : 4));
    const all = new Array<number>(traces).fill(17);
    const values = [10, 14, 17, 20, 30].map((at) => value(step(at), all));
    expect(Math.min(...values)).toBe(values[2]);
  });

  it("refuses other shapes", () => {
    const { tf } = tensor.engine();
    tf.tidy(() => {
      const x = tf.zeros([1, 2, 8, 1]);
      expect(() => loss(x, tf.zeros([1, 3, 1]), x)).toThrow(/the target \[n, trace, 1\], got/);
    });
  });
});
