// The Marmousi model: water on top, its extremes, the start model, every second cell.
import { velocity } from "geodl/data";
import { expect, it } from "vitest";

it("reads Marmousi and its start model, thinned too", (ctx) => {
  if (!process.env.GEODL_DATA) ctx.skip("needs GEODL_DATA: velocity/siamesefwi");
  const { truth, initial, spacing } = velocity.marmousi();
  expect([truth.shape, initial.shape, spacing]).toEqual([[117, 567], [117, 567], 30]);
  expect(truth.data.subarray(0, 15 * 567).every((v) => v === 1500)).toBe(true);
  const ends = (data: Float32Array) =>
    [data.reduce((a, b) => Math.min(a, b)), data.reduce((a, b) => Math.max(a, b))].map(Math.round);
  expect(ends(truth.data)).toEqual([1028, 4700]);
  expect(ends(initial.data)).toEqual([1505, 4238]);
  const half = velocity.marmousi(2);
  expect([half.truth.shape, half.spacing]).toEqual([[59, 284], 60]);
  for (const [z, x] of [
    [0, 0],
    [20, 100],
    [58, 283],
  ] as const) {
    expect(half.truth.data[z * 284 + x]).toBe(truth.data[2 * z * 567 + 2 * x]);
    expect(half.initial.data[z * 284 + x]).toBe(initial.data[2 * z * 567 + 2 * x]);
  }
  expect(() => velocity.marmousi(0)).toThrow(
    "data.velocity.marmousi: the step must be a whole number in 1 .. 8, got 0",
  );
});

it("reads Marmousi2 with its density, water at the top in both models", (ctx) => {
  if (!process.env.GEODL_DATA) ctx.skip("needs GEODL_DATA: velocity/adseismic");
  const { truth, initial, density, spacing } = velocity.marmousi2();
  for (const { shape } of [truth, initial, density]) expect(shape).toEqual([68, 202]);
  expect(spacing).toBeCloseTo(52.2222, 3);
  expect([truth.data[0], density.data[0]]).toEqual([1500, Math.fround(1009.999267578125)]);
  expect(truth.data.subarray(0, 12 * 202)).toEqual(initial.data.subarray(0, 12 * 202));
  expect(truth.data.subarray(0, 5 * 202).every((v) => v === 1500)).toBe(true);
  // column 100, deepest cell
  expect([truth, initial].map(({ data }) => Math.round(data[67 * 202 + 100]!))).toEqual([4275, 3855]);
});
