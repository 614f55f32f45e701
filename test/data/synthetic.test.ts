import { createHash } from "node:crypto";
import { rng } from "geodl/core";
import { synthetic } from "geodl/data";
import { aicPick, bandpass, pickSnr, recursiveStaLta, triggerOnset } from "geodl/signal";
import { describe, expect, it } from "vitest";

const component = (r: ReturnType<typeof synthetic.record>, c: number) =>
  Float64Array.from({ length: r.waveform.shape[0]! }, (_, i) => r.waveform.data[3 * i + c]!);

describe("a generated record", () => {
  it("has its arrivals where it says: pickers find P within .1 s", () => {
    for (let seed = 0; seed < 20; seed++) {
      const record = synthetic.record(rng(seed).fork("record"));
      const z = bandpass(component(record, 2), [2, 20], record.dt, { phase: "causal" });
      const [trigger] = triggerOnset(recursiveStaLta(z, 50, 1000), 4, 1.5);
      const onset = aicPick(z, { from: trigger!.on - 300, to: trigger!.on + 100 })!;
      expect(Math.abs(onset - record.p!)).toBeLessThanOrEqual(10);
    }
  });
  it("holds nothing but noise before P, and moves with P", () => {
    const at = (p: number) => synthetic.record(rng(4), { p, s: p + 1400, snr: 20 });
    const [early, late] = [at(1500), at(1600)];
    const n = 3 * 1500;
    expect(early.waveform.data.subarray(0, n)).toEqual(late.waveform.data.subarray(0, n));
    expect(early.waveform.data[n]).not.toBe(late.waveform.data[n]);
    const [x, y] = [component(early, 2), component(late, 2)];
    const noise = component(synthetic.record(rng(4), { p: 4500, s: 5900, snr: 20 }), 2);
    for (let i = 0; i < 20; i++)
      expect(y[1600 + i]! - noise[1600 + i]!).toBeCloseTo(x[1500 + i]! - noise[1500 + i]!, 3);
  });
  it("is louder the higher its snr, stronger in S across, in P upright", () => {
    const [weak, strong] = [10, 30].map((snr) => synthetic.record(rng(8), { p: 2000, s: 2500, snr }));
    const rise = pickSnr(component(strong!, 2), 2000, 100) - pickSnr(component(weak!, 2), 2000, 100);
    expect(rise).toBeGreaterThan(10);
    expect(Math.max(...component(strong!, 0).subarray(2500))).toBeGreaterThan(
      Math.max(...component(strong!, 0).subarray(0, 2500)),
    );
    const noise = component(strong!, 0).subarray(0, 2000);
    expect(noise.reduce((s, v) => s + v * v, 0) / 2000).toBeCloseTo(1, 0);
  });
  it("gives the same bits for the same seed, others for another", () => {
    const hash = (seed: number) =>
      createHash("sha256")
        .update(synthetic.record(rng(seed)).waveform.data)
        .digest("hex");
    expect(hash(1)).toBe(hash(1));
    expect(hash(1)).not.toBe(hash(2));
  });
  it("takes its length and refuses arrivals outside it", () => {
    const record = synthetic.record(rng(1), { n: 800, dt: 0.02, p: 100, s: 300 });
    expect([record.waveform.shape, record.p, record.s, record.dt]).toEqual([[800, 3], 100, 300, 0.02]);
    expect(() => synthetic.record(rng(1), { p: 3000, s: 2000 })).toThrow(
      "0 < p < s < n - 1, got n 6000, dt 0.01, p 3000, s 2000",
    );
  });
});
