// The labels follow the pulse, and energy and signal-to-noise ratio are what the docstrings say.
import { rng } from "geodl/core";
import { augment, synthetic } from "geodl/data";
import { describe, expect, it } from "vitest";

type Example = augment.Example;

/** Silence with one sharp pulse at each arrival, on all channels: +1 for P, -2 for S. */
function pulses(n = 9001, p = 3000, s = 3400): Example {
  const data = new Float32Array(3 * n);
  for (let k = 0; k < 3; k++) {
    data[3 * p + k] = 1;
    data[3 * s + k] = -2;
  }
  const arrivals = [
    { phase: "P" as const, sample: p },
    { phase: "S" as const, sample: s },
  ];
  return { waveform: { data, shape: [n, 3] }, dt: 0.01, arrivals, ignore: [] };
}

const noise = (): Example => ({
  waveform: { data: rng(5).fill(new Float32Array(3 * 2900), "normal"), shape: [2900, 3] },
  dt: 0.01,
  arrivals: [],
  ignore: [],
});

const quake = (seed: number): Example =>
  augment.fromRecording(synthetic.record(rng(seed), { n: 9001, p: 3000, s: 3300, snr: 40 }));

const column = ({ waveform: { data } }: Example, k: number) => data.filter((_, i) => i % 3 === k);

/** Place of the largest or least value of channel Z. */
function extreme(example: Example, sign: 1 | -1): number {
  const z = column(example, 2).map((v) => sign * v);
  return z.indexOf(Math.max(...z));
}

const at = (example: Example, phase: "P" | "S") => example.arrivals.find((a) => a.phase === phase)!.sample;
/** All values equal; much faster than `toEqual`. */
const isSame = (a: Float32Array, b: Float32Array) => a.length === b.length && a.every((v, i) => v === b[i]);
const deviation = (x: Float32Array) => {
  const mean = x.reduce((a, v) => a + v, 0) / x.length;
  return Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / x.length);
};

describe("augmentations in time move the labels with the pulses", () => {
  const cases: readonly (readonly [string, augment.Augmentation])[] = [
    ["window", augment.window({ length: 3001, p: [5, 20] })],
    ["timeScale", augment.timeScale()],
    ["stretchSP", augment.stretchSP()],
  ];
  it.each(cases)("%s", (_, step) => {
    const places = new Set<number>();
    for (let seed = 0; seed < 24; seed++) {
      const before = pulses();
      const copy = before.waveform.data.slice();
      const after = step(before, rng(seed));
      expect(isSame(before.waveform.data, copy)).toBe(true);
      expect(Math.abs(extreme(after, 1) - at(after, "P"))).toBeLessThanOrEqual(1);
      expect(Math.abs(extreme(after, -1) - at(after, "S"))).toBeLessThanOrEqual(1);
      places.add(Math.round(at(after, "S")));
      expect(isSame(step(pulses(), rng(seed)).waveform.data, after.waveform.data)).toBe(true);
    }
    expect(places.size).toBeGreaterThan(12);
  });

  it("window keeps P in its range and never leaves the record", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { waveform, arrivals } = augment.window({ length: 3001, p: [-3, 30] })(quake(1), rng(seed));
      expect(waveform.shape).toEqual([3001, 3]);
      expect(column({ waveform } as Example, 2).every((v) => v !== 0)).toBe(true);
      expect(arrivals[0]!.sample).toBeGreaterThanOrEqual(-301);
      expect(arrivals[0]!.sample).toBeLessThanOrEqual(3001);
    }
    const fixed = augment.window()(pulses(), rng(0));
    expect(at(fixed, "P")).toBe(1000);
    expect(() => augment.window({ length: 10000 })(pulses(), rng(0))).toThrow(
      /at least 10000 samples, got 9001/,
    );
    expect(() => augment.window({ p: [3, 1] })).toThrow(/must be \[low, high\], got \[3, 1\]/);
  });

  it("stretchSP changes S - P both ways, keeps both onsets, and what is too close it leaves", () => {
    const gaps = Array.from({ length: 60 }, (_, seed) => {
      const after = augment.stretchSP()(pulses(), rng(seed));
      return at(after, "S") - at(after, "P");
    });
    expect(Math.min(...gaps)).toBeLessThan(250);
    expect(Math.max(...gaps)).toBeGreaterThan(550);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(60);
    const close = pulses(9001, 3000, 3090);
    expect(augment.stretchSP()(close, rng(1))).toBe(close);
  });

  it("timeScale keeps a sine a sine", () => {
    const n = 4000;
    const data = Float32Array.from({ length: 3 * n }, (_, i) => Math.sin(Math.floor(i / 3) * 0.1));
    const example: Example = {
      waveform: { data, shape: [n, 3] },
      dt: 0.01,
      arrivals: [],
      ignore: [[100, 200]],
    };
    const { waveform, ignore } = augment.timeScale({ octaves: [1, 1] })(example, rng(0));
    expect(waveform.shape[0]).toBe(7999);
    expect(ignore).toEqual([[200, 400]]);
    for (let t = 4; t < 7900; t++) expect(waveform.data[3 * t]).toBeCloseTo(Math.sin(t * 0.05), 3);
  });
});

