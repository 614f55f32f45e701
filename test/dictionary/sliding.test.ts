// Sliding windows: against SciPy, against each other, and on sections that must come back.
import {
  cosineAtoms,
  dctAtoms,
  dctDenoise,
  denoiseWithFrame,
  denoiseWithPursuit,
  hardThreshold,
  softThreshold,
} from "geodl/dictionary";
import { snr } from "geodl/metrics";
import { expect, it } from "vitest";
import { expectNear, golden, normal, onEngines } from "./helpers.js";

onEngines("sliding windows", () => {
  it("give SciPy's result for the 8 x 8 cosine transform, both ways", () => {
    const section = normal(5, [13, 21]);
    const want = golden<{ denoised: number[][]; snr: number }>("section");
    const fast = dctDenoise(section, 1.5);
    expectNear(fast.data, want.denoised.flat(), 2e-6);
    expectNear(
      denoiseWithFrame(section, dctAtoms([8, 8]), { threshold: 1.5 }).data,
      want.denoised.flat(),
      2e-6,
    );
    expect(snr(section, fast)).toBeCloseTo(want.snr, 4);
  });

  it.each([
    [8, 8],
    [9, 11],
    [72, 16],
    [80, 37],
  ])("agree on a section of %i x %i, band edges and odd widths included", (nt, nx) => {
    const section = normal(nt, [nt, nx]);
    expectNear(
      dctDenoise(section, 2).data,
      denoiseWithFrame(section, dctAtoms([8, 8]), { threshold: 2 }).data,
      3e-6,
    );
  });

  it("return the section at threshold 0, zeros at a huge one, for any stride and for volumes", () => {
    const section = normal(12, [19, 23]);
    for (const stride of [1, 3, 8])
      expectNear(
        denoiseWithFrame(section, dctAtoms([8, 6]), { threshold: 0, stride }).data,
        section.data,
        2e-6,
      );
    expect(Math.max(...dctDenoise(section, 1e9).data)).toBe(0);
    const volume = normal(13, [5, 6, 7]);
    expectNear(denoiseWithFrame(volume, dctAtoms([3, 3, 3]), { threshold: 0 }).data, volume.data, 2e-6);
  });

  it("pursue each window: exact with all atoms, bounded by the error asked for, means untouched", () => {
    const section = normal(14, [14, 15]);
    const atoms = cosineAtoms([4, 4], 6);
    expectNear(denoiseWithPursuit(section, atoms, { error: 1e-9 }).data, section.data, 2e-3);
    const lifted = { data: section.data.map((x) => x + 100), shape: section.shape };
    const options = { error: 16, mean: "removed" } as const;
    const plain = denoiseWithPursuit(section, atoms, options);
    expectNear(
      denoiseWithPursuit(lifted, atoms, options).data.map((x) => x - 100),
      plain.data,
      2e-3,
    );
    expect(snr(section, plain)).toBeLessThan(10);
  });

  it("soften by the threshold", () => {
    const x = Float32Array.of(-3, -1, -0.5, 0, 0.5, 1, 3);
    expect([...hardThreshold(x, 1)]).toEqual([-3, -1, 0, 0, 0, 1, 3]);
    expect([...softThreshold(x, 1)].map((v) => v + 0)).toEqual([-2, 0, 0, 0, 0, 0, 2]);
    const section = normal(15, [8, 8]);
    const frame = dctAtoms([8, 8]);
    // one window: the section is the patch
    const codes = new Float32Array(64);
    for (let a = 0; a < 64; a++)
      for (let i = 0; i < 64; i++) codes[a]! += frame.data[a * 64 + i]! * section.data[i]!;
    for (const [kind, rule] of [
      ["hard", hardThreshold],
      ["soft", softThreshold],
    ] as const) {
      const kept = rule(codes, 0.8);
      const want = new Float32Array(64);
      for (let a = 0; a < 64; a++)
        for (let i = 0; i < 64; i++) want[i]! += kept[a]! * frame.data[a * 64 + i]!;
      expectNear(denoiseWithFrame(section, frame, { threshold: 0.8, kind }).data, want, 2e-6);
    }
  });

  it("say what is wrong", () => {
    expect(() => dctDenoise(normal(1, [7, 20]), 1)).toThrow(
      "dctDenoise: a section must be [nt >= 8, nx >= 8], got [7,20]",
    );
    expect(() => denoiseWithFrame(normal(1, [7, 20]), dctAtoms([8, 8]), { threshold: 1 })).toThrow(
      "denoiseWithFrame: a patch must fit into the grid [7,20], got [8,8]",
    );
    expect(() => denoiseWithFrame(normal(1, [9, 9]), dctAtoms([8, 8]), { threshold: 1, stride: 0 })).toThrow(
      "stride",
    );
  });
});
