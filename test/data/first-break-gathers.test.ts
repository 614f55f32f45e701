// Generated gathers with first breaks: quiet before the label, loud behind it, the same for the same stream.
import { rng } from "geodl/core";
import { synthetic } from "geodl/data";
import { expect, it } from "vitest";

it("generated gathers are quiet before their first breaks, and the same for a seed", () => {
  let louder = 0;
  let traces = 0;
  for (let k = 0; k < 10; k++) {
    const { gather, labels } = synthetic.firstBreakGather(rng(k), { noise: 0.02 });
    expect(gather.shape).toEqual([48, 600]);
    for (let x = 0; x < 48; x++) {
      expect(labels[x]!).toBeGreaterThanOrEqual(5);
      expect(labels[x]!).toBeLessThanOrEqual(300);
      const rms = (from: number, to: number) =>
        Math.sqrt(
          gather.data.subarray(x * 600 + from, x * 600 + to).reduce((s, v) => s + v * v, 0) / (to - from),
        );
      const at = Math.floor(labels[x]!);
      if (at < 20) continue;
      traces++;
      if (rms(at, at + 60) > 2 * rms(0, at)) louder++;
    }
  }
  expect(louder / traces).toBeGreaterThan(0.8);
  const [a, b] = [7, 7].map((seed) => synthetic.firstBreakGather(rng(seed)));
  expect(a).toEqual(b);
  expect(() => synthetic.firstBreakGather(rng(1), { nt: 100 })).toThrow(RangeError);
});