describe("superposition", () => {
  const window = (seed: number) => augment.window({ length: 3001, p: [5, 12] })(quake(seed), rng(seed));

  it("adds a second event with its labels, onsets apart, peaks in the ratio drawn", () => {
    let two = 0;
    for (let seed = 0; seed < 30; seed++) {
      const first = window(1);
      const step = augment.superposeEvent({ other: () => quake(2), ratio: [0.5, 0.5], apart: 1.5 });
      const both = step(first, rng(seed));
      if (both === first) continue;
      two++;
      const added = both.arrivals.slice(2);
      expect(added.map(({ phase }) => phase)).toEqual(["P", "S"]);
      for (const a of added)
        for (const b of first.arrivals) expect(Math.abs(a.sample - b.sample)).toBeGreaterThan(150);
      const difference = both.waveform.data.map((v, i) => v - first.waveform.data[i]!);
      const peak = (x: Float32Array) => x.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      expect(peak(difference) / peak(first.waveform.data)).toBeCloseTo(Math.sqrt(10), 2);
    }
    expect(two).toBeGreaterThan(20);
  });

  it("keeps clear of arrivals that nobody labelled", () => {
    const first = { ...window(1), ignore: [[0, 3001]] as const };
    const step = augment.superposeEvent({ other: () => quake(2), apart: 0 });
    for (let seed = 0; seed < 20; seed++) {
      const both = step(first, rng(seed));
      expect(both.arrivals.slice(2).every(({ sample }) => sample < 0 || sample >= 3001)).toBe(true);
    }
  });

  it("adds noise of the level drawn, beside the window or beside P, and moves no label", () => {
    const first = window(1);
    const p = Math.ceil(at(first, "P"));
    for (const by of ["window", "P"] as const) {
      const noisy = augment.superposeNoise({ noise, ratio: [-1, -1], by })(first, rng(3));
      expect(noisy.arrivals).toEqual(first.arrivals);
      const added = {
        ...noisy,
        waveform: { ...noisy.waveform, data: noisy.waveform.data.map((v, i) => v - first.waveform.data[i]!) },
      };
      const power = (x: Example, from: number, to: number) =>
        Math.sqrt([0, 1, 2].reduce((sum, k) => sum + deviation(column(x, k).slice(from, to)) ** 2, 0) / 3);
      const signal = by === "P" ? power(first, p, p + 100) : power(first, 0, 3001);
      expect(power(added, 0, 3001) / signal).toBeCloseTo(0.1, 2);
    }
  });

  it("noise alone has no arrival, is laid end to end without a step, and dead channels stay dead", () => {
    const only = augment.noiseOnly({ noise })(window(1), rng(2));
    expect(only.arrivals).toEqual([]);
    expect(only.waveform.shape).toEqual([3001, 3]);
    expect(deviation(column(only, 0))).toBeCloseTo(1, 1);
    const vertical = augment.dropChannels({ verticalOnly: 1 })(window(1), rng(0));
    const noisy = augment.superposeNoise({ noise })(vertical, rng(0));
    expect(column(noisy, 0).every((v) => v === 0)).toBe(true);
    expect(column(noisy, 2)).not.toEqual(column(vertical, 2));
  });
});

