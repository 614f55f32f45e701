import { triggerOnset } from "geodl/signal";
import { describe, expect, it } from "vitest";
import { golden, type Json, numbers } from "./golden.js";

interface Case {
  readonly c: Json[];
  readonly upper: number;
  readonly lower: number;
  readonly max_len?: number;
  readonly max_len_delete?: boolean;
  readonly triggers: [number, number][];
}

describe("trigger onset equals ObsPy's", () => {
  const cases = golden<Case>("trigger");
  it(`${cases.length} characteristic functions`, () => {
    expect(cases.filter((k) => k.triggers.length > 0).length).toBeGreaterThan(60);
    for (const { c, upper, lower, max_len, max_len_delete, triggers } of cases) {
      const got = triggerOnset(numbers(c), upper, lower, {
        ...(max_len === undefined ? {} : { maxLength: max_len }),
        dropLong: max_len_delete ?? false,
      });
      expect(got.map(({ on, off }) => [on, off])).toEqual(triggers);
    }
  });
});

it("goes on at the upper and off below the lower threshold", () => {
  expect(triggerOnset(Float32Array.of(0, 3, 5, 4, 3, 2, 6), 5, 3)).toEqual([
    { on: 2, off: 4 },
    { on: 6, off: 6 },
  ]);
  expect(triggerOnset(new Float32Array(9), 5, 3)).toEqual([]);
  expect(() => triggerOnset(new Float32Array(9), 3, 5)).toThrow(
    "triggerOnset: lower must be <= upper = 3, got 5",
  );
});
