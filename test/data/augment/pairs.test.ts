// Semi-synthetic pairs give the clean record back, stacks keep the onsets, copies are the same however they are made.
import { rng } from "geodl/core";
import { augment, synthetic } from "geodl/data";
import { istft, stft } from "geodl/signal";
import { describe, expect, it } from "vitest";

type Example = augment.Example;

const quake = (seed: number, s = 3400, snr = 60): Example =>
  augment.fromRecording(synthetic.record(rng(seed), { n: 9001, p: 3000, s, snr }));
const noise = (seed = 5): Example => ({
  waveform: { data: rng(seed).fill(new Float32Array(3 * 4000), "normal"), shape: [4000, 3] },
  dt: 0.01,
  arrivals: [],
  ignore: [],
});
const column = ({ waveform: { data } }: Example, k: number) =>
  Float64Array.from(data.filter((_, i) => i % 3 === k));
const power = (x: ArrayLike<number>) => Array.from(x).reduce((sum, v) => sum + v * v, 0);
const at = ({ arrivals }: Example, phase: "P" | "S") => arrivals.find((a) => a.phase === phase)!.sample;

describe("semi-synthetic pairs", () => {
  const clean = augment.cut(quake(1), 2000, 3001);

  it("a masked noisy spectrum is nearer to the clean record than the noisy one; 1 where there is no noise", () => {
    const options = { noise: () => noise(), ratio: [-0.3, -0.3] as const };
    const { input, target, mask, shape } = augment.noisyPair(clean, options, rng(3));
    expect(target).toBe(clean);
    expect(input.arrivals).toEqual(clean.arrivals);
    const [channels, nf, nt] = shape;
    expect([channels, nf, mask.length]).toEqual([3, 31, 3 * nf * nt]);
    expect(mask.every((v) => v >= 0 && v <= 1)).toBe(true);
    const noisy = stft(column(input, 2), 0.01, { length: 60, overlap: 30 });
    const own = mask.subarray(2 * nf * nt);
    const back = istft({
      ...noisy,
      re: noisy.re.map((v, i) => v * own[i]!),
      im: noisy.im.map((v, i) => v * own[i]!),
    });
    const truth = column(clean, 2);
    const error = (x: ArrayLike<number>) => power(truth.map((v, i) => v - x[i]!)) / power(truth);
    expect(error(column(input, 2))).toBeCloseTo(0.25, 1); // a ratio of 10^-.3
    expect(error(back)).toBeLessThan(0.3 * error(column(input, 2)));
    const quiet = augment.noisyPair(clean, { noise: () => noise(), ratio: [-9, -9] }, rng(3));
    const loud = quiet.mask.filter((_, i) => i % 997 === 0);
    expect(Array.from(loud).sort((a, b) => a - b)[loud.length >> 1]).toBeGreaterThan(0.99);
  });

  it("a clipped pair differs where it says, and there the target is beyond", () => {
    const { input, target, isHeld } = augment.clippedPair(clean, { level: [0.3, 0.3] }, rng(0));
    expect(target).toBe(clean);
    const held = isHeld.reduce((sum, v) => sum + v, 0);
    expect(held).toBeGreaterThan(20);
    const level = Math.max(...input.waveform.data.map(Math.abs));
    isHeld.forEach((v, i) => {
      const [a, b] = [input.waveform.data[i]!, target.waveform.data[i]!];
      if (v ? Math.abs(b) <= level : a !== b) throw new Error(`sample ${i}: ${a}, ${b}, held ${v}`);
    });
  });
});

describe("stacks", () => {
  it("keep both onsets where the labels are, and the noise falls with the root of their number", () => {
    const others = [quake(2, 3300), quake(3, 3550), quake(4, 3460)];
    const one = quake(1);
    let k = 0;
    const step = augment.stackSP({ other: () => others[k++ % 3]!, count: [4, 4] });
    const stacked = step(one, rng(1));
    expect(stacked.arrivals).toEqual(one.arrivals);
    const z = column(stacked, 2);
    const rms = (from: number, to: number) => Math.sqrt(power(z.subarray(from, to)) / (to - from));
    expect(rms(at(one, "P") + 2, at(one, "P") + 40)).toBeGreaterThan(20 * rms(2000, 2990));
    expect(rms(at(one, "S") + 2, at(one, "S") + 60)).toBeGreaterThan(
      1.2 * rms(at(one, "S") - 60, at(one, "S") - 2),
    );
    // white noise of one strength, a pulse as P and as S: only the noise is averaged out
    const plain = (seed: number, gap: number): Example => {
      const data = rng(seed)
        .fill(new Float32Array(3 * 9001), "normal")
        .map((v) => 0.01 * v);
      for (let c = 0; c < 3; c++) for (const place of [3000, 3000 + gap]) data[3 * place + c] = 1;
      const arrivals = [
        { phase: "P" as const, sample: 3000 },
        { phase: "S" as const, sample: 3000 + gap },
      ];
      return { waveform: { data, shape: [9001, 3] }, dt: 0.01, arrivals, ignore: [] };
    };
    let n = 10;
    const flat = augment.stackSP({ other: () => plain(n++, 380), count: [4, 4] })(plain(1, 400), rng(4));
    const quiet = column(flat, 0).subarray(500, 2900);
    expect(Math.sqrt(power(quiet) / quiet.length)).toBeCloseTo(0.005, 3);
    for (const place of [3000, 3400]) expect(flat.waveform.data[3 * place]!).toBeCloseTo(1, 1);
  });

  it("leave out what cannot be laid on, and examples without S as they are", () => {
    const one = quake(1);
    const close = quake(2, 3080); // its P coda is too short to be changed
    const stacked = augment.stackSP({ other: () => close, count: [3, 3] })(one, rng(0));
    expect(stacked.waveform.data.every((v, i) => v === one.waveform.data[i])).toBe(true);
    const noS = { ...one, arrivals: one.arrivals.slice(0, 1) };
    expect(augment.stackSP({ other: () => one })(noS, rng(0))).toBe(noS);
    expect(() => augment.stackSP({ other: () => one, count: [0, 2] })).toThrow(/>= 1, got \[0,2\]/);
  });
});

describe("copies", () => {
  it("made once or when asked, in any order, are the same", () => {
    const examples = [quake(1), quake(2), quake(3)];
    const change = augment.sequence(augment.window({ p: [0, 30] }), augment.rotate());
    const root = rng(7).fork("copies");
    const kept = augment.precompute(change, examples, root, 7);
    for (const k of [6, 0, 3, 5, 3]) {
      const now = augment.copyOf(change, examples, root, k);
      expect(now.arrivals).toEqual(kept[k]!.arrivals);
      expect(now.waveform.data.every((v, i) => v === kept[k]!.waveform.data[i])).toBe(true);
    }
    expect(kept[0]!.arrivals).not.toEqual(kept[3]!.arrivals); // the same record, another copy
    expect(() => augment.copyOf(change, [], root, 0)).toThrow(/must be an example, got none/);
  });
});
