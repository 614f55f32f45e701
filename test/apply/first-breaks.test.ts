// First breaks of gathers of any size, by the network and classically: dead traces, clicks, reject; the verb on arrays and SEG-Y.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  classicalFirstBreaks,
  firstBreakInputs,
  linesThroughClicks,
  loadFirstBreakPicker,
  openGathers,
  pickOf,
  placesOf,
} from "geodl/apply";
import { type Grid, rng } from "geodl/core";
import { readSegy, writeNpy, writeSegy } from "geodl/formats";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl first breaks ü-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bin = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));
const geodl = (...args: string[]) =>
  spawnSync(process.execPath, [bin, "firstbreak", ...args], { encoding: "utf8", cwd: folder });

/** A gather with one clear arrival: weak noise, then a damped oscillation of 30 samples' period from the break on. */
function gatherOf(traces: number, nt: number, breakAt: (x: number) => number, seed = 1): Grid {
  const random = rng(seed).fork("gather");
  const data = new Float32Array(traces * nt);
  for (let x = 0; x < traces; x++)
    for (let t = 0; t < nt; t++) {
      const after = t - breakAt(x);
      const wave = after < 0 ? 0 : Math.exp(-after / 120) * Math.sin((2 * Math.PI * after) / 30);
      data[x * nt + t] = wave + 0.01 * random.normal();
    }
  return { data, shape: [traces, nt] };
}
const vShape = (x: number) => 60 + 3 * Math.abs(x - 20);

