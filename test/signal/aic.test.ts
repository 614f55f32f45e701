import { rng } from "geodl/core";
import { aic, aicPick } from "geodl/signal";
import { describe, expect, it } from "vitest";
import { expectClose, golden, type Json, numbers, record } from "./golden.js";

describe("AIC equals ObsPy's", () => {
  for (const { name, aic: want } of golden<{ name: string; aic: Json[] }>("aic"))
    it(name, () => expectClose(aic(record(name)), numbers(want), 1e-6));
});

describe("aicPick", () => {
  it("finds where noise turns into signal, and moves with it", () => {
    for (const onset of [120, 121, 300]) {
      const noise = rng(11).fork("aic");
      const x = Float32Array.from({ length: 500 }, (_, i) => noise.normal() * (i < onset ? 1 : 20));
      expect(Math.abs(aicPick(x)! - onset)).toBeLessThanOrEqual(1);
      expect(Math.abs(aicPick(x, { from: onset - 80, to: onset + 60 })! - onset)).toBeLessThanOrEqual(1);
    }
  });
  it("gives nothing on a flat window", () => expect(aicPick(new Float32Array(40))).toBeUndefined());
  it("refuses a window outside the record", () => {
    expect(() => aicPick(new Float32Array(40), { from: 20, to: 50 })).toThrow("got 20 .. 50");
    expect(() => aicPick(new Float32Array(5))).toThrow("at least 8 samples");
  });
});
