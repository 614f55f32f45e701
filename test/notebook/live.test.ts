// The live curve and the provenance table, with a host that only listens.
import { type Bundle, remember } from "geodl/core";
import { live, provenance } from "geodl/notebook";
import { afterEach, describe, expect, it, vi } from "vitest";
import { sketch } from "../../dist/notebook/sketch.js";

const key = Symbol.for("geodl.host");
const slot = globalThis as { [key]?: unknown };

interface Sent {
  readonly bundle: Bundle | Promise<Bundle>;
  readonly displayId?: string;
  readonly update?: boolean;
}

function listen(): Sent[] {
  const sent: Sent[] = [];
  slot[key] = { display: (bundle: Bundle, options: object) => sent.push({ bundle, ...options }) };
  return sent;
}

afterEach(() => {
  delete slot[key];
  vi.restoreAllMocks();
  vi.useRealTimers();
});

describe("live", () => {
  it("shows one curve and one bar, changed at most twice a second, with a picture at the end", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const sent = listen();
    const onReport = live("test");
    for (let step = 1; step <= 100; step++) {
      vi.advanceTimersByTime(20); // 2 s in all
      onReport({ step, steps: 100, loss: 1 / step });
    }
    const curves = sent.filter(({ bundle }) => bundle instanceof Promise || "image/svg+xml" in bundle);
    const bars = sent.filter((entry) => !curves.includes(entry));
    expect(new Set(curves.map(({ displayId }) => displayId)).size).toBe(1);
    expect(new Set(bars.map(({ displayId }) => displayId)).size).toBe(1);
    expect(curves.map(({ update }) => update)).toEqual([false, ...curves.slice(1).map(() => true)]);
    expect(curves.length).toBeGreaterThanOrEqual(4);
    expect(curves.length).toBeLessThanOrEqual(6);
    const last = await curves.at(-1)!.bundle;
    expect(last).toHaveProperty("image/png");
    const { data } = last["application/vnd.plotly.v1+json"] as { readonly data: readonly object[] };
    expect(data.length).toBe(1);
    expect(last["text/plain"]).toMatch(/test/);
  });

  it("draws what it has: all curves inside the axes, gaps where a loss is no number", () => {
    const steps = Array.from({ length: 5000 }, (_, i) => i + 1);
    const losses = steps.map((s) => (s === 2503 ? Number.NaN : 1 / s));
    const svg = sketch("A < B", "loss", [
      { steps, losses },
      { steps: [5000], losses: [0.1] },
    ]);
    expect(svg).toContain("A &lt; B");
    expect(svg.length).toBeLessThan(20_000);
    const paths = [...svg.matchAll(/<path d="([^"]+)" fill="none" stroke="#(?:1f77b4|ff7f0e)/g)].map(
      (m) => m[1]!,
    );
    expect(paths).toHaveLength(2);
    expect(paths[0]!.split("M")).toHaveLength(3); // one gap
    const points = [...paths.join("").matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map((m) => [
      Number(m[1]),
      Number(m[2]),
    ]);
    expect(points.every(([x, y]) => x! >= 70 && x! <= 680 && y! >= 50 && y! <= 345)).toBe(true);
    expect(points[0]).toEqual([70.1, 50]); // the first loss is the largest
    expect(sketch("t", "loss", [{ steps: [1], losses: [-1] }])).not.toContain("logarithmic");
    expect(sketch("t", "loss", [])).not.toContain("NaN");
  });

  it("prints every 10 % without a host", () => {
    const lines: string[] = [];
    vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
    const onReport = live("test");
    for (let step = 1; step <= 50; step++) onReport({ step, steps: 50, loss: 2 / step, validationLoss: 3 });
    expect(lines.length).toBe(10);
    expect(lines.at(-1)).toBe("test: step 50/50, loss 0.04000, validation 3.000");
  });
});

describe("provenance", () => {
  it("names what made the numbers, and what the rooms noted", () => {
    remember("data x.hdf5", "sha256 abc");
    const { columns, rows } = provenance() as unknown as {
      columns: unknown;
      rows: readonly (readonly string[])[];
    };
    expect(columns).toEqual(["what", "value"]);
    const names = rows.map(([name]) => name);
    expect(names).toEqual(
      expect.arrayContaining(["geodl", "Node", "processor", "profile", "seed", "data x.hdf5"]),
    );
    expect(rows.find(([name]) => name === "Node")![1]).toBe(process.version);
  });

  it("puts many files of one folder into a row, but not those that are not as they should be", () => {
    for (let i = 0; i < 20; i++)
      remember(
        `data many/${i}.npz`,
        `sha256 ${i}a, ${i === 7 ? "NOT as in the catalog" : "as in the catalog"}`,
      );
    const { rows } = provenance() as unknown as { rows: readonly (readonly string[])[] };
    expect(rows.filter(([name]) => name!.startsWith("data many/"))).toEqual([
      ["data many/", "19 files, each as in the catalog"],
      ["data many/7.npz", "sha256 7a, NOT as in the catalog"],
    ]);
  });
});
