// Annotating and picking streams: equal to SeisBench on an hour, with gaps, overlaps, other rates; the same for any chunking.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { apply, nn, tensor } from "geodl";
import { rng } from "geodl/core";
import { beforeAll, describe, expect, it } from "vitest";
import { prepare } from "../../dist/apply/windows.js";
import { torchShape } from "../../dist/nn/layouts.js";
import { formulaWeights } from "../nn/formula.js";
import { makeHour, makeStreams } from "./hour.js";

const folder = process.env.GEODL_DATA ?? "";
const hasData = existsSync(join(folder, "weights", "phasenet_volpick.pt.v1"));
const zero = Date.UTC(2020, 0, 1) / 1000;

interface Case {
  readonly name: string;
  readonly options: apply.AnnotateOptions;
  readonly curves: readonly {
    readonly phase: string;
    readonly start: number;
    readonly n: number;
    readonly data: string;
  }[];
  readonly picks: readonly (readonly [string, number, number])[];
}
const golden = JSON.parse(
  readFileSync(new URL("../golden/picks/annotate.json", import.meta.url), "utf8"),
) as { readonly step: number; readonly cases: readonly Case[] };

/** What SeisBench does with a curve's ends: NaN is cut off. */
function trimmed(curve: Float32Array): { readonly skipped: number; readonly data: Float32Array } {
  let [from, end] = [0, curve.length];
  while (from < end && Number.isNaN(curve[from]!)) from++;
  while (end > from && Number.isNaN(curve[end - 1]!)) end--;
  return { skipped: from, data: curve.subarray(from, end) };
}

describe("annotate with volpick", () => {
  let hour: Float32Array;
  let streams: Record<string, apply.Segment[]>;
  let picker: apply.Picker;
  beforeAll(async () => {
    if (!hasData) return;
    hour = await makeHour(folder);
    streams = makeStreams(hour);
    picker = await apply.loadPicker(join(folder, "weights", "phasenet_volpick.pt.v1"));
  });

  it.for(golden.cases)("equals SeisBench: $name", async ({ name, options, curves, picks }, ctx) => {
    if (!hasData) return ctx.skip("needs GEODL_DATA: weights/phasenet_volpick.pt.v1");
    const before = tensor.memory().tensors;
    const found = await apply.annotate(picker, streams[name]!, options);
    expect(tensor.memory().tensors).toBe(before);
    expect(found.length * 2).toBe(curves.length);
    // at 50 Hz SeisBench resamples as if the record's end went on at its start: its last second is its own
    const last = name === "50 Hz" ? 100 : 0;
    let worst = 0;
    for (const { phase, start, n, data } of curves) {
      const own = found.find((a) => {
        const { skipped } = trimmed(a.curves[phase]!);
        return Math.abs(a.start - zero + skipped / a.rate - start) < 1e-3;
      });
      expect(own, `${phase} from ${start}`).toBeDefined();
      const curve = trimmed(own!.curves[phase]!).data;
      expect(curve.length).toBe(n);
      const wanted = new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer);
      wanted.forEach((v, i) => {
        if (i * golden.step < n - last) worst = Math.max(worst, Math.abs(v - curve[i * golden.step]!));
      });
    }
    expect(worst).toBeLessThan(1e-4);

    const ours = await apply.pick(picker, streams[name]!, options);
    for (const [phase, time, prob] of picks) {
      const near = ours.filter((p) => p.phase === phase && Math.abs(p.time - zero - time) < 1e-3);
      expect(near.length, `${phase} at ${time}`).toBe(1);
      expect(near[0]!.prob).toBeCloseTo(prob, 4);
    }
    // SeisBench gives one pick a trigger, we every maximum that stands .5 s apart: so ours are at least as many
    expect(ours.length).toBeGreaterThanOrEqual(picks.length);
  });

  it("does not depend on the pieces that are read, nor on the batch", { timeout: 120_000 }, async (ctx) => {
    if (!hasData) return ctx.skip("needs GEODL_DATA: weights/phasenet_volpick.pt.v1");
    for (const name of ["max, blind", "200 Hz", "50 Hz"]) {
      const some = streams[name]!.map((s) => ({ ...s, data: s.data.slice(0, 30_000) }));
      const [whole] = await apply.annotate(picker, some);
      for (const options of [{ chunk: 777 }, { chunk: 5_003, batch: 5 }]) {
        const [parts] = await apply.annotate(picker, some, options);
        let worst = 0;
        for (const phase of "PSN")
          whole!.curves[phase]!.forEach((v, i) => {
            worst = Math.max(worst, Math.abs(v - parts!.curves[phase]![i]!));
          });
        expect(worst, `${name}, ${JSON.stringify(options)}`).toBeLessThan(1e-5);
      }
    }
  });

  it("fills short records up where it is asked to, and moves no pick by it", async (ctx) => {
    if (!hasData) return ctx.skip("needs GEODL_DATA: weights/phasenet_volpick.pt.v1");
    const at = 29_000 * 3 + 4_000;
    const cut = (n: number) =>
      streams.hour!.map((s) => ({ ...s, start: s.start + at / 100, data: s.data.slice(at, at + n) }));
    expect(await apply.pick(picker, cut(2_900))).toEqual([]);
    const end = streams.hour![0]!.start + at / 100 + 23;
    const full = (await apply.pick(picker, cut(3_001), { threshold: 0.5 })).filter(({ time }) => time < end);
    expect(full.length).toBeGreaterThanOrEqual(1);
    for (const n of [2_900, 2_996, 3_000]) {
      const short = await apply.pick(picker, cut(n), { shortest: 1 });
      const near = short.filter((p) =>
        full.some((q) => q.phase === p.phase && Math.abs(q.time - p.time) <= 0.02),
      );
      expect(near.length, `${n} samples`).toBe(full.length);
    }
  });

  it("stops when it is told to, and refuses what makes no sense", async (ctx) => {
    if (!hasData) return ctx.skip("needs GEODL_DATA: weights/phasenet_volpick.pt.v1");
    const before = tensor.memory().tensors;
    await expect(apply.pick(picker, streams.hour!, { signal: AbortSignal.abort() })).rejects.toThrow("abort");
    expect(tensor.memory().tensors).toBe(before);
    await expect(apply.annotate(picker, streams.hour!, { overlap: 3001 })).rejects.toThrow(
      "annotate: overlap must be a whole number in 0 .. 3000, got 3001",
    );
    await expect(apply.annotate(picker, streams.hour!, { blinding: [-1, 0] })).rejects.toThrow("blinding");
    await expect(apply.annotate(picker, streams.hour!, { batch: 0 })).rejects.toThrow("batch");
  });
});

