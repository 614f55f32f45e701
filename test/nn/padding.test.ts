// TensorFlow's SAME padding: a layer's output is that of TensorFlow's own convolution, PhaseNet keeps every length.
import { nn, tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await tensor.ready();
});

describe('pad: "tensorflow"', () => {
  it.each([
    [3000, 7, 4, 1],
    [3001, 7, 4, 1],
    [3002, 7, 4, 1],
    [750, 7, 4, 1],
    [47, 7, 4, 1],
    [12, 3, 2, 1],
    [13, 3, 1, 2],
    [9, 2, 3, 1],
  ])("%d samples, filter %d, stride %d, dilation %d", (n, kernel, stride, dilation) => {
    const { tf } = tensor.engine();
    const p = new nn.Weights(1);
    const layer = nn.conv1d(p, "a", {
      in: 2,
      out: 3,
      kernel,
      stride,
      dilation,
      pad: "tensorflow",
      bias: false,
    });
    tf.tidy(() => {
      const x = tf.randomNormal([2, 1, n, 2], 0, 1, "float32", n) as tensor.Tensor4D;
      const w = p.parameters.get("a.weight")! as unknown as tensor.Tensor4D;
      const expected = tf.conv2d(x, w, [1, stride], "same", "NHWC", [1, dilation]);
      const y = layer(x, {});
      expect(y.shape).toEqual([2, 1, Math.ceil(n / stride), 3]);
      expect(tf.max(tf.abs(tf.sub(y, expected))).dataSync()[0]).toBeLessThan(1e-6);
    });
    p.dispose();
  });

  it("is refused by a transposed convolution, which has no input to count", () => {
    const options = { in: 1, out: 1, kernel: 3, pad: "tensorflow" } as const;
    expect(() => nn.convTranspose1d(new nn.Weights(0), "grow", options)).toThrow(
      "grow: the pad of a transposed convolution must be in numbers, got tensorflow",
    );
  });
});

describe("phasenet's padding", () => {
  const at = (model: nn.Model, n: number) => {
    const { tf } = tensor.engine();
    return tf.tidy(() => {
      const wave = Float32Array.from({ length: 3 * n }, (_, i) => Math.sin(i * i * 1e-4));
      const y = model.apply(tf.tensor3d(wave, [1, n, 3]));
      expect(y.shape).toEqual([1, n, 3]);
      return [...y.dataSync()];
    });
  };

  it("keeps 2,996 to 3,004 samples either way; at 3,001, for which SeisBench's is made, both are one", () => {
    const [a, b] = [nn.phasenet({ seed: 2 }), nn.phasenet({ seed: 2, padding: "tensorflow" })];
    expect([...b.parameters.keys()]).toEqual([...a.parameters.keys()]);
    for (let n = 2996; n <= 3004; n++) {
      const [x, y] = [at(a, n), at(b, n)];
      if (n === 3001) expect(x).toEqual(y);
      if (n === 3000) expect(x).not.toEqual(y);
    }
    expect(at(b, 1000)).toHaveLength(3000);
    expect(b.options.padding).toBe("tensorflow");
    for (const model of [a, b]) model.dispose();
    expect(() => nn.phasenet({ padding: "same" as never })).toThrow(
      "phasenet: padding must be seisbench or tensorflow, got same",
    );
  });
});
