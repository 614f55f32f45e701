import { figure, jupyterDisplay, learningCurve, lines, palette, record } from "geodl/show";
import { describe, expect, it } from "vitest";
import { decode, share } from "./png.js";

const time = Float64Array.from({ length: 600 }, (_, i) => i / 100);
const waveform = {
  data: Float32Array.from({ length: 1800 }, (_, i) => (i < 600 ? 0.05 : 1) * Math.sin(i * i)),
  shape: [600, 3],
};

async function shown(f: ReturnType<typeof figure>) {
  const bundle = (await f[jupyterDisplay]()) as Record<string, unknown>;
  const png = Buffer.from(bundle["image/png"] as string, "base64");
  return { bundle, png, picture: decode(png) };
}

describe("figure", () => {
  it("is a plain object that JSON holds: typed arrays are lists, gaps null", () => {
    const f = figure({
      data: [{ type: "scatter", y: Float32Array.of(1, Number.NaN, 3), z: { deep: [new Int16Array([4])] } }],
      title: "T",
      alt: "A",
    });
    expect(f.data).toEqual([{ type: "scatter", y: [1, null, 3], z: { deep: [[4]] } }]);
    expect(JSON.parse(JSON.stringify(f))).toEqual({ data: f.data, layout: f.layout, title: "T", alt: "A" });
  });
  it("asks for a title and an alt text", () => {
    expect(() => figure({ data: [], title: "T", alt: " " })).toThrow(
      'figure: alt must be a text that is not empty, got " "',
    );
  });
  it("shows Plotly's JSON, a PNG and the alt text, and never HTML", async () => {
    const f = figure({
      data: [
        {
          type: "heatmap",
          z: [
            [1, 2],
            [3, 4],
          ],
        },
      ],
      title: "T",
      alt: "Four cells",
    });
    const { bundle, picture } = await shown(f);
    expect(Object.keys(bundle).sort()).toEqual(["application/vnd.plotly.v1+json", "image/png", "text/plain"]);
    expect(bundle["text/plain"]).toBe("Four cells");
    expect([picture.width, picture.height]).toEqual([1400, 800]);
    expect(share(picture, "#ffffff", [0.2, 0.2, 0.7, 0.8])).toBeLessThan(0.02); // cells cover the plot
  });
  it("sends long lists in base64, to the last bit", async () => {
    const y = Array.from(time, (t) => Math.sin(t));
    const z = Array.from({ length: 20 }, (_, i) => Array.from({ length: 30 }, (_, j) => i * j));
    const f = figure({ data: [{ y, x: [1, 2], gap: [...y, null] }, { z }], title: "T", alt: "A" });
    const { bundle } = await shown(f);
    const sent = (
      bundle["application/vnd.plotly.v1+json"] as { data: Record<string, { dtype: string; bdata: string }>[] }
    ).data;
    expect(sent[0]!.y!.dtype).toBe("f8");
    const bytes = Buffer.from(sent[0]!.y!.bdata, "base64");
    expect(Array.from({ length: 600 }, (_, i) => bytes.readDoubleLE(8 * i))).toEqual(y);
    expect(sent[0]!.x).toEqual([1, 2]);
    expect(Array.isArray(sent[0]!.gap)).toBe(true);
    expect(sent[1]!.z).toMatchObject({ dtype: "f4", shape: "20, 30" });
  });
});

