// The augmentation ablation: its rows differ by what they say and nothing else, its counts are the scorer's, its tables say "not shown" where nothing is.
import { rng } from "geodl/core";
import { augment, locate, synthetic } from "geodl/data";
import {
  type Entry,
  experimentModule,
  loadExperiment,
  type PickingRecord,
  type Result,
} from "geodl/experiment";
import { type PickWindow, pickScores, type WindowPick } from "geodl/metrics";
import { describe, expect, it } from "vitest";
import { countsOf, gainOf, runsOf } from "../../dist/experiment/parts/ablation-counts.js";
import { ablationWindow, halved } from "../../dist/experiment/parts/ablation-records.js";
import { ablationChain, ablationData, ablationRows } from "../../dist/experiment/parts/ablation-rows.js";
import {
  chosenThreshold,
  packedCounts,
  picksIn,
  unpacked,
} from "../../dist/experiment/parts/ablation-score.js";
import { ablationGains, verdictOf } from "../../dist/experiment/parts/ablation-tables.js";
import { conditions, noiseWindows, testWindows } from "../../dist/experiment/parts/ablation-windows.js";
import { rareCurve, rareTable } from "../../dist/experiment/parts/imbalance.js";

const generated = (k: number): PickingRecord => {
  const example = augment.fromRecording(
    synthetic.record(rng(3).fork(`${k}`), { n: 9001, p: 3000, s: 3250 + 40 * k }),
  );
  const noise = { ...augment.cut(example, 0, 2900), arrivals: [] };
  return halved({ file: `GEN_${k}.npz`, example, noise, fold: 1 + (k % 5), split: "train" });
};
const records = Array.from({ length: 24 }, (_, k) => generated(k));
const isSame = (a: augment.Example, b: augment.Example) =>
  a.waveform.data.every((v, i) => v === b.waveform.data[i]) &&
  JSON.stringify(a.arrivals) === JSON.stringify(b.arrivals);

describe("records at 50 Hz", () => {
  it("keep arrivals on their onsets and what lies below 20 Hz", () => {
    const n = 9001;
    const data = new Float32Array(3 * n);
    for (let t = 0; t < n; t++)
      for (let k = 0; k < 3; k++) data[3 * t + k] = 5 + Math.sin(2 * Math.PI * 8 * 0.01 * t);
    const example = {
      waveform: { data, shape: [n, 3] },
      dt: 0.01,
      arrivals: [{ phase: "P" as const, sample: 3001 }],
      ignore: [[10, 20] as const],
    };
    const { example: half, noise } = halved({
      file: "x",
      example,
      noise: augment.cut(example, 0, 2900),
      fold: 1,
      split: "train",
    });
    expect([half.dt, half.waveform.shape, half.arrivals[0]!.sample, half.ignore[0]]).toEqual([
      0.02,
      [4501, 3],
      1500.5,
      [5, 10],
    ]);
    expect(noise?.waveform.shape).toEqual([1450, 3]);
    for (let t = 100; t < 4400; t += 7)
      expect(half.waveform.data[3 * t]).toBeCloseTo(Math.sin(2 * Math.PI * 8 * 0.02 * t), 2);
  });
});

