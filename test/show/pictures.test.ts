import { rng } from "geodl/core";
import {
  atoms,
  comparison,
  type Figure,
  gather,
  image,
  jupyterDisplay,
  palette,
  section,
  velocityModel,
} from "geodl/show";
import { describe, expect, it } from "vitest";
import { decode, type Picture, share } from "./png.js";

type Json = Record<string, unknown>;

async function shown(f: Figure) {
  const bundle = (await f[jupyterDisplay]()) as Json;
  const png = Buffer.from(bundle["image/png"] as string, "base64");
  return { bundle, png, picture: decode(png), size: JSON.stringify(bundle).length };
}
const trace = (f: Figure, type: string, k = 0) => f.data.filter((t) => t.type === type)[k] as Json;
const source = (f: Figure, k = 0): Picture =>
  decode(Buffer.from((trace(f, "image", k).source as string).split(",")[1]!, "base64"));
const grid = (shape: readonly number[], value: (i: number, j: number) => number) => ({
  data: Float32Array.from({ length: shape[0]! * shape[1]! }, (_, k) =>
    value(Math.floor(k / shape[1]!), k % shape[1]!),
  ),
  shape,
});
/** Brightness 0 .. 255 of a colour. */
const light = (rgb: number) => 0.3 * (rgb >> 16) + 0.59 * ((rgb >> 8) & 255) + 0.11 * (rgb & 255);

const waves = grid([60, 40], (t, x) => Math.sin((t + x / 4) / 3));