describe("record", () => {
  const options = {
    dt: 0.01,
    title: "A record with a title of some length, as real ones have",
    picks: [
      { name: "P, analyst", time: 2 },
      { name: "P, AIC", time: 2.05, isDashed: true },
      { name: "S, analyst", time: 3 },
      { name: "late", time: 99 },
    ],
    characteristics: [{ name: "STA/LTA", values: time, thresholds: [4] }],
  };
  it("stacks its panels over one time axis", () => {
    const f = record(waveform, options);
    expect(f.data.map((t) => t.name)).toEqual(["E", "N", "Z", "STA/LTA"]);
    expect((f.data[1]!.y as number[])[5]).toBe(waveform.data[16]);
    expect(f.layout.yaxis).toMatchObject({ title: { text: "E (counts)" } });
    expect(f.layout.xaxis4).toMatchObject({ title: { text: "time (s)" }, range: [0, 6], matches: "x" });
    expect(f.alt).toBe(
      `${options.title}. Components E, N, Z over 6.0 s; P, analyst at 2.00 s, P, AIC at 2.05 s, S, analyst at 3.00 s.`,
    );
    const labels = f.layout.annotations as { text: string; yshift: number }[];
    expect(labels.map((l) => l.text)).toEqual(["P, analyst", "P, AIC", "S, analyst"]);
    expect(labels[0]!.yshift).not.toBe(labels[1]!.yshift); // near in time, so in different rows
  });
  it("cuts a window", () => {
    const f = record(waveform, { ...options, window: [2.01, 2.5] });
    expect(f.data[0]).toMatchObject({ dx: 0.01 });
    expect(f.data[0]!.x0).toBeCloseTo(2.01, 12);
    expect((f.data[2]!.y as number[]).length).toBe(50);
    expect((f.data[2]!.y as number[])[0]).toBe(waveform.data[3 * 201 + 2]);
    expect((f.layout.annotations as unknown[]).length).toBe(1);
  });
  it("is drawn: traces in every panel, lines at the picks, nothing at the edges", async () => {
    const { picture, png } = await shown(record(waveform, options));
    expect(png.length).toBeLessThan(150_000);
    const height = picture.height / 2;
    const top = (height - 55 - 4 * 105) / height;
    const panel = (height - 55) / height / 4 - top / 4;
    for (let k = 0; k < 4; k++) {
      const box = [0.13, top + (k + 0.1) * panel, 0.96, top + (k + 0.85) * panel];
      expect(share(picture, k < 3 ? "#222222" : palette[2], box)).toBeGreaterThan(0.003);
      const at = (t: number) => (80 + (600 * t) / 6) / 700;
      const strip = (t: number) => [at(t) - 0.004, box[1]!, at(t) + 0.004, box[3]!];
      expect(share(picture, palette[1], strip(3))).toBeGreaterThan(0.1);
      expect(share(picture, palette[1], strip(4))).toBe(0);
      expect(share(picture, palette[0], strip(2))).toBeGreaterThan(0.1);
    }
    for (const edge of [
      [0, 0, 1, 0.01],
      [0, 0.99, 1, 1],
      [0, 0, 0.005, 1],
      [0.997, 0, 1, 1],
    ])
      expect(share(picture, "#ffffff", edge, 5)).toBe(1); // no word is cut off
    expect(share(picture, "#222222", [0.02, 0.01, 0.8, 0.1])).toBeGreaterThan(0.01); // title
    expect(share(picture, "#222222", [0.02, top, 0.11, 0.9])).toBeGreaterThan(0.01); // tick labels and axis titles
  });
  it("names the rule that a call breaks", () => {
    expect(() => record({ data: waveform.data, shape: [600] }, options)).toThrow("[sample, channel]");
    expect(() => record(waveform, { ...options, window: [7, 8] })).toThrow(
      "record: the window must hold two samples or more, got 7 .. 8 s",
    );
    expect(() => record(waveform, { ...options, characteristics: [{ name: "c", values: [1] }] })).toThrow(
      '"c" must have the record\'s 600 samples, got 1',
    );
    expect(() => record(waveform, { ...options, channels: ["Z"] })).toThrow("must name 3 channels, got Z");
  });
});

describe("lines", () => {
  const options = { title: "Two lines", xLabel: "offset (km)", yLabel: "amplitude (m/s)" };
  it("draws each line in its colour, with a legend", async () => {
    const f = lines(
      [
        { name: "a", y: [1, 2, 3] },
        { name: "b", x: [0, 1, 2], y: [2, 3, 1], kind: "line and points" },
      ],
      options,
    );
    expect(f.data.map((t) => t.mode)).toEqual(["lines", "lines+markers"]);
    expect(f.layout.yaxis).toMatchObject({ title: { text: "amplitude (m/s)" } });
    expect(f.alt).toContain("a from 1 to 3; b from 1 to 3");
    const { picture } = await shown(f);
    for (const c of [palette[0], palette[1]]) {
      expect(share(picture, c, [0.1, 0.12, 0.97, 0.75])).toBeGreaterThan(0.002);
      expect(share(picture, c, [0.05, 0.85, 0.6, 1])).toBeGreaterThan(0.0003); // in the legend, below
    }
  });
  it("takes a colour by its place, so that two lines of one run share it", () => {
    const f = lines(
      [
        { name: "a, training", y: [1, 2] },
        { name: "a, validation", y: [2, 3], kind: "dashed", colour: 0 },
        { name: "b", y: [3, 4] },
      ],
      options,
    );
    const colours = f.data.map((t) => (t.line as { readonly color: string }).color);
    expect(colours).toEqual([palette[0], palette[0], palette[2]]);
  });
  it("refuses lengths that differ", () =>
    expect(() => lines([{ name: "a", x: [1], y: [1, 2] }], options)).toThrow(
      'x and y of "a" must have the same length, got 1 and 2',
    ));
});

describe("learningCurve", () => {
  it("has a logarithmic axis unless a loss is zero or less", () => {
    const f = learningCurve([1, 0.5, 0.2], { validation: { steps: [3], losses: [0.4] } });
    expect(f.layout.yaxis).toMatchObject({ type: "log" });
    expect(f.data.map((t) => [t.name, t.x])).toEqual([
      ["training", [1, 2, 3]],
      ["validation", [3]],
    ]);
    expect(learningCurve([1, -1]).layout.yaxis).not.toMatchObject({ type: "log" });
    expect(learningCurve([]).data[0]!.y).toEqual([]);
  });
  it("has two ticks or more inside, however little a loss falls", () => {
    for (const losses of [
      [0.152, 0.125],
      [1.4, 0.5],
      [0.9, 0.2],
      [1, 0.05],
      [0.03001, 0.03],
    ]) {
      const { tickvals } = learningCurve(losses).layout.yaxis as { readonly tickvals: readonly number[] };
      const inside = tickvals.filter((v) => v >= losses[1]! * 0.999 && v <= losses[0]! * 1.001);
      expect(inside.length, String(losses)).toBeGreaterThan(1);
      expect(tickvals.every((v) => v > 0)).toBe(true);
    }
  });
});
