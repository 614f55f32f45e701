// Generated gathers: two parts, each where it says it is.
import { rng } from "geodl/core";
import { synthetic } from "geodl/data";
import { describe, expect, it } from "vitest";

const draw = (i: number, options = {}) => synthetic.shotGather(rng(1).fork(`gather ${i}`), options);
const energy = (data: ArrayLike<number>) => Array.from(data).reduce((sum, v) => sum + v * v, 0);

describe("a generated shot gather", () => {
  it("is the same for the same stream and has rms 1 in all, at any size", () => {
    expect(draw(3)).toEqual(draw(3));
    for (const [traces, nt] of [
      [96, 256],
      [24, 400],
    ] as const) {
      const { signal, groundRoll } = draw(4, { traces, nt });
      expect(signal.shape).toEqual([traces, nt]);
      expect(energy(signal.data.map((v, i) => v + groundRoll.data[i]!)) / (traces * nt)).toBeCloseTo(1, 5);
    }
  });

  it("has ground roll louder than the signal by 10^-.2 to 10", () => {
    for (let i = 0; i < 10; i++) {
      const { signal, groundRoll } = draw(i);
      const ratio = Math.sqrt(energy(groundRoll.data) / energy(signal.data));
      expect(ratio).toBeGreaterThan(0.6);
      expect(ratio).toBeLessThan(10.1);
    }
  });

  it("has ground roll of low frequency only: nothing is left above .15 cycles a sample", () => {
    for (let i = 0; i < 5; i++) {
      const { groundRoll } = draw(i);
      const second = groundRoll.data.map((v, k) => {
        const t = k % 256;
        return t > 0 && t < 255 ? v - 0.5 * (groundRoll.data[k - 1]! + groundRoll.data[k + 1]!) : 0;
      });
      // 1 - cos(2 pi f) is .41 at .15 cycles a sample, .05 at .05
      expect(energy(second)).toBeLessThan(0.08 * energy(groundRoll.data));
    }
  });

  it("refuses sizes that are none", () => {
    expect(() => draw(0, { traces: 1.5 })).toThrow(
      "synthetic.shotGather: traces and nt must be whole numbers > 1, got 1.5, 256",
    );
  });
});