describe("section", () => {
  const options = { dt: 0.004, title: "A section" };

  it("is one image trace, time down from t0, traces centred on their positions", () => {
    const f = section(waves, { ...options, t0: 0.1, dx: 25, x0: 1000, xLabel: "offset (m)" });
    const traceOf = trace(f, "image");
    for (const [key, value] of Object.entries({ x0: 1000, dx: 25, y0: 0.1, dy: 0.004 }))
      expect(traceOf[key]).toBeCloseTo(value, 12);
    const y = f.layout.yaxis as { range: number[]; title: Json };
    expect(y.range[0]).toBeCloseTo(0.1 + 59.5 * 0.004, 12);
    expect(y.range[1]).toBeCloseTo(0.098, 12);
    expect(y.title.text).toBe("time (s)");
    expect(f.layout.xaxis).toMatchObject({ range: [987.5, 1987.5], title: { text: "offset (m)" } });
    expect(f.alt).toBe(
      "A section. Seismic section of 40 traces and 60 samples, 0.240 s; amplitude from -1 to 1.",
    );
  });
  it("has the colour of each sample: blue below 0, white at 0, orange above, grey for NaN", () => {
    const f = section(
      grid([2, 2], (i, j) => [-1, 0, 1, Number.NaN][2 * i + j]!),
      { ...options, range: 1 },
    );
    const p = source(f);
    const parts = (x: number, y: number) => [16, 8, 0].map((s) => (p.at(x, y) >> s) & 255);
    const [negative, zero, positive, gap] = [parts(0, 0), parts(1, 0), parts(0, 1), parts(1, 1)];
    expect(negative[2]!).toBeGreaterThan(negative[0]! + 60);
    expect(positive[0]!).toBeGreaterThan(positive[2]! + 60);
    expect(Math.min(...zero)).toBeGreaterThan(235);
    expect(gap).toEqual([0xd9, 0xd9, 0xd9]);
    expect(Math.abs(light(p.at(0, 0)) - light(p.at(0, 1)))).toBeLessThan(15); // as dark on both sides
  });
  it("shares a range when told to, and clips at 99 % when not", () => {
    const bar = (f: Figure) => (f.data.at(-1) as { marker: Json }).marker;
    expect(bar(section(waves, { ...options, range: 2.5 }))).toMatchObject({ cmin: -2.5, cmax: 2.5 });
    const spiked = { ...waves, data: waves.data.map((v, i) => (i === 7 ? 1000 : v)) };
    expect(bar(section(spiked, options)).cmax).toBeLessThan(1.01);
  });
  it("takes means where there are more than 1,000 samples a side, and gives values to hover over", () => {
    const f = section(
      grid([2500, 30], (t) => t),
      options,
    );
    expect([source(f).width, source(f).height]).toEqual([30, 1000]);
    expect((trace(f, "image").dy as number) * 1000).toBeCloseTo(2500 * 0.004, 10);
    const hover = trace(f, "heatmap") as { z: number[][]; y0: number; dy: number; hovertemplate: string };
    expect(hover.z.length).toBe(100);
    expect(hover.z[0]![0]).toBe(12); // mean of 0 .. 24
    expect(hover.y0).toBeCloseTo(12 * 0.004, 12);
    expect(hover.hovertemplate).toContain("time %{y:.4~g} s");
  });
  it("shows 2,000 x 2,000 samples of noise in less than 2 MB, its PNG in less than 150 kB", async () => {
    const noise = { data: rng(1).fill(new Float32Array(4e6), "normal") as Float32Array, shape: [2000, 2000] };
    const start = process.cpuUsage();
    const { size, png } = await shown(section(noise, options));
    const { user, system } = process.cpuUsage(start); // of this process; the twin takes about 0.9 s of its own
    expect((user + system) / 1e6).toBeLessThan(0.75);
    expect(size).toBeLessThan(2_000_000);
    expect(png.length).toBeLessThan(150_000);
  });
  it("is drawn upright in the static twin", async () => {
    const { picture } = await shown(
      section(
        grid([50, 50], (t) => (t < 25 ? 1 : -1)),
        { ...options, range: 1 },
      ),
    );
    expect(share(picture, "#642500", [0.15, 0.2, 0.8, 0.4])).toBeGreaterThan(0.95);
    expect(share(picture, "#0a2a5e", [0.15, 0.6, 0.8, 0.8])).toBeGreaterThan(0.95);
    expect(share(picture, "#222222", [0.02, 0.02, 0.5, 0.08])).toBeGreaterThan(0.01); // title
    expect(share(picture, "#ffffff", [0.995, 0, 1, 1], 5)).toBe(1);
  });
  it("draws wiggles: lobes to the right of their trace only, cut at the clip", async () => {
    const f = section(waves, { ...options, kind: "wiggle", range: 1 });
    expect(f.data.filter((t) => t.type === "image")).toEqual([]);
    const [lobes, line] = f.data as unknown as { x: (number | null)[]; y: (number | null)[] }[];
    let k = 0;
    for (const x of lobes!.x) {
      if (x === null) k++;
      else expect(x).toBeGreaterThanOrEqual(k - 1e-4);
    }
    expect(k).toBe(40);
    expect(line!.x.filter((x) => x === null).length).toBe(40);
    expect(line!.x[3]).toBeCloseTo(1.5 * Math.sin(1), 3);
    const { picture } = await shown(f);
    expect(share(picture, "#222222", [0.15, 0.2, 0.9, 0.8])).toBeGreaterThan(0.2);
  });
  it("draws lines with a white rim and names them", () => {
    const f = section(waves, { ...options, lines: [{ name: "horizon", x: [0, 39], times: [0.1, 0.2] }] });
    expect(f.data.filter((t) => t.type === "scatter").map((t) => [t.name, t.showlegend])).toEqual([
      [undefined, false],
      ["horizon", true],
      [undefined, false],
    ]);
  });
  it("names the rule that a call breaks", () => {
    expect(() => section({ data: waves.data, shape: [60] }, options)).toThrow("section: must have two axes");
    expect(() => section(waves, { ...options, dt: 0 })).toThrow("section: dt must be > 0, got 0");
    expect(() => section(waves, { ...options, range: [1, 1] })).toThrow("range must ascend, got [1, 1]");
    expect(() => section(waves, { ...options, lines: [{ name: "h", x: [0], times: [] }] })).toThrow(
      'section: x and times of "h" must have the same length, got 1 and 0',
    );
  });
});

