// Interpolation of sections of any size: kept traces bit for bit, strips that leave no seam, gaps and faults told.
import {
  columnsOf,
  findLive,
  interpolate,
  interpolators,
  loadInterpolator,
  networkInterpolator,
} from "geodl/apply";
import type { Grid } from "geodl/core";
import { interpolateLinear, keptTraces } from "geodl/dictionary";
import { snr } from "geodl/metrics";
import { interpolateUnet } from "geodl/nn";
import { memory, ready } from "geodl/tensor";
import { describe, expect, it } from "vitest";

/** Events of two dips. */
function events(nt: number, nx: number): Grid {
  const data = new Float32Array(nt * nx);
  for (let t = 0, i = 0; t < nt; t++)
    for (let x = 0; x < nx; x++, i++)
      data[i] = Math.sin(0.25 * (t - 0.8 * x)) + 0.3 * Math.sin(0.4 * (t + 0.2 * x));
  return { data, shape: [nt, nx] };
}

const traceOf = ({ data, shape }: Grid, x: number): number[] =>
  Array.from({ length: shape[0]! }, (_, t) => data[t * shape[1]! + x]!);

const largest = (a: Grid, b: Grid): number =>
  a.data.reduce((most, v, i) => Math.max(most, Math.abs(v - b.data[i]!)), 0);

describe.each(["linear", "slopes", "pocs"] as const)("%s", (name) => {
  const method = interpolators[name];
  const section = events(90, 120);
  const kept = keptTraces(120, { kind: "random", share: 0.6, seed: 2 });

  it("keeps what is there bit for bit, does not read what is not, and comes closer than zeros", async () => {
    const dirty = { data: section.data.slice(), shape: section.shape };
    const isKept = new Set(kept);
    for (let i = 0; i < dirty.data.length; i++) if (!isKept.has(i % 120)) dirty.data[i] = Number.NaN;
    const found = await interpolate(dirty, kept, method);
    for (const x of kept) expect(traceOf(found, x)).toEqual(traceOf(section, x));
    expect(found.data.every(Number.isFinite)).toBe(true);
    const zeros = { data: dirty.data.map((v) => v || 0), shape: dirty.shape };
    expect(snr(section, found)).toBeGreaterThan(snr(section, zeros) + 2);
  });
});

describe("strips", () => {
  it("of linear interpolation give the whole section's answer", async () => {
    const section = events(20, 3000);
    const kept = keptTraces(3000, { kind: "random", seed: 1 });
    const found = await interpolate(section, kept, interpolators.linear);
    expect(largest(found, interpolateLinear(section, kept))).toBeLessThan(1e-6);
  });

  it("with a gap wider than a window or a strip: interpolated, or refused", async () => {
    const section = events(64, 200);
    const kept = keptTraces(200, { kind: "gap", width: 90 });
    const found = await interpolate(section, kept, interpolators.pocs);
    expect(traceOf(found, 100).some((v) => v !== 0)).toBe(true);
    const wide = events(4, 3000);
    const few = keptTraces(3000, { kind: "gap", width: 2500 });
    await expect(interpolate(wide, few, interpolators.linear)).rejects.toThrow(
      /a gap must be narrower than 1024 traces, got more from trace \d+/,
    );
  });
});

describe("kept traces", () => {
  it("are found where they are not given", () => {
    const section = events(9, 600);
    for (let t = 0; t < 9; t++) section.data[t * 600 + 300] = 0;
    section.data[4 * 600 + 511] = Number.NaN;
    const live = findLive(columnsOf(section));
    expect(live).toHaveLength(598);
    expect(live.includes(300) || live.includes(511)).toBe(false);
  });

  it.each([
    [[], "at least one trace must be kept, got none"],
    [[3, 3], "each kept trace must be given once, got 3 twice"],
    [[30], "kept traces must be whole numbers in 0 .. 29, got 30"],
    [[0.5], "kept traces must be whole numbers in 0 .. 29, got 0.5"],
  ])("%j are refused", async (kept, message) => {
    await expect(interpolate(events(5, 30), kept, interpolators.linear)).rejects.toThrow(message);
  });

  it("must be finite", async () => {
    const section = events(5, 30);
    section.data[7] = Number.NaN;
    await expect(interpolate(section, [1, 7, 20], interpolators.linear)).rejects.toThrow(
      "interpolate: kept traces must be finite, got NaN in trace 7; leave it out",
    );
  });
});

describe("a network", () => {
  it("works on any size and amplitude, in pieces, averaged, and frees its tensors", {
    timeout: 120_000,
  }, async () => {
    await ready();
    const model = interpolateUnet({ seed: 1, channels: [4, 4, 4] });
    const net = networkInterpolator(model);
    const section = events(300, 64);
    const kept = keptTraces(64, { kind: "random", seed: 4 });
    const before = memory().tensors;
    const found = await interpolate(section, kept, net);
    const mean = await interpolate(section, kept, networkInterpolator(model, { flips: true }));
    expect(memory().tensors).toBe(before);
    for (const x of kept) expect(traceOf(found, x)).toEqual(traceOf(section, x));
    expect(snr(section, mean)).toBeGreaterThan(3);
    const loud = { data: section.data.map((v) => -1e6 * v), shape: section.shape };
    const answer = await interpolate(loud, kept, networkInterpolator(model, { flips: true }));
    expect(largest({ data: answer.data.map((v) => v / -1e6), shape: answer.shape }, mean)).toBeLessThan(1e-4);
    // mirrored along x, the average is the mirrored average
    const [nt, nx] = [300, 64];
    const mirror = (g: Grid): Grid => ({
      data: g.data.map((_, i) => g.data[i - (i % nx) + nx - 1 - (i % nx)]!),
      shape: [nt, nx],
    });
    const turnedKept = kept.map((x) => nx - 1 - x);
    const other = await interpolate(mirror(section), turnedKept, networkInterpolator(model, { flips: true }));
    expect(snr(mean, mirror(other))).toBeGreaterThan(40);
    net.dispose();
  });

  it("is named when its weights are not there, and flips are for it only", async () => {
    await expect(loadInterpolator("linear", { flips: true })).rejects.toThrow(
      "flips are for the network, got method linear",
    );
    await expect(loadInterpolator("cubic")).rejects.toThrow("must be own, linear, slopes or pocs, got cubic");
  });
});