describe("rows", () => {
  const chain = (name: string) => ablationChain(ablationRows[name]!, records);

  it("differ by one augmentation, and what a row leaves out changes no other draw", () => {
    let changed = 0;
    for (let k = 0; k < 40; k++) {
      const at = (name: string) => chain(name)(records[k % 24]!.example, rng(9).fork(`${k}`));
      const plain = at("shift");
      for (const name of ["shift + event", "shift + noise", "shift + noise only", "shift + dropout"])
        if (!isSame(at(name), plain)) changed++;
      // "all" with and without noise on top: the same place and the same second event
      if (at("all").arrivals.length > 0) expect(at("all but noise").arrivals).toEqual(at("all").arrivals);
    }
    expect(changed).toBeGreaterThan(20); // .3 + .3 + .1 + .25 of 40
    expect(changed).toBeLessThan(60);
  });

  it("without a shift have P at 10 s, with one anywhere", () => {
    const places = (name: string) =>
      Array.from(
        { length: 30 },
        (_, k) => chain(name)(records[k % 24]!.example, rng(k)).arrivals[0]!.sample * 0.02,
      );
    for (const at of places("none (P at 10 s)")) expect(at).toBeCloseTo(10, 1);
    const shifted = places("shift");
    expect(Math.min(...shifted)).toBeLessThan(5);
    expect(Math.max(...shifted)).toBeGreaterThan(25);
  });

  it("never learn from records kept for choices; fewer records are a part of more", () => {
    const tiny = { p: [10, 10] as const, extras: [], records: 5 };
    const seen = (count: number) => {
      const { learned } = ablationData({ ...tiny, records: count }, records, 1);
      return Array.from({ length: learned.length }, (_, i) =>
        String(learned.sample(i, rng(0)).x.data.subarray(0, 9)),
      );
    };
    const [five, ten] = [seen(5), seen(10)];
    expect(ten.slice(0, 5)).toEqual(five);
    const { held } = ablationData(tiny, records, 1);
    expect(held).toHaveLength(40);
    expect(new Set(held.map(({ arrivals }) => JSON.stringify(arrivals))).size).toBe(10);
    const leaky = ablationData({ p: [0, 30], extras: [], records: 10, copies: 4, isLeaky: true }, records, 1);
    expect([leaky.learned.length, leaky.held.length]).toEqual([32, 8]);
    expect(leaky.learned.sample(3, rng(0))).toBe(leaky.learned.sample(3, rng(1)));
  });
});

describe("test windows", () => {
  it("are the same whenever asked, and hold what they say", () => {
    for (const condition of [...conditions, "0 dB", "E"] as const) {
      const windows = testWindows(records, condition);
      expect(windows.every(({ example }) => example.waveform.shape[0] === ablationWindow)).toBe(true);
      expect(isSame(testWindows(records, condition)[5]!.example, windows[5]!.example)).toBe(true);
    }
    const two = testWindows(records, "two events").map(({ example }) => example.arrivals.length);
    expect(two.filter((n) => n === 4).length).toBeGreaterThan(40); // of 48
    const [clean, alone] = [testWindows(records, "anywhere"), testWindows(records, "E")];
    alone.forEach(({ example }, i) => {
      const { data } = clean[i]!.example.waveform;
      if (example.waveform.data.some((v, j) => v !== (j % 3 === 0 ? data[j] : 0)))
        throw new Error(`window ${i}`);
    });
    expect(noiseWindows(records)).toHaveLength(24);
  });

  it("have noise as strong as P's first second at 0 dB", () => {
    const [clean, noisy] = [testWindows(records, "anywhere"), testWindows(records, "0 dB")];
    const deviation = (x: number[]) => {
      const mean = x.reduce((a, v) => a + v, 0) / x.length;
      return Math.sqrt(x.reduce((a, v) => a + (v - mean) ** 2, 0) / x.length);
    };
    const z = (example: augment.Example, from: number, to: number) =>
      Array.from(example.waveform.data.subarray(3 * from, 3 * to));
    const { example } = clean[2]!;
    const p = Math.ceil(example.arrivals[0]!.sample);
    expect(p).toBeGreaterThan(0);
    const added = {
      ...example,
      waveform: {
        ...example.waveform,
        data: noisy[2]!.example.waveform.data.map((v, i) => v - example.waveform.data[i]!),
      },
    };
    const ratio = deviation(z(added, 0, ablationWindow)) / deviation(z(example, p, p + 50));
    expect(ratio).toBeGreaterThan(0.7);
    expect(ratio).toBeLessThan(1.4);
  });
});

