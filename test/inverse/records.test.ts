// Records as an operation of TensorFlow.js: the same numbers and gradient as the solver's, no tensor left.
import { records } from "geodl/inverse";
import * as tensor from "geodl/tensor";
import { acoustic, acousticGradient } from "geodl/wave";
import { expect, it } from "vitest";
import { initial, nx, nz, shots, simulation } from "./scene.js";

it("gives the solver's records and its gradient, and leaves no tensor behind", async () => {
  const { tf } = await tensor.ready();
  const options = { ...simulation, shots };
  const before = tf.memory().numTensors;
  const { data } = acoustic(initial, options).records;
  const expected = acousticGradient(initial, options, (one) => ({
    value: 0,
    adjoint: one.data.map((d) => 2 * d),
  })).gradient.data;
  tf.tidy(() => {
    const v = tf.tensor2d(initial.data, [nz, nx]);
    expect(records(v, options).dataSync()).toEqual(data);
    // through another operation on both sides: v = 1000 x, J = sum of squares
    const f = (x: tensor.Tensor) => tf.sum(tf.square(records(tf.mul(x, 1000), options))) as tensor.Scalar;
    const gradient = tf.grad(f)(tf.div(v, 1000)).dataSync();
    const size = Math.hypot(...expected) * 1000;
    const apart = Math.hypot(...expected.map((g, i) => 1000 * g - gradient[i]!));
    expect(apart / size).toBeLessThan(1e-5);
  });
  expect(tf.memory().numTensors).toBe(before);
});
