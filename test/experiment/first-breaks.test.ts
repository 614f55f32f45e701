// First breaks on the protocol's gathers: folds and clicks by their rules, the scorer, the classical pickers of its table.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { classicalPicks, krigeClicks, linesThroughClicks } from "geodl/apply";
import { rng } from "geodl/core";
import { firstbreak, locate } from "geodl/data";
import { changeGather, firstBreakSamples } from "geodl/experiment";
import { firstBreakScores } from "geodl/metrics";
import { medianOfPicks, pickAic, pickEnergyRatio } from "geodl/signal";
import { beforeEach, describe, expect, it } from "vitest";

const scoring = join(process.env.GEODL_DATA ?? "", "../scoring");
const normal = rng.numpy(7).standardNormal([20, 3]);
const test5 = new Set([13, 108, 109, 256, 257]);

/** Rows of a table of scoring/, if it is there. */
function rowsOf(name: string): string[] | undefined {
  const path = join(scoring, name);
  if (!process.env.GEODL_DATA || !existsSync(path)) return undefined;
  return readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"))
    .slice(1);
}

describe("the labelled gathers", () => {
  beforeEach((ctx) => {
    if (!locate("first-break/geostack-train/13.npy"))
      ctx.skip("needs GEODL_DATA: first-break/geostack-train");
  });

  it("are 20 with 48 labels each, and folds that cut no cluster", () => {
    const gathers = firstbreak.labelled();
    expect(gathers.map(({ number }) => number)).toEqual(firstbreak.numbers);
    for (const { gather, labels } of gathers) {
      expect(gather.shape).toEqual([48, 4000]);
      expect(labels.length).toBe(48);
      expect(Math.min(...labels)).toBeGreaterThan(6.9);
      expect(Math.max(...labels)).toBeLessThan(303);
    }
    const folds = new Map<number, number>();
    for (const { cluster, fold } of gathers)
      expect(folds.set(cluster, folds.get(cluster) ?? fold).get(cluster)).toBe(fold);
    expect(gathers.filter(({ fold }) => fold === 1).map(({ number }) => number)).toEqual([...test5]);
  });

  it("have the folds, clusters, spreads and clicks that the scorers use", (ctx) => {
    const [folds, clicks] = [rowsOf("folds-gathers.tsv"), rowsOf("clicks.tsv")];
    if (!folds || !clicks) return ctx.skip("needs scoring/ beside GEODL_DATA");
    const gathers = firstbreak.labelled();
    expect(gathers.map((g) => [g.number, g.fold, g.cluster, g.spread].join("\t"))).toEqual(folds);
    const made = firstbreak.protocolClicks(gathers, normal);
    expect(clicks.length).toBe(60);
    for (const row of clicks) {
      const [gather, trace, sample] = row.split("\t").map(Number) as [number, number, number];
      const click = made.get(gather)!.find((c) => c.trace === trace)!;
      expect(Math.abs(click.sample - sample)).toBeLessThan(1e-4);
    }
  });

  it("give the figures of the protocol's scorer for the same CSV", (ctx) => {
    const script = join(scoring, "firstbreaks.py");
    const python = fileURLToPath(new URL("../../.venv-peers/bin/python", import.meta.url));
    if (!existsSync(script) || !existsSync(python))
      return ctx.skip(
        "needs scoring/firstbreaks.py beside GEODL_DATA and a Python with NumPy in .venv-peers",
      );
    const folder = mkdtempSync(join(tmpdir(), "geodl firstbreaks "));
    try {
      const gathers = firstbreak.labelled();
      const random = rng(3).fork("picks");
      const picks = gathers.map(({ labels }) =>
        labels.map((label) =>
          random.uniform() < 0.1 ? Number.NaN : Number((label + random.normal(1, 6)).toFixed(3)),
        ),
      );
      const sure = picks.map((row) => row.map(() => Number(random.uniform().toFixed(4))));
      const rows = gathers.flatMap(({ number }, g) =>
        Array.from(picks[g]!, (pick, x) =>
          Number.isNaN(pick) ? `${number},${x},,` : `${number},${x},${pick},${sure[g]![x]}`,
        ),
      );
      const file = join(folder, "picks.csv");
      writeFileSync(file, `${["gather,trace,sample,confidence", ...rows].join("\n")}\n`);
      const { stdout } = spawnSync(python, [script, "score", file, "--json"], { encoding: "utf8" });
      type Row = Readonly<Record<string, number>> & { readonly set: string };
      const [all] = JSON.parse(stdout) as readonly Row[];
      const join960 = (parts: readonly Float64Array[]) => parts.flatMap((part) => [...part]);
      const ours = firstBreakScores(
        join960(picks),
        join960(gathers.map(({ labels }) => labels)),
        join960(sure),
      );
      expect(all!.set).toBe("all-20");
      const { hr } = ours;
      const pairs: readonly [number, number][] = [
        ...([1, 3, 5, 7, 9] as const).map((k) => [hr[k], all![`hr${k}`]!] as [number, number]),
        ...(["coverage", "mae", "median", "rmse", "bias", "mad", "ece"] as const).map(
          (name) => [ours[name]!, all![name]!] as [number, number],
        ),
      ];
      for (const [a, b] of pairs) expect(Math.abs(a - b)).toBeLessThan(1e-9);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // PROTOCOLS 2: coverage, HR@1, 3, 5, 7, 9, MAE over all 960 traces
  it.each([
    ["stalta", undefined, [0.905, 0.036, 0.118, 0.181, 0.243, 0.29, 64.8]],
    ["stalta", 5, [0.999, 0.049, 0.147, 0.232, 0.323, 0.394, 43]],
    ["mer 40", undefined, [1, 0.011, 0.051, 0.1, 0.141, 0.192, 150.5]],
    ["mer", undefined, [1, 0.016, 0.06, 0.115, 0.158, 0.207, 132.5]],
    ["coppens", undefined, [1, 0.031, 0.077, 0.131, 0.172, 0.218, 112.9]],
    ["coppens", 5, [1, 0.04, 0.092, 0.154, 0.205, 0.263, 74.2]],
    ["aic", undefined, [1, 0.018, 0.062, 0.115, 0.154, 0.202, 116.8]],
    ["mer, aic", undefined, [1, 0.017, 0.059, 0.096, 0.135, 0.172, 147.8]],
    ["baer", undefined, [1, 0.02, 0.057, 0.113, 0.15, 0.193, 93]],
    ["baer", 5, [1, 0.02, 0.084, 0.134, 0.173, 0.208, 78]],
  ] as const)("%s, median %s: the protocol's row within .01 HR", (name, median, [coverage, ...rest]) => {
    const mae = rest.pop()!;
    const picker =
      name === "mer 40"
        ? (x: Float64Array) => pickEnergyRatio(x, 40)
        : name === "mer, aic"
          ? (x: Float64Array) => {
              const at = pickEnergyRatio(x, 40);
              return at === undefined ? at : pickAic(x, { from: at - 40, to: at + 40 });
            }
          : name;
    const gathers = firstbreak.labelled();
    const picks = gathers.flatMap(({ gather }) => {
      // no pick is ObsPy's 0 + 1 there, and counts as one
      const found = classicalPicks(gather, picker, { samples: 600 });
      const whole = name === "baer" ? found.map((v) => (Number.isNaN(v) ? 1 : v)) : found;
      return [...(median ? medianOfPicks(whole, median) : whole)];
    });
    const scores = firstBreakScores(
      picks,
      gathers.flatMap(({ labels }) => [...labels]),
    );
    expect(Math.abs(scores.coverage - coverage)).toBeLessThan(0.002);
    ([1, 3, 5, 7, 9] as const).forEach((k, i) => {
      expect(Math.abs(scores.hr[k] - rest[i]!), `HR@${k}`).toBeLessThan(0.01);
    });
    expect(Math.abs(scores.mae - mae)).toBeLessThan(1);
  });

  it("straight lines through the clicks score what the protocol says", () => {
    const gathers = firstbreak.labelled();
    const clicks = firstbreak.protocolClicks(gathers, normal);
    const score = (some: readonly firstbreak.LabelledGather[]) =>
      firstBreakScores(
        some.flatMap(({ number }) => [...linesThroughClicks(clicks.get(number)!, 48)]),
        some.flatMap(({ labels }) => [...labels]),
      );
    const all = score(gathers);
    expect([all.hr[5].toFixed(3), all.hr[9].toFixed(3), all.mae.toFixed(1)]).toEqual([
      "0.523",
      "0.639",
      "15.3",
    ]);
    const few = score(gathers.filter(({ fold }) => fold === 1));
    expect([few.hr[9].toFixed(3), few.mae.toFixed(1)]).toEqual(["0.775", "6.7"]);
  });
});

describe("kriging of clicks", () => {
  it("goes to a click but for its noise, fades with distance, and knows how much is left", () => {
    const picks = new Float64Array(60).fill(100);
    const { shift, left } = krigeClicks(picks, [{ trace: 20, sample: 110 }], { range: 10, nugget: 0.15 });
    expect(shift[20]).toBeCloseTo(10 / 1.15, 9);
    expect(shift[30]).toBeCloseTo((10 * Math.exp(-1)) / 1.15, 9);
    expect(left[20]).toBeCloseTo(1 - 1 / 1.15, 9);
    expect(left[59]).toBeGreaterThan(0.999);
    expect(krigeClicks(picks, []).shift.every((v) => v === 0)).toBe(true);
    const two = krigeClicks(
      picks,
      [
        { trace: 20, sample: 110 },
        { trace: 21, sample: 110 },
      ],
      { nugget: 0 },
    );
    expect(two.shift[20]).toBeCloseTo(10, 9);
    expect(two.shift[21]).toBeCloseTo(10, 9);
  });

  it("leaves a click out where there is no pick to correct", () => {
    const picks = Float64Array.of(5, Number.NaN, 5);
    expect([...krigeClicks(picks, [{ trace: 1, sample: 9 }]).shift]).toEqual([0, 0, 0]);
  });
});

describe("augmentation", () => {
  it("moves labels as it moves the pulses, in time, over traces and upside down", () => {
    // a pulse behind each label of a gather without noise
    const labels = Float64Array.from({ length: 48 }, (_, x) => 120 + 2 * x);
    const data = new Float32Array(48 * 1200);
    labels.forEach((at, x) => {
      for (let t = 0; t < 1200; t++)
        data[x * 1200 + t] = t > at && t < at + 8 ? Math.sin((Math.PI * (t - at)) / 8) : 0;
    });
    const example = { gather: { data, shape: [48, 1200] }, labels };
    let seen = 0;
    for (let seed = 0; seed < 60; seed++) {
      const changed = changeGather(example, [example], rng(seed));
      for (const x of [0, 20, 47]) {
        const label = changed.labels[x]!;
        const trace = changed.gather.data.subarray(x * 512, (x + 1) * 512);
        if (label < 20 || label > 480) continue;
        let peak = 0;
        for (let t = 0; t < 512; t++) if (Math.abs(trace[t]!) > Math.abs(trace[peak]!)) peak = t;
        if (Math.abs(trace[peak]!) < 0.3) continue; // replaced by noise, of which there is none
        seen++;
        expect(peak - label).toBeGreaterThan(-2);
        expect(peak - label).toBeLessThan(13);
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  it("gives the same samples for the same seed", () => {
    const example = {
      gather: { data: new Float32Array(48 * 600).fill(1), shape: [48, 600] },
      labels: new Float64Array(48).fill(99),
    };
    const set = firstBreakSamples([example]);
    const [a, b] = [set.sample(0, rng(3)), set.sample(0, rng(3))];
    expect(a).toEqual(b);
    expect([a.x.shape, a.y.shape]).toEqual([
      [48, 512, 5],
      [48, 1],
    ]);
  });
});
