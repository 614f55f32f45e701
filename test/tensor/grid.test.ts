// Grids to tensors and back; the conv block against plain operations; what is kept for a gradient is given back.
import { tensor } from "geodl";
import { beforeAll, describe, expect, it } from "vitest";

beforeAll(async () => {
  await tensor.ready();
});

describe("from and toGrid", () => {
  it("keep values and shapes of all types that fit", () => {
    const { tf } = tensor.engine();
    const before = tensor.memory().tensors;
    const floats = tensor.from({ data: Float64Array.of(1.5, 2, 3, 4), shape: [2, 2] });
    expect(floats.dtype).toBe("float32");
    expect(tensor.toGrid(floats)).toEqual({ data: Float32Array.of(1.5, 2, 3, 4), shape: [2, 2] });
    const whole = tensor.from({ data: Int16Array.of(-3, 7), shape: [2] });
    expect(whole.dtype).toBe("int32");
    expect(tensor.toGrid(whole, "int32").data).toEqual(Int32Array.of(-3, 7));
    expect(tensor.toGrid(whole).data).toEqual(Float32Array.of(-3, 7));
    const source = Float32Array.of(1, 2);
    const copy = tensor.from({ data: source, shape: [2] });
    source[0] = 9;
    expect(tensor.toGrid(copy).data[0]).toBe(1);
    tf.dispose([floats, whole, copy]);
    expect(tensor.memory().tensors).toBe(before);
  });

  it("refuse what does not fit", () => {
    expect(() => tensor.from({ data: new Float32Array(3), shape: [2, 2] })).toThrow(
      "tensor.from: shape [2, 2] must hold the 3 values, got 4",
    );
    expect(() => tensor.from({ data: new BigInt64Array(1), shape: [1] })).toThrow(TypeError);
  });
});

describe("block", () => {
  const geometry: tensor.Geometry = {
    stride: [2, 1],
    dilation: [1, 1],
    pad: [
      [1, 0],
      [2, 1],
    ],
  };

  it("equals pad, convolution, bias and ReLU of TensorFlow.js, gradients too", () => {
    const { tf } = tensor.engine();
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.randomNormal([2, 7, 6, 3], 0, 1, "float32", 1) as tensor.Tensor4D;
      const w = tf.randomNormal([3, 4, 3, 5], 0, 1, "float32", 2) as tensor.Tensor4D;
      const b = tf.randomNormal([5], 0, 1, "float32", 3);
      const plain = (x: tensor.Tensor, w: tensor.Tensor, b: tensor.Tensor) =>
        tf.relu(
          tf.add(
            tf.conv2d(
              tf.pad(x, [
                [0, 0],
                [1, 0],
                [2, 1],
                [0, 0],
              ]) as tensor.Tensor4D,
              w as tensor.Tensor4D,
              [2, 1],
              "valid",
            ),
            b,
          ),
        );
      const ours = (x: tensor.Tensor, w: tensor.Tensor, b: tensor.Tensor) =>
        tensor.block(x as tensor.Tensor4D, w as tensor.Tensor4D, geometry, { bias: b, relu: true });
      const weigh =
        (f: typeof plain) =>
        (...args: tensor.Tensor[]) =>
          tf.sum(tf.mul(f(...(args as [tensor.Tensor, tensor.Tensor, tensor.Tensor])), 1.5)) as tensor.Scalar;
      const [a, c] = [plain, ours].map((f) => tf.valueAndGrads(weigh(f))([x, w, b]));
      expect(c!.value.dataSync()[0]! / a!.value.dataSync()[0]!).toBeCloseTo(1, 5);
      a!.grads.forEach((g, i) => {
        expect(
          tf.sub(g, c!.grads[i]!).abs().max().dataSync()[0]! / g.abs().max().dataSync()[0]!,
        ).toBeLessThan(1e-5);
      });
    });
    tensor.releaseAll();
    expect(tf.memory().numTensors).toBe(before);
  });

  it("works inside a tf.tidy of the model, and frees what a gradient did not ask for", () => {
    const { tf } = tensor.engine();
    const w = tf.variable(tf.ones([1, 3, 1, 2])) as unknown as tensor.Tensor4D;
    const used = tf.memory().numTensors;
    const f = () =>
      tf.tidy(() => {
        const x = tf.ones([1, 1, 8, 1]) as tensor.Tensor4D;
        tensor.block(
          x,
          w,
          {
            stride: [1, 1],
            dilation: [1, 1],
            pad: [
              [0, 0],
              [0, 0],
            ],
          },
          { relu: true },
        ); // never used
        return tf.sum(
          tensor.block(
            x,
            w,
            {
              stride: [1, 1],
              dilation: [1, 1],
              pad: [
                [0, 0],
                [1, 1],
              ],
            },
            { relu: true },
          ),
        ) as tensor.Scalar;
      });
    for (let i = 0; i < 3; i++) {
      const { value, grads } = tf.variableGrads(f, [w as unknown as tensor.Variable]);
      expect([...Object.values(grads)[0]!.dataSync()]).toEqual([7, 7, 8, 8, 7, 7]);
      tf.dispose([value, grads]);
    }
    tensor.releaseAll();
    expect(tf.memory().numTensors).toBe(used);
    w.dispose();
  });
});