describe("counts", () => {
  const windows = testWindows(records, "anywhere");
  /** Probabilities with bumps at the arrivals, some late, some missing, some where nothing is. */
  const found = windows.map(({ example }, i) => {
    const curves = new Float32Array(3 * ablationWindow);
    const draw = rng(4).fork(`${i}`);
    const bump = (phase: number, at: number, height: number) => {
      for (let t = Math.max(0, at - 10); t < Math.min(ablationWindow, at + 11); t++)
        curves[3 * t + phase] = Math.max(
          curves[3 * t + phase]!,
          height * Math.exp(-0.5 * ((t - at) / 3) ** 2),
        );
    };
    for (const { phase, sample } of example.arrivals)
      if (draw.uniform() < 0.8)
        bump(phase === "P" ? 0 : 1, Math.round(sample + draw.normal(0, 6)), draw.uniform(0.2, 1));
    for (let k = 0; k < 3; k++) bump(k % 2, draw.integer(0, ablationWindow), draw.uniform(0.1, 0.6));
    return curves;
  });

  it("are those of the picking protocol's scorer, window by window", () => {
    const named = windows.map(({ example, record }, i): PickWindow => {
      const at = (phase: string) => example.arrivals.find((a) => a.phase === phase)!.sample;
      const [p, s] = [at("P"), at("S")];
      return {
        window: `${i}`,
        file: `${record}`,
        kind: "event",
        scored: [0, ablationWindow],
        p, // just outside the window too: picks near to such an arrival are not punished
        s,
      };
    });
    const picks = found.flatMap((curves, i) =>
      (["P", "S"] as const).flatMap((phase) =>
        picksIn(curves, phase, 0.05).map(
          ({ index, value }): WindowPick => ({ file: `${i}`, phase, sample: index, prob: value }),
        ),
      ),
    );
    for (const threshold of [0.3, 0.5]) {
      const theirs = pickScores(named, picks, { threshold, rate: 50, length: ablationWindow, resamples: 0 });
      const ours = packedCounts(windows, found, 24, { P: threshold, S: threshold });
      for (const [k, phase] of (["P", "S"] as const).entries())
        for (const [j, tolerance] of [2, 3].entries()) {
          const sum = (m: number) => unpacked(ours[phase]).reduce((total, row) => total + row[m]!, 0);
          const { n, precision, recall } = theirs[2 * k + j]!;
          expect(sum(0)).toBe(n);
          expect(sum(tolerance) / sum(1)).toBeCloseTo(precision, 12);
          expect(sum(tolerance) / sum(0)).toBeCloseTo(recall, 12);
        }
    }
  });

  it("the threshold chosen leaves out bumps that are none", () => {
    const chosen = chosenThreshold(windows, found, "P");
    expect(chosen).toBeGreaterThan(0.2);
    expect(chosen).toBeLessThan(0.65);
  });
});

/** A run whose records are found with a chance. */
function run(row: string, seed: number, chance: number): Entry {
  const draw = rng(seed).fork("same for both");
  const pack = (p: number) => {
    const hits = Array.from({ length: 22 }, () => (draw.uniform() < p ? 1 : 0)).join("");
    const asked = "1".repeat(22);
    return [asked, "01".repeat(22), hits, hits];
  };
  const eight = [...pack(chance), ...pack(chance)];
  const six = [...eight.slice(1, 4), ...eight.slice(5)];
  const result: Record<string, Result[string]> = {
    horizontals: `${"1".repeat(21)}0`,
    noise: [1, 0, 0.2],
    slide: [0, 1, 1, 0],
  };
  for (const name of conditions) result[name] = eight;
  for (const name of ["12 dB", "6 dB", "0 dB", "Z", "E", "N", "EN"]) result[name] = six;
  return { task: { row, seed, fold: seed + 1, steps: 1 }, result, seconds: 1 };
}

