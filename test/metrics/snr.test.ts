// Signal-to-noise ratio: by hand and at its ends. test/dictionary holds it against NumPy and the protocol's figures.
import { snr } from "geodl/metrics";
import { describe, expect, it } from "vitest";

const grid = (...data: number[]) => ({ data: Float32Array.from(data), shape: [1, data.length] });

describe("snr", () => {
  it("is 20 dB for an error of a tenth, whatever the scale and type", () => {
    expect(snr(grid(3, -4), grid(3, -4.5))).toBeCloseTo(20, 6);
    const big = { data: Float64Array.of(3e150, -4e150), shape: [2] };
    const off = { data: Float64Array.of(3e150, -4.5e150), shape: [2] };
    expect(snr(big, off)).toBeCloseTo(20, 9);
  });

  it("is infinite for equal sections, minus infinite for a truth of zeros", () => {
    expect(snr(grid(1, 2), grid(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(snr(grid(0, 0), grid(0, 0))).toBe(Number.POSITIVE_INFINITY);
    expect(snr(grid(0, 0), grid(1, 0))).toBe(Number.NEGATIVE_INFINITY);
  });

  it("wants one shape", () => {
    expect(() => snr(grid(1, 2), grid(1))).toThrow("snr: both must have one shape, got [1,2] and [1,1]");
  });
});
