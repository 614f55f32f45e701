import { histogram, intervals, jupyterDisplay, palette, record, spectrum, tableBeside } from "geodl/show";
import { describe, expect, it } from "vitest";
import { decode, share } from "./png.js";

const picture = async (f: ReturnType<typeof histogram>) =>
  decode(Buffer.from(((await f[jupyterDisplay]()) as Record<string, string>)["image/png"]!, "base64"));

describe("histogram", () => {
  const values = Float64Array.from({ length: 101 }, (_, i) => i);
  const options = { title: "Errors", xLabel: "error (s)", bins: 10 };
  it("counts every value once, and marks the median and the middle 95 %", async () => {
    const f = histogram(values, options);
    const { y } = f.data[0] as { y: number[] };
    expect(y).toEqual([10, 10, 10, 10, 10, 10, 10, 10, 10, 11]);
    expect(f.alt).toBe(
      "Errors. Histogram of 101 values of error (s); median and middle 95 %: 50 (2.5 to 97.5).",
    );
    const p = await picture(f);
    expect(share(p, palette[1], [0.5, 0.3, 0.58, 0.8])).toBeGreaterThan(0.03);
  });
  it("takes an interval of the caller's, and says what lies outside its range", () => {
    const interval = { low: 49, middle: 50, high: 51, name: "mean and 95 % interval" };
    const f = histogram([...values, Number.NaN], { ...options, range: [10, 60], interval });
    expect(f.alt).toContain("mean and 95 % interval: 50 (49 to 51). 50 values outside");
    expect((f.data[0] as { y: number[] }).y.reduce((a, b) => a + b)).toBe(101);
  });
  it("shows values that are all the same, and refuses none", () => {
    expect((histogram([3, 3], options).data[0] as { y: number[] }).y.reduce((a, b) => a + b)).toBe(2);
    expect(() => histogram([Number.NaN], options)).toThrow("histogram: needs at least one finite value");
  });
});

describe("spectrum", () => {
  const line = { name: "a", frequencies: [0, 10, 20], amplitudes: [1, 10, 0] };
  it("is in decibels of the largest amplitude", () => {
    const f = spectrum([line], { title: "S" });
    expect((f.data[0] as { y: number[] }).y).toEqual([-20, 0, -200]);
    expect(f.layout.yaxis).toMatchObject({ range: [-80, 4], title: { text: "amplitude (dB)" } });
    expect(f.alt).toBe("S. Amplitude spectra: a peaks at 10 Hz.");
  });
  it("or as it is, over a logarithmic axis", () => {
    const f = spectrum([line], { title: "S", scale: "linear", unit: "m/s", isLogFrequency: true });
    expect(f.data[0]).toMatchObject({ x: [null, 10, 20], y: [1, 10, 0] });
    expect(f.layout).toMatchObject({ xaxis: { type: "log" }, yaxis: { title: { text: "amplitude (m/s)" } } });
  });
  it("refuses negative amplitudes", () =>
    expect(() => spectrum([{ ...line, amplitudes: [1, -1, 0] }], { title: "S" })).toThrow(
      'spectrum: amplitudes of "a" must be >= 0, got -1',
    ));
});

describe("intervals", () => {
  const rows = [
    { name: "median", value: 4.9, low: 4.7, high: 5.2 },
    { name: "network", value: 8.6, group: "learned" },
  ];
  it("draws a forest, the first row on top, with a line to compare with", async () => {
    const f = intervals(rows, { title: "F", label: "SNR (dB)", reference: { value: 8.5, name: "BM3D" } });
    const [first, second] = f.data as unknown as { error_x: Record<string, number[]>; showlegend: boolean }[];
    expect(first!.error_x.array![0]).toBeCloseTo(0.3, 12);
    expect(first!.error_x.arrayminus![0]).toBeCloseTo(0.2, 12);
    expect([first!.showlegend, second!.showlegend]).toEqual([false, true]);
    expect(f.layout.yaxis).toMatchObject({ ticktext: ["median", "network"], range: [1.6, -0.6] });
    expect(f.alt).toBe("F. SNR (dB): median 4.9 (4.7 to 5.2); network 8.6; BM3D: 8.5.");
    const p = await picture(f);
    const half = p.height / 2;
    expect(share(p, palette[0], [0.1, 0.3, 0.9, (68 + 34) / half])).toBeGreaterThan(0.001);
    expect(share(p, palette[1], [0.1, (68 + 50) / half, 0.97, (68 + 80) / half])).toBeGreaterThan(0.001);
  });
  it("draws bars from 0", () =>
    expect(intervals(rows, { title: "B", label: "share", kind: "bars" })).toMatchObject({
      data: [{ type: "bar", orientation: "h" }, {}],
      layout: { xaxis: { rangemode: "tozero" } },
    }));
  it("refuses an interval without its value", () => {
    expect(() => intervals([{ name: "a", value: 1, low: 2 }], { title: "F", label: "l" })).toThrow(
      'intervals: the interval of "a" must hold its value 1, got 2',
    );
    expect(() => intervals([], { title: "F", label: "l" })).toThrow("at least one estimate");
  });
});

it("record draws probabilities in one panel, named by a legend", async () => {
  const values = Float64Array.from({ length: 200 }, (_, i) => (i === 100 ? 1 : 0));
  const f = record(
    { data: new Float32Array(600), shape: [200, 3] },
    {
      dt: 0.01,
      title: "R",
      probabilities: [
        { name: "P", values },
        { name: "S, network", values: values.map((v) => v / 2) },
      ],
      threshold: 0.3,
    },
  );
  expect(f.data.map((t) => [t.name, t.yaxis, t.showlegend])).toEqual([
    ["E", "y", false],
    ["N", "y2", false],
    ["Z", "y3", false],
    ["P", "y4", true],
    ["S, network", "y4", true],
  ]);
  expect(f.layout.yaxis4).toMatchObject({ range: [-0.03, 1.03], title: { text: "probability" } });
  expect((f.layout.shapes as { y0: number }[]).map((s) => s.y0)).toEqual([0.3]);
  expect(share(await picture(f), palette[1], [0.1, 0.9, 0.6, 1])).toBeGreaterThan(0.0002); // legend
  expect(() =>
    record(
      { data: new Float32Array(6), shape: [2, 3] },
      { dt: 1, title: "R", probabilities: [{ name: "P", values }] },
    ),
  ).toThrow('"P" must have the record\'s 2 samples, got 200');
});

it("tableBeside says what differs and who is ahead", () => {
  const t = tableBeside(
    [
      { name: "SNR (dB)", ours: 4.61, theirs: 4.5, spread: 0.03 },
      { name: "MAE", ours: 6.3, theirs: 6.5, better: "lower" },
      { name: "close", ours: 8.5, theirs: 8.52, spread: 0.05 },
      { name: "theirs only", ours: undefined, theirs: 1 },
      { name: "ours only", ours: 2, theirs: undefined },
      { name: "worse", ours: 1, theirs: 2 },
    ],
    { theirs: "Table 2", caption: "C" },
  );
  expect(t.columns).toEqual(["quantity", "here", "Table 2", "difference", "ahead"]);
  expect(t.rows.map((r) => [r[1], r[3], r[4]])).toEqual([
    ["4.61 ± 0.03", 0.11, "here"],
    [6.3, -0.2, "here"],
    ["8.5 ± 0.05", -0.02, "level"],
    [undefined, undefined, "not run"],
    [2, undefined, "not stated"],
    [1, -1, "theirs"],
  ]);
});