interface FormulaCase {
  readonly name: "phasenet" | "eqTransformer";
  readonly curves: Case["curves"];
}
const byFormula = JSON.parse(
  readFileSync(new URL("../golden/picks/formula.json", import.meta.url), "utf8"),
) as { readonly step: number; readonly cases: readonly FormulaCase[] };

describe("annotate with weights by a formula, each network's own norm, taper, stacking, blinding", () => {
  const shared = { components: "ENZ", rate: 100, thresholds: {} };
  const settings: Record<FormulaCase["name"], nn.WindowSettings> = {
    phasenet: { ...shared, phases: "NPS", length: 3001, norm: "std", overlap: 1500, blinding: [0, 0] },
    eqTransformer: {
      ...shared,
      phases: "DPS",
      length: 6000,
      norm: "std-all",
      taper: 6,
      overlap: 3000,
      blinding: [500, 500],
      stacking: "max",
    },
  };
  it.for(byFormula.cases)("equals SeisBench: $name", { timeout: 120_000 }, async ({ name, curves }) => {
    await tensor.ready();
    const model = nn[name]();
    const shapes = [...model.parameters, ...model.buffers].map(
      ([key, v]) => [key, torchShape(model.layouts.get(key)!, v.shape)] as const,
    );
    const weights = formulaWeights(model, new Map(shapes));
    for (const [key, { data, shape }] of weights)
      if (/^(conv_d|pick_convs)/.test(key)) weights.set(key, { data: data.map((v) => 20 * v), shape });
    nn.fill(model, weights);
    const noise = rng.numpy(3).normal(0, 5, [60_000]);
    const segments = [..."ENZ"].map((letter, c) => ({
      id: `XX.SYN..HH${letter}`,
      start: zero,
      sampleRate: 100,
      data: Float32Array.from({ length: 20_000 }, (_, i) => noise[3 * i + c]! + 40),
    }));
    const picker: apply.Picker = { name, model, ...settings[name], dispose: () => model.dispose() };
    const [found] = await apply.annotate(picker, segments);
    let worst = 0;
    for (const { phase, start, n, data } of curves) {
      const { skipped, data: curve } = trimmed(found!.curves[phase]!);
      expect(skipped / 100).toBeCloseTo(start, 6);
      expect(curve.length).toBe(n);
      const wanted = new Float32Array(new Uint8Array(Buffer.from(data, "base64")).buffer);
      // these curves are flat: the difference is to be small beside what there is to see
      const spread = Math.max(...wanted) - Math.min(...wanted);
      wanted.forEach((v, i) => {
        const off = Math.abs(v - curve[i * byFormula.step]!);
        worst = Math.max(worst, off, (0.005 * off) / spread);
      });
    }
    expect(worst).toBeLessThan(1e-4);
    expect(
      (await apply.pick(picker, segments, { threshold: 0.01 })).every((p) => "PS".includes(p.phase)),
    ).toBe(true);
    picker.dispose();
  });
});