describe("channels", () => {
  const first = quake(3);
  it("rotation keeps the horizontal energy and Z", () => {
    const turned = augment.rotate()(first, rng(1));
    expect(column(turned, 2)).toEqual(column(first, 2));
    const energy = (x: Example) => column(x, 0).reduce((a, v, i) => a + v * v + column1(x)[i]! ** 2, 0);
    const memo = new Map<Example, Float32Array>();
    const column1 = (x: Example) => memo.get(x) ?? memo.set(x, column(x, 1)).get(x)!;
    expect(energy(turned) / energy(first)).toBeCloseTo(1, 4);
    expect(column(turned, 0)).not.toEqual(column(first, 0));
  });

  it("dropout leaves Z alone as often as said, never nothing", () => {
    let alone = 0;
    for (let seed = 0; seed < 200; seed++) {
      const after = augment.dropChannels()(first, rng(seed));
      const alive = [0, 1, 2].map((k) => column(after, k).some((v) => v !== 0));
      expect(alive).toContain(true);
      if (!alive[0] && !alive[1]) alone++;
    }
    expect(alone / 200).toBeGreaterThan(0.57 + 0.43 / 6 - 0.09);
    expect(alone / 200).toBeLessThan(0.57 + 0.43 / 6 + 0.09);
  });

  it("polarity and amplitude change sign and size only", () => {
    const flipped = augment.flipPolarity()(first, rng(4));
    expect(flipped.waveform.data.map(Math.abs)).toEqual(first.waveform.data.map(Math.abs));
    const loud = augment.scaleAmplitude({ ratio: [1, 1] })(first, rng(4));
    expect(loud.waveform.data[3000]! / first.waveform.data[3000]!).toBeCloseTo(10, 4);
  });
});

describe("degradations", () => {
  const first = quake(4);
  it("highpass takes an offset away and moves no onset", () => {
    const shifted = {
      ...pulses(),
      waveform: { ...pulses().waveform, data: pulses().waveform.data.map((v) => v + 7) },
    };
    const after = augment.highpass({ frequency: [1, 1] })(shifted, rng(0));
    expect(Math.abs(extreme(after, 1) - 3000)).toBeLessThanOrEqual(1);
    expect(Math.abs(deviation(column(after, 0).slice(8000)))).toBeLessThan(1e-3);
    expect(() => augment.highpass({ frequency: [0, 1] })).toThrow(/> 0 Hz, got 0/);
  });
  it("taper is zero at the ends and leaves the middle", () => {
    const after = augment.taper({ share: [0.1, 0.1] })(first, rng(0));
    expect(Math.abs(after.waveform.data[0]!)).toBeLessThan(1e-3 * deviation(first.waveform.data));
    expect(after.waveform.data.slice(3000, 24000)).toEqual(first.waveform.data.slice(3000, 24000));
  });
  it("a gap is silent and its arrivals are gone, the others stay", () => {
    let lost = 0;
    for (let seed = 0; seed < 40; seed++) {
      const after = augment.gap({ seconds: [20, 20] })(first, rng(seed));
      for (const { sample } of after.arrivals) expect(after.waveform.data[3 * sample]).not.toBe(0);
      lost += 2 - after.arrivals.length;
    }
    expect(lost).toBeGreaterThan(5);
  });
  it("clip holds at the share drawn", () => {
    const after = augment.clip({ level: [0.3, 0.3] })(first, rng(0));
    const peak = (x: Example) => x.waveform.data.reduce((m, v) => Math.max(m, Math.abs(v)), 0);
    expect(peak(after) / peak(first)).toBeCloseTo(0.3, 5);
  });
});

describe("labels", () => {
  it("are Gaussians at the arrivals, sum to 1, and are empty where nothing is to be learned", () => {
    const example = { ...pulses(3001, 1000, 1400), ignore: [[2000, 2100]] as const };
    const { data, shape } = augment.labels({
      ...example,
      arrivals: [{ phase: "P", sample: 1000.5 }, ...example.arrivals.slice(1)],
    });
    expect(shape).toEqual([3001, 3]);
    expect(data[3 * 1000]).toBeCloseTo(Math.exp(-0.5 * (0.5 / 6) ** 2), 5);
    expect(data[3 * 1006]! / data[3 * 1001]!).toBeCloseTo(
      Math.exp(-0.5 * ((5.5 / 6) ** 2 - (0.5 / 6) ** 2)),
      4,
    );
    expect(data[3 * 1400 + 1]).toBeCloseTo(1, 6);
    for (let t = 0; t < 3001; t++) {
      const sum = data[3 * t]! + data[3 * t + 1]! + data[3 * t + 2]!;
      expect(sum).toBeCloseTo(t >= 1970 && t < 2130 ? 0 : 1, 5);
    }
  });
  it("sequence and sometimes: a step left out changes no other draw", () => {
    const base = augment.window({ length: 3001, p: [0, 25] });
    const some = augment.sequence(base, augment.sometimes(1, augment.flipPolarity()));
    const none = augment.sequence(base, augment.sometimes(0, augment.flipPolarity()));
    expect(at(some(pulses(), rng(8)), "P")).toBe(at(none(pulses(), rng(8)), "P"));
    expect(() => augment.sometimes(2, base)).toThrow(/must be 0 to 1, got 2/);
  });
});