describe("gather", () => {
  const shot = grid([12, 200], (trace, t) => (t > 50 + 5 * trace ? Math.cos(t / 5) * 0.5 ** trace : 0));
  const times = Float64Array.from({ length: 12 }, (_, i) => (50 + 5 * i) * 0.001);
  const options = { dt: 0.001, title: "A gather", picks: [{ name: "analyst", times }] };
  it("turns [trace, time] so that time runs down, each trace over its largest size", () => {
    const f = gather(shot, options);
    expect([source(f).width, source(f).height]).toEqual([12, 200]);
    const z = (trace(f, "heatmap") as { z: number[][] }).z;
    const peaks = Array.from({ length: 12 }, (_, x) => Math.max(...z.map((row) => Math.abs(row[x]!))));
    expect(Math.min(...peaks)).toBeGreaterThan(0.9); // though the last trace is 2,048 times weaker
    const marks = f.data.find((t) => t.name === "analyst") as { y: number[] };
    expect(marks.y[3]).toBeCloseTo(0.065, 12);
    expect(f.alt).toContain("picks of analyst: 12 traces");
  });
  it("cuts a window, with picks outside it gone", () => {
    const f = gather(shot, { ...options, window: [0.06, 0.08] });
    expect(source(f).height).toBe(21);
    const { y } = f.data.find((t) => t.name === "analyst") as { y: (number | null)[] };
    expect(y.map((v) => v !== null)).toEqual(Array.from({ length: 12 }, (_, i) => i >= 2 && i <= 6));
  });
  it("is drawn with its picks where they belong", async () => {
    const { picture } = await shown(gather(shot, options));
    expect(share(picture, palette[1], [0.1, 0.3, 0.85, 0.6])).toBeGreaterThan(0.002);
    expect(share(picture, palette[1], [0.1, 0.68, 0.85, 0.8])).toBe(0);
  });
  it("names the rule that a call breaks", () => {
    expect(() => gather(shot, { ...options, picks: [{ name: "p", times: [1] }] })).toThrow(
      'gather: "p" must have a time for each of 12 traces, got 1',
    );
    expect(() => gather(shot, { ...options, window: [5, 6] })).toThrow(
      "gather: the window must hold two samples",
    );
  });
});

describe("velocityModel", () => {
  const model = grid([30, 90], (z) => 1500 + 50 * z);
  it("is true to scale, depth down, in kilometres", async () => {
    const f = velocityModel(model, {
      spacing: 20,
      title: "A model",
      sources: { x: [500], z: [20] },
      receivers: { x: [100, 200], z: [0, 0] },
    });
    expect(f.layout.yaxis).toMatchObject({ scaleanchor: "x", range: [0.59, -0.01] });
    expect(trace(f, "image")).toMatchObject({ x0: 0, dx: 0.02 });
    expect(f.alt).toBe("A model. Model of 1.80 km by 0.600 km depth; velocity from 1500 to 2950 m/s.");
    const { picture } = await shown(f);
    expect(share(picture, "#d55e00", [0.1, 0.1, 0.85, 0.5])).toBeGreaterThan(0.0005); // the star
    const p = source(f);
    for (let z = 1; z < 30; z++)
      expect(light(p.at(5, z))).toBeGreaterThanOrEqual(light(p.at(5, z - 1)) - 1e-9);
  });
  it("refuses places that do not pair", () =>
    expect(() => velocityModel(model, { spacing: 20, title: "M", sources: { x: [1], z: [] } })).toThrow(
      "velocityModel: x and z of the sources must have the same length, got 1 and 0",
    ));
});