describe("loadPicker", () => {
  it("takes components, phases, norm, thresholds from SeisBench's JSON", async (ctx) => {
    if (!hasData) return ctx.skip("needs GEODL_DATA: weights/*");
    const volpick = await apply.loadPicker("volpick");
    expect(volpick).toMatchObject({
      name: "volpick",
      components: "ZNE",
      phases: "PSN",
      norm: "peak",
      rate: 100,
      length: 3001,
      overlap: 1500,
      thresholds: { P: 0.39, S: 0.34 },
    });
    volpick.dispose();
    const ethz = await apply.loadPicker(join(folder, "weights", "phasenetlight_ethz.pt.v2"));
    expect(ethz.model.name).toBe("phasenetlight");
    expect(ethz.thresholds.P).toBeCloseTo(0.4439, 4);
    ethz.dispose();
    await expect(apply.loadPicker(join(folder, "weights", "kair_dncnn_25.pt"))).rejects.toThrow(
      "loadPicker: the model must be own, volpick, stalta or a file of weights",
    );
  });
});

describe("stretchesOf", () => {
  const trace = (id: string, start: number, values: readonly number[], rate = 100): apply.Trace => ({
    id,
    start,
    rate,
    length: values.length,
    read: (first, count) => Float32Array.from(values.slice(first, first + count)),
  });
  const ramp = (from: number, n: number) => Array.from({ length: n }, (_, i) => from + i);
  const read = ({ length, read }: apply.TimedStretch, place: number) =>
    [...read(0, length)].filter((_, i) => i % 3 === place);

  it("joins what follows on, cuts overlaps that agree, keeps gaps", () => {
    const { stretches, notes } = apply.stretchesOf(
      [
        trace("A.B..HHZ", 10, ramp(0, 100)),
        trace("A.B..HHZ", 11, ramp(100, 50)),
        trace("A.B..HHZ", 11.3, ramp(130, 50)), // 20 samples again
        trace("A.B..HHZ", 11.4, ramp(140, 10)), // nothing new
        trace("A.B..HH1", 11, ramp(1000, 20)),
        trace("A.B..HHZ", 20, ramp(5, 7)),
        trace("A.B..LOG", 10, ramp(0, 9)),
      ],
      "ENZ",
      100,
    );
    expect(notes).toEqual(["A.B..LOG: the component is none of ENZ, left out"]);
    expect(stretches.map(({ start, length }) => [start, length])).toEqual([
      [10, 180],
      [20, 7],
    ]);
    expect(read(stretches[0]!, 2)).toEqual(ramp(0, 180));
    expect(read(stretches[0]!, 1).slice(99, 122)).toEqual([0, ...ramp(1000, 20), 0, 0]);
    expect(read(stretches[0]!, 0).every((v) => v === 0)).toBe(true);
  });

  it("leaves out the time over which two records differ, whichever ends first", () => {
    const other = trace("A.B..HHZ", 10.4, ramp(500, 20));
    const inside = apply.stretchesOf([trace("A.B..HHZ", 10, ramp(0, 100)), other], "ENZ", 100);
    expect(inside.stretches.map(({ start, length }) => [start, length])).toEqual([
      [10, 40],
      [10.6, 40],
    ]);
    expect(read(inside.stretches[1]!, 2)).toEqual(ramp(60, 40));
    expect(inside.notes).toEqual(["A.B..HHZ: two records of the same 0.20 s differ, that time is left out"]);
    const beyond = apply.stretchesOf([trace("A.B..HHZ", 10, ramp(0, 50)), other], "ENZ", 100);
    expect(beyond.stretches.map(({ start, length }) => [start, length])).toEqual([
      [10, 40],
      [10.5, 10],
    ]);
    expect(read(beyond.stretches[1]!, 2)).toEqual(ramp(510, 10));
  });

  it("refuses rates without a ratio and passes over slow channels", () => {
    const { notes } = apply.stretchesOf([trace("A.B..LHZ", 0, ramp(0, 100), 1)], "ENZ", 100);
    expect(notes[0]).toContain("A.B..LHZ: 1 samples a second are too few");
    expect(() => apply.stretchesOf([trace("A.B..HHZ", 0, ramp(0, 100), 99.97)], "ENZ", 100)).toThrow(
      "ratio of whole numbers",
    );
  });
});

describe("prepare", () => {
  it("NaN counts as 0, whatever the norm", () => {
    const random = rng(5);
    const samples = Float32Array.from({ length: 900 }, (_, i) =>
      i % 3 === 1 ? 0 : 7 * random.normal() + 30,
    );
    const holed = samples.slice();
    holed[30] = Number.NaN;
    const asZero = samples.slice();
    asZero[30] = 0;
    const [a, b] = [new Float32Array(900), new Float32Array(900)];
    for (const norm of ["peak", "std", "std-live", "std-all", "none"] as const) {
      prepare(holed, a, 3, norm);
      prepare(asZero, b, 3, norm);
      expect([...a]).toEqual([...b]);
    }
  });

  it("what fills a short record up counts for nothing", () => {
    const samples = new Float32Array(30).fill(9, 0, 12);
    samples.set([1, 2, 3, 5, 6, 7], 0);
    const [whole, short] = [new Float32Array(30), new Float32Array(12)];
    prepare(samples, whole, 3, "std", 4);
    prepare(samples.subarray(0, 12), short, 3, "std");
    expect([...whole]).toEqual([...short, ...new Float32Array(18)]);
  });
});