describe("tables", () => {
  const seeds = [0, 1, 2, 3, 4];
  const question = { condition: "anywhere", phase: "P", tolerance: 0.1 } as const;

  it("call a large effect one, and none where there is none", () => {
    const entries = seeds.flatMap((seed) => [
      run("none (P at 10 s)", seed, 0.2),
      run("shift", seed, 0.8),
      run("shift + event", seed, 0.8),
    ]);
    const gain = gainOf(entries, "shift", "none (P at 10 s)", question)!;
    expect(gain.difference).toBeGreaterThan(0.4);
    expect(gain.records[0]).toBeGreaterThan(0.3);
    expect(gain.seeds).toMatchObject({ n: 5 });
    const gains = ablationGains(entries);
    expect(
      gains.filter(({ row }) => row === "shift + event").map(({ difference, holm }) => [difference, holm]),
    ).toEqual([
      [0, 1],
      [0, 1],
    ]);
    expect(gains.find(({ row }) => row === "shift")!.holm).toBeLessThan(0.05);
    expect(countsOf(entries[0]!, { ...question, condition: "E" })).toHaveLength(21); // one record has no horizontals
    expect(countsOf(entries[0]!, question)).toHaveLength(22);
  });

  it("give a verdict only where records and seeds agree, and say when seeds are few", () => {
    const of = (n: number, low: number, high: number, holm: number) =>
      verdictOf({ difference: (low + high) / 2, seeds: { mean: (low + high) / 2, low, high, n }, holm });
    expect([of(5, 0.1, 0.2, 0.01), of(5, -0.2, -0.1, 0.05)]).toEqual(["gain", "loss"]);
    expect([of(5, -0.01, 0.2, 0.01), of(5, 0.1, 0.2, 0.06)]).toEqual(["not shown", "not shown"]);
    expect([of(2, 0.1, 0.2, 0.01), of(1, 0.1, 0.1, 0.01)]).toEqual(["gain, few seeds", "one seed"]);
  });

  it("print from any part of a journal, rows in their order, and gains need seeds that both rows have", async () => {
    const { tables } = await loadExperiment(experimentModule("augment"));
    const entries = [run("all", 1, 0.8), run("shift", 0, 0.7), run("none (P at 10 s)", 0, 0.2)];
    const [main] = tables(entries);
    expect(main!.rows.map(([row]) => row)).toEqual(["none (P at 10 s)", "shift", "all"]);
    expect(gainOf(entries, "all", "shift", question)).toBeUndefined();
    expect(runsOf(entries, "all")).toHaveLength(1);
  });
});

describe("a task", () => {
  it("gives the same result whatever ran before it", { timeout: 120_000 }, async (ctx) => {
    if (!locate("stead/ncedc-110-splits.csv"))
      return ctx.skip("needs GEODL_DATA: stead/ncedc-110-splits.csv");
    const experiment = await loadExperiment(experimentModule("augment"));
    await experiment.prepare?.();
    const task = { row: "all", seed: 1, fold: 2, steps: 3 };
    const first = await experiment.run(task);
    await experiment.run({ row: "none", part: "imbalance", ratio: 10, seed: 0, steps: 5 });
    expect(await experiment.run(task)).toEqual(first);
    expect(String(first.horizontals)).toMatch(/^[01]{23}$/);
  });
});

describe("rare earthquakes", () => {
  it("are as rare as asked, drawn by the seed", () => {
    const y = Int32Array.from({ length: 200 }, (_, i) => i % 2);
    const x = Float32Array.from({ length: 1000 }, (_, i) => Math.floor(i / 5));
    const rare = rareTable({ x, y }, [0, 160], 20, 1);
    expect(rare.y).toHaveLength(84);
    expect(rare.y.reduce((a, v) => a + v, 0)).toBe(4);
    for (const [i, v] of rare.y.entries())
      expect([rare.x[5 * i]! % 2, rare.x[5 * i]! < 160]).toEqual([v, true]);
    expect(String(rareTable({ x, y }, [0, 160], 20, 2).x)).not.toBe(String(rare.x));
  });

  it("have curves that follow from recall, false alarms and the ratio", () => {
    const curve = rareCurve([0.9, 0.8, 0.7, 0.1], Int32Array.of(1, 0, 1, 0), 10);
    expect(curve.recall).toEqual([0.5, 0.5, 1, 1]);
    expect(curve.falseAlarms).toEqual([0, 0.5, 0.5, 1]);
    expect(curve.precision.map((v) => v.toFixed(3))).toEqual(["1.000", "0.091", "0.167", "0.091"]);
    expect(curve.accuracy[0]).toBeCloseTo((0.5 + 10) / 11, 12);
    expect(curve.rocArea).toBe(0.75);
    expect(curve.averagePrecision).toBeCloseTo(0.5 + 0.5 / 6, 12);
    expect(rareCurve([1, 1], Int32Array.of(1, 0), 5).rocArea).toBe(0.5); // a constant is chance
  });
});