describe("comparison", () => {
  const after = { ...waves, data: waves.data.map((v) => 0.8 * v) };
  const options = { dt: 0.004, title: "Before and after" };
  it("adds the difference, and one colour means one amplitude in all panels", () => {
    const f = comparison({ before: waves, after }, options);
    expect(f.data.filter((t) => t.type === "image").length).toBe(3);
    expect((f.layout.annotations as Json[]).map((a) => a.text)).toEqual([
      "amplitude",
      "before",
      "after",
      "before minus after",
    ]);
    const at = (k: number, x: number, y: number) => source(f, k).at(x, y);
    const [x, y] = [0, 5]; // sin(5 / 3) = 1
    expect(light(at(2, x, y))).toBeGreaterThan(light(at(0, x, y)) + 60); // 0.2 is far paler than 1
    expect(f.layout.yaxis3).toMatchObject({ matches: "y", showticklabels: false });
    expect(f.alt).toContain("before, after, before minus after");
  });
  it("puts six panels in two rows and is drawn", async () => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const f = comparison(Object.fromEntries(names.map((n) => [n, waves])), options);
    expect((f.layout.yaxis4 as { domain: number[] }).domain[0]).toBe(0);
    const { picture, png } = await shown(f);
    expect(png.length).toBeLessThan(150_000);
    expect(share(picture, "#642500", [0.1, 0.6, 0.3, 0.85])).toBeGreaterThan(0.05);
  });
  it("names the rule that a call breaks", () => {
    expect(() => comparison({ a: waves, b: grid([2, 2], () => 1) }, options)).toThrow(
      "comparison: all must have one shape, got [60, 40] and [2, 2]",
    );
    expect(() => comparison({}, options)).toThrow("needs 1 to 6 sections, got 0");
    expect(() => comparison({ a: waves }, { ...options, difference: true })).toThrow("needs two sections");
  });
});

describe("image", () => {
  const options = {
    title: "f-k",
    x: { label: "wavenumber (1/m)", at: [-0.05, 0.05] },
    y: { label: "frequency (Hz)" },
    quantity: "amplitude",
  };
  it("has axes through the centres of its samples, up or down", async () => {
    const f = image(
      grid([20, 11], (i) => i),
      options,
    );
    expect((f.layout.xaxis as { range: number[] }).range[0]).toBeCloseTo(-0.055, 12);
    expect(f.layout.yaxis).toMatchObject({ range: [-0.5, 19.5] });
    expect(image(waves, { ...options, isDown: true }).layout.yaxis).toMatchObject({ range: [59.5, -0.5] });
    const { picture } = await shown(f);
    expect(share(picture, "#f7e44a", [0.15, 0.13, 0.8, 0.16])).toBeGreaterThan(0.9); // large on top
  });
  it("refuses axes that do not fit", () =>
    expect(() => image(waves, { ...options, x: { label: "k", at: [1, 2, 3] } })).toThrow(
      "image: x.at must have 40 positions or 2, got 3",
    ));
});

describe("atoms", () => {
  it("lays them out row by row with gaps, each over its largest size", async () => {
    const f = atoms(
      { data: Float32Array.of(1, 2, 3, 4, 10, 20, 30, 40, -5, 0, 0, 5), shape: [3, 2, 2] },
      {
        title: "Three atoms",
        columns: 2,
      },
    );
    expect((f.data[0] as { z: unknown }).z).toEqual([
      [0.25, 0.5, null, 0.25, 0.5],
      [0.75, 1, null, 0.75, 1],
      [null, null, null, null, null],
      [-1, 0, null, null, null],
      [0, 1, null, null, null],
    ]);
    expect(f.alt).toContain("3 atoms of 2 by 2 samples");
    const { picture } = await shown(f);
    expect(share(picture, "#642500", [0.1, 0.1, 0.9, 0.95])).toBeGreaterThan(0.05);
  });
  it("refuses other shapes", () =>
    expect(() => atoms(waves, { title: "A" })).toThrow(
      "atoms: atoms must be [atom, height, width], got [60,40]",
    ));
});
