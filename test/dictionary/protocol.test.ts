// PROTOCOLS 1 and 1b on the real section: the figures that its table prints, within 0.1 dB below.
import { type Grid, rng } from "geodl/core";
import {
  cosineAtoms,
  dctAtoms,
  dctDenoise,
  ddtf,
  denoiseWithFrame,
  denoiseWithPursuit,
  fourierProjection,
  inTiles,
  interpolateAlongSlopes,
  interpolateLinear,
  keptTraces,
  ksvd,
  type Mask,
  maskTraces,
  patchesOf,
  pocs,
} from "geodl/dictionary";
import { snr } from "geodl/metrics";
import { describe, expect, it } from "vitest";
import { masha, noData, real3d } from "./helpers.js";

const rms = (s: Grid): number => Math.sqrt(s.data.reduce((sum, x) => sum + x * x, 0) / s.data.length);

/** s + sigma n, n = default_rng(0).standard_normal. */
function noisy(section: Grid, sigma: number): Grid {
  const noise = rng.numpy(0).standardNormal(section.shape);
  return { data: section.data.map((x, i) => x + sigma * noise[i]!), shape: section.shape };
}

describe.each([
  { level: "s25", before: -8.5, dct: 3.5, frame: 3.51, atoms: 3.05 },
  { level: "snr0", before: 0.03, dct: 7.74, frame: 7.82, atoms: 7.31 },
])("denoising real3d at $level", ({ level, before, dct, frame, atoms }) => {
  const section = real3d();
  const sigma = level === "s25" ? (2 * 25) / 255 : section ? rms(section) : 0;

  it("starts from the protocol's noise; the sliding cosine transform scores what it must", (ctx) => {
    if (!section) return ctx.skip(noData);
    const data = noisy(section, sigma);
    expect(snr(section, data)).toBeCloseTo(before, 2);
    expect(snr(section, dctDenoise(data, 2.7 * sigma))).toBeCloseTo(dct, 2);
  });

  it("with a tight frame learned from the noisy section", (ctx) => {
    if (!section) return ctx.skip(noData);
    const data = noisy(section, sigma);
    const { dictionary } = ddtf(patchesOf(data, [8, 8]), dctAtoms([8, 8]), { threshold: 3.2 * sigma });
    const score = snr(section, denoiseWithFrame(data, dictionary, { threshold: 2.7 * sigma }));
    expect(score).toBeGreaterThanOrEqual(frame - 0.1);
    expect(score).toBeLessThan(frame + 0.5); // far above: the truth leaks in
  });

  it("with K-SVD", (ctx) => {
    if (!section) return ctx.skip(noData);
    const data = noisy(section, sigma);
    const options = { most: 8, error: (1.15 * sigma) ** 2 * 64 };
    const { dictionary } = ksvd(patchesOf(data, [8, 8]), cosineAtoms([8, 8], 12, { count: 128 }), options);
    const score = snr(section, denoiseWithPursuit(data, dictionary, options));
    expect(score).toBeGreaterThanOrEqual(atoms - 0.1);
    expect(score).toBeLessThan(atoms + 0.6);
  });
});

describe("interpolating real3d, half of the traces missing", () => {
  const section = real3d();
  const kept = keptTraces(100, { kind: "random", seed: 0 });

  it("starts from the protocol's zero fill and linear interpolation", (ctx) => {
    if (!section) return ctx.skip(noData);
    expect(snr(section, maskTraces(section, kept))).toBeCloseTo(3.21, 2);
    expect(snr(section, interpolateLinear(section, kept))).toBeCloseTo(11.72, 2);
    const others = [1, 2, 3, 4, 5].map((seed) =>
      snr(section, interpolateLinear(section, keptTraces(100, { kind: "random", seed }))),
    );
    expect(others.reduce((sum, x) => sum + x / 5, 0)).toBeCloseTo(11.2, 2);
    expect(
      snr(section, interpolateLinear(section, keptTraces(100, { kind: "regular", step: 2 }))),
    ).toBeCloseTo(14.49, 2);
    expect(snr(section, interpolateLinear(section, keptTraces(100, { kind: "gap", width: 6 })))).toBeCloseTo(
      20.73,
      2,
    );
  });

  it("along slopes, without training", (ctx) => {
    if (!section) return ctx.skip(noData);
    const score = (s: Grid, mask: Mask): number =>
      snr(s, interpolateAlongSlopes(s, keptTraces(s.shape[1]!, mask)));
    expect(score(section, { kind: "random", seed: 0 })).toBeGreaterThanOrEqual(11.01);
    expect(score(section, { kind: "regular", step: 2 })).toBeGreaterThanOrEqual(14.04);
    expect(score(section, { kind: "gap", width: 6 })).toBeGreaterThanOrEqual(20.5);
    const steep = masha();
    if (!steep) return ctx.skip("needs GEODL_DATA: poststack/aaspip/masha_field_800_1000.bin");
    expect(snr(steep, interpolateLinear(steep, keptTraces(256, { kind: "random", seed: 0 })))).toBeCloseTo(
      7.89,
      2,
    );
    expect(score(steep, { kind: "random", seed: 0 })).toBeGreaterThanOrEqual(10.79);
  });

  it("with Fourier POCS of the whole section, where more iterations are worse", async (ctx) => {
    if (!section) return ctx.skip(noData);
    for (const [least, iterations, want] of [
      [0.03, 30, 8.61],
      [0.1, 30, 8.2],
      [0.01, 100, 6.46],
    ] as const) {
      const project = fourierProjection(section, kept);
      const found = await pocs(section, kept, project, { iterations, levels: [0.99, least] });
      expect(snr(section, found)).toBeCloseTo(want, 1);
    }
  });

  it("with Fourier POCS in windows", async (ctx) => {
    if (!section) return ctx.skip(noData);
    const found = await inTiles(section, kept, (w, k) =>
      pocs(w, k, fourierProjection(w, k), { iterations: 30, levels: [0.99, 0.1] }),
    );
    expect(snr(section, found)).toBeGreaterThanOrEqual(9.38 - 0.1);
  });

  it("with a tight frame plugged in", async (ctx) => {
    if (!section) return ctx.skip(noData);
    const unit = rms(interpolateLinear(section, kept));
    const found = await pocs(
      section,
      kept,
      (x, level) => {
        const sigma = level * unit;
        const { dictionary } = ddtf(patchesOf(x, [8, 8]), dctAtoms([8, 8]), {
          threshold: 3.2 * sigma,
          iterations: 5,
        });
        return denoiseWithFrame(x, dictionary, { threshold: 2.7 * sigma });
      },
      { iterations: 15, levels: [0.5, 0.005], start: "linear" },
    );
    expect(snr(section, found)).toBeGreaterThanOrEqual(11.75 - 0.1);
  });
});