describe("places of a step", () => {
  it("are a probability with its peak where the logits turn", () => {
    const logits = Float64Array.from({ length: 100 }, (_, t) => (t < 40 ? -3 : 3));
    const places = placesOf(logits);
    expect(places.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(pickOf(places).sample).toBe(40);
    expect(pickOf(places).confidence).toBeGreaterThan(0.99);
    // log odds of neighbouring places are the logit between them
    expect(Math.log(places[39]! / places[40]!)).toBeCloseTo(-3, 9);
    expect(Math.log(places[41]! / places[40]!)).toBeCloseTo(-3, 9);
  });
});

describe("inputs", () => {
  it("are the same at any gain and offset, bounded, and tell of clicks only where there are some", () => {
    const gather = gatherOf(8, 64, () => 30);
    const louder = { data: gather.data.map((v) => 1000 * v + 5e3), shape: gather.shape };
    const [a, b] = [firstBreakInputs(gather), firstBreakInputs(louder)];
    expect(a.shape).toEqual([8, 64, 5]);
    a.data.forEach((v, i) => {
      expect(Math.abs(v - b.data[i]!)).toBeLessThan(2e-3);
      expect(Math.abs(v)).toBeLessThanOrEqual(1);
      if (i % 5 > 1) expect(v).toBe(0);
    });
    const clicked = firstBreakInputs(gather, [{ trace: 2, sample: 31 }]);
    const at = (x: number, t: number, c: number) => clicked.data[(x * 64 + t) * 5 + c]!;
    expect(at(2, 31, 2)).toBeCloseTo(0, 6);
    expect(at(5, 0, 2)).toBeCloseTo(Math.tanh(-31 / 16), 6);
    expect(at(5, 0, 3)).toBeCloseTo(0.5, 6);
    expect(at(2, 31, 4)).toBeCloseTo(1, 6);
    expect(at(3, 31, 4)).toBe(0);
  });

  it("take lines through clicks that go on beyond them", () => {
    const two = [
      { trace: 4, sample: 12 },
      { trace: 2, sample: 10 },
    ];
    expect([...linesThroughClicks(two, 7)]).toEqual([8, 9, 10, 11, 12, 13, 14]);
    expect([...linesThroughClicks(two.slice(1), 3)]).toEqual([10, 10, 10]);
    expect(() => linesThroughClicks([], 3)).toThrow(/there must be a click/);
  });
});

describe("pickers", () => {
  it.each(["own", ...classicalFirstBreaks])(
    "%s finds a clear arrival, and nothing on dead traces",
    async (name) => {
      const gather = gatherOf(48, 400, vShape);
      gather.data.fill(0, 5 * 400, 6 * 400);
      gather.data.fill(7, 9 * 400, 10 * 400);
      const picker = await loadFirstBreakPicker(name);
      const { sample, confidence } = picker.pick(gather);
      picker.dispose();
      for (const dead of [5, 9]) expect([sample[dead], confidence[dead]]).toEqual([Number.NaN, Number.NaN]);
      const errors = Array.from(sample, (v, x) => Math.abs(v - vShape(x)))
        .filter((e) => !Number.isNaN(e))
        .sort((a, b) => a - b);
      expect(errors.length).toBeGreaterThan(40);
      expect(errors[errors.length >> 1]!).toBeLessThan(name === "mer" || name === "coppens" ? 20 : 11);
      const sure = [...confidence].filter((c) => !Number.isNaN(c));
      expect(sure.length).toBe(name === "own" ? 46 : 0);
      for (const c of sure) expect(c >= 0 && c <= 1).toBe(true);
    },
  );

  it.each([
    [1, 300],
    [7, 200],
    [96, 512],
    [130, 900],
  ])("own: %i traces of %i samples", async (traces, nt) => {
    const picker = await loadFirstBreakPicker();
    const { sample } = picker.pick(gatherOf(traces, nt, (x) => 70 + 0.5 * x));
    const errors = Array.from(sample, (v, x) => Math.abs(v - 70 - 0.5 * x)).sort((a, b) => a - b);
    expect(sample.length).toBe(traces);
    // a single trace is more than a network of gathers can be asked
    expect(errors[traces >> 1]!).toBeLessThan(traces === 1 ? 200 : 12);
    picker.dispose();
  });

  it("own: goes to where clicks say, leaves out what is less sure than asked", async () => {
    const picker = await loadFirstBreakPicker();
    const gather = gatherOf(48, 400, vShape);
    const off = 12;
    const clicks = [8, 24, 40].map((trace) => ({ trace, sample: vShape(trace) + off }));
    const { sample, confidence } = picker.pick(gather, { clicks });
    const mean = sample.reduce((sum, v, x) => sum + (v - vShape(x)) / 48, 0);
    expect(mean).toBeGreaterThan(0.4 * off);
    const limit = [...confidence].sort((a, b) => a - b)[20]!;
    const strict = picker.pick(gather, { clicks, reject: limit });
    strict.sample.forEach((v, x) => {
      expect(Number.isNaN(v)).toBe(confidence[x]! < limit);
    });
    expect(() => picker.pick(gather, { clicks: [{ trace: 48, sample: 3 }] })).toThrow(
      /a click must lie in traces 0 \.\. 47 and samples 0 \.\. 399, got 48, 3/,
    );
    expect(() => picker.pick({ data: new Float32Array(4), shape: [4] })).toThrow(/must be \[trace, time\]/);
    picker.dispose();
  });

  it("refuses other names", async () => {
    await expect(loadFirstBreakPicker("magic")).rejects.toThrow(/must be own, stalta, .*got magic/);
  });
});

describe("geodl firstbreak", () => {
  const gather = gatherOf(20, 300, (x) => 60 + x);
  const turned = new Float32Array(gather.data.length);
  for (let x = 0; x < 20; x++) for (let t = 0; t < 300; t++) turned[t * 20 + x] = gather.data[x * 300 + t]!;
  writeFileSync(join(folder, "clicks.tsv"), "# mine\ngather\ttrace\tsample\n102\t10\t80\n");
  writeFileSync(join(folder, "shot 7.npy"), writeNpy({ data: turned, shape: [300, 20] }));

  const read = (name: string) =>
    readFileSync(join(folder, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));

  it("picks an array [time, trace]", () => {
    const { status, stdout, stderr } = geodl("shot 7.npy", "--dt", "0.002", "--out", "a.csv");
    expect(stderr).not.toMatch(/geodl firstbreak:/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/a\.csv: 20 picks on 20 traces of 1 gather by own, .* traces\/s/);
    const [head, ...rows] = read("a.csv");
    expect(head).toEqual(["gather", "trace", "sample", "time", "confidence"]);
    expect(rows.length).toBe(20);
    rows.forEach(([name, trace, sample, time, confidence], x) => {
      expect([name, trace]).toEqual(["shot 7", String(x)]);
      expect(Math.abs(Number(sample) - 60 - x)).toBeLessThan(60);
      expect(Math.abs(Number(time) - 0.002 * Number(sample))).toBeLessThan(2e-5);
      expect(Number(confidence)).toBeGreaterThan(0);
    });
  });

  it("SEG-Y: a gather a field record, delays, a dead trace, clicks, picks in the headers of a copy", () => {
    const traces = new Float32Array(40 * 300);
    traces.set(gather.data);
    traces.set(gatherOf(20, 300, (x) => 90 - x, 2).data, 20 * 300);
    traces.fill(0, 3 * 300, 4 * 300);
    const columns = (f: (i: number) => number) => Array.from({ length: 40 }, (_, i) => f(i));
    const headers = {
      FieldRecord: columns((i) => (i < 20 ? 101 : 102)),
      DelayRecordingTime: columns((i) => (i < 20 ? 0 : 50)),
      offset: columns((i) => 10 * (i % 20)),
    };
    const bytes = writeSegy({ data: traces, shape: [40, 300] }, { dt: 0.001, headers });
    writeFileSync(join(folder, "two.sgy"), bytes);
    const { status, stderr } = geodl(
      "two.sgy",
      "--out",
      "b.csv",
      "--clicks",
      "clicks.tsv",
      "--headers",
      "c.sgy",
    );
    expect([status, stderr.includes("geodl firstbreak:")]).toEqual([0, false]);
    const [, ...rows] = read("b.csv");
    expect(rows.length).toBe(40);
    expect(rows[3]).toEqual(["101", "3", "", "", ""]);
    expect(rows[20]!.slice(0, 2)).toEqual(["102", "0"]);
    expect(Number(rows[20]![3])).toBeCloseTo(0.05 + 0.001 * Number(rows[20]![2]), 4);
    const [before, after] = [readSegy(bytes), readSegy(readFileSync(join(folder, "c.sgy")))];
    expect(after.traces().data).toEqual(before.traces().data);
    const changed = after.traceBytes(0, 40);
    const stride = changed.length / 40;
    const view = new DataView(changed.buffer, changed.byteOffset, changed.length);
    expect(view.getInt32(3 * stride + 232)).toBe(-1);
    expect(Math.abs(view.getInt32(20 * stride + 232) - 1e6 * Number(rows[20]![3]))).toBeLessThan(20);
    expect(after.header(20)).toMatchObject({ FieldRecord: 102, DelayRecordingTime: 50 });
    const all = [...openGathers(join(folder, "two.sgy")).gathers()];
    expect(all.map(({ name, from, to }) => [name, from, to])).toEqual([
      ["101", 0, 20],
      ["102", 20, 40],
    ]);
  });

  it("traces in any order of offset are picked as if they lay in it", () => {
    const order = rng(4).permutation(20);
    const data = new Float32Array(20 * 300);
    order.forEach((from, to) => {
      data.set(gather.data.subarray(from * 300, (from + 1) * 300), to * 300);
    });
    const headers = {
      FieldRecord: new Array<number>(20).fill(5),
      offset: Array.from(order, (from) => 10 + from),
    };
    writeFileSync(join(folder, "mixed.sgy"), writeSegy({ data, shape: [20, 300] }, { dt: 0.001, headers }));
    expect(geodl("mixed.sgy", "--out", "m.csv").status).toBe(0);
    expect(geodl("shot 7.npy", "--dt", "0.001", "--out", "n.csv").status).toBe(0);
    const [mixed, plain] = [read("m.csv").slice(1), read("n.csv").slice(1)];
    order.forEach((from, to) => {
      expect(mixed[to]!.slice(2)).toEqual(plain[from]!.slice(2));
    });
  });

  it.each([
    [["shot 7.npy", "--out", "x.csv"], 2, /--dt must say the sample interval/],
    [["shot 7.npy", "--dt", "0", "--out", "x.csv"], 2, /--dt must be seconds > 0, got 0/],
    [["shot 7.npy", "--dt", "0.001"], 2, /--out must name/],
    [["none.npy", "--dt", "0.001", "--out", "x.csv"], 1, /the file must be there/],
    [["shot 7.npy", "--dt", "0.001", "--out", "x.csv", "--model", "magic"], 2, /--model must be one of own/],
    [["shot 7.npy", "--dt", "0.001", "--out", "x.csv", "--headers", "y.sgy"], 2, /needs a SEG-Y input/],
    [
      ["shot 7.npy", "--dt", "0.001", "--out", "x.csv", "--clicks", "clicks.tsv"],
      1,
      /--clicks must name gathers/,
    ],
  ] as const)("%j: exit status %i", (args, wanted, message) => {
    const { status, stderr } = geodl(...args);
    expect(status).toBe(wanted);
    expect(stderr).toMatch(message);
    expect(existsSync(join(folder, "x.csv"))).toBe(false);
  });
});
