// The committed weights: small, with everything that makes them again, and as good on data that they never saw as the notebooks say.
import { readFileSync, statSync } from "node:fs";
import { apply, data, dictionary, experiment, metrics, nn, tensor } from "geodl";
import { type Grid, rng } from "geodl/core";
import { readSafetensors } from "geodl/formats";
import { describe, expect, it } from "vitest";

const rms = (s: Grid) => Math.sqrt(s.data.reduce((sum, v) => sum + v * v, 0) / s.data.length);

describe.each(["denoiser", "firstbreak", "groundroll", "interpolator", "picker"])("%s", (name) => {
  const file = apply.ownWeights(name);

  it("is small and says how it is made again", async () => {
    expect(statSync(file).size).toBeLessThan(4e6);
    const { metadata, types } = readSafetensors(readFileSync(file));
    const recipe = await experiment.recipeOf(name);
    await tensor.ready();
    const model = recipe.model();
    expect(metadata).toMatchObject({
      model: model.name,
      weights: String(nn.countWeights(model)),
      data: recipe.data,
      command: `geodl train ${name}`,
      seed: String(recipe.fit.seed),
      steps: String(recipe.steps),
      licence: "MIT",
    });
    expect(JSON.parse(metadata.scores!).validationLoss).toBeGreaterThan(0);
    expect(new Set(types.values())).toEqual(new Set(["F16"]));
    model.dispose();
  });
});

describe("the own denoiser", () => {
  it.for([
    { level: "s25", onePass: 4.6, flips: 4.75 },
    { level: "snr0", onePass: 8.5, flips: 8.7 },
  ] as const)("on real3d at $level, which it never saw", async ({ level, onePass, flips }, ctx) => {
    if (!data.locate("poststack/aaspip/real3d.bin"))
      return ctx.skip("needs GEODL_DATA: poststack/aaspip/real3d.bin");
    const section = experiment.protocolSection("real3d");
    const sigma = level === "s25" ? 50 / 255 : rms(section);
    const noisy = experiment.withNoise(section, sigma, 0);
    const own = await apply.loadDenoiser("own");
    const score = async (options: apply.DenoiseOptions) =>
      metrics.snr(section, (await apply.denoise(noisy, own, options)).section);
    expect(await score({ sigma })).toBeGreaterThanOrEqual(onePass);
    expect(await score({ sigma, flips: true })).toBeGreaterThanOrEqual(flips);
    own.dispose();
  });
});

describe("the ground-roll network", () => {
  it("leaves the signal of gathers that it never saw, at any size and amplitude", async () => {
    let gain = 0;
    for (let k = 0; k < 6; k++) {
      const { signal, groundRoll } = data.synthetic.shotGather(rng(77).fork(`${k}`), { traces: 90, nt: 250 });
      const gather = { data: signal.data.map((v, i) => v + groundRoll.data[i]!), shape: signal.shape };
      const cleaned = await apply.removeGroundRoll(gather);
      gain += (metrics.snr(signal, cleaned) - metrics.snr(signal, gather)) / 6;
      const loud = await apply.removeGroundRoll({
        data: gather.data.map((v) => 1e4 * v),
        shape: gather.shape,
      });
      loud.data.forEach((v, i) => {
        expect(Math.abs(v / 1e4 - cleaned.data[i]!)).toBeLessThan(1e-3);
      });
    }
    expect(gain).toBeGreaterThan(10);
    await expect(apply.removeGroundRoll({ data: new Float32Array(4), shape: [4] })).rejects.toThrow(
      "removeGroundRoll: a gather must be [trace, time], got [4]",
    );
  });
});

describe("the own interpolator", () => {
  it.for([
    { name: "real3d", least: 11.8 },
    { name: "masha", least: 12.2 },
  ] as const)(
    "fills half of the traces of $name, which it never saw, in one pass",
    async ({ name, least }, ctx) => {
      if (
        !data.locate("poststack/aaspip/real3d.bin") ||
        !data.locate("poststack/aaspip/masha_field_800_1000.bin")
      )
        return ctx.skip("needs GEODL_DATA: poststack/aaspip");
      const section = experiment.protocolSection(name);
      const kept = dictionary.keptTraces(section.shape[1]!, { kind: "random", seed: 0 });
      const own = await apply.loadInterpolator("own");
      const filled = await apply.interpolate(section, kept, own);
      own.dispose();
      expect(metrics.snr(section, filled)).toBeGreaterThanOrEqual(least);
    },
  );
});

describe("the own picker", () => {
  it("finds P and S on stations and events that it never saw, at the fixed threshold", async (ctx) => {
    if (
      !data.locate("stead/ncedc-110-splits.csv") ||
      !data.locate("picking/phasenet-train/BG_ACR_2012082505145960.npz")
    )
      return ctx.skip("needs GEODL_DATA: picking/phasenet-train and stead/ncedc-110-splits.csv");
    const records = experiment.pickingRecords().filter(({ split }) => split === "test");
    const windows = experiment.pickingWindows(records);
    const own = await apply.loadPicker("own");
    const picks: metrics.WindowPick[] = [];
    for (const window of windows) {
      const { data: samples } = experiment.pickingWindowOf(
        records.find(({ file }) => file === window.file)!,
        window,
      );
      const segments = [..."ENZ"].map((letter, k) => ({
        id: `XX.A..HH${letter}`,
        start: 0,
        sampleRate: 100,
        data: samples.filter((_, i) => i % 3 === k),
      }));
      for (const { phase, time, prob } of await apply.pick(own, segments))
        picks.push({ file: window.window, phase, sample: time * 100, prob });
    }
    own.dispose();
    const [p1, p5, s1, s5] = metrics.pickScores(windows, picks, { resamples: 0 }).map(({ f1 }) => f1);
    expect(p1).toBeGreaterThan(0.84);
    expect(p5).toBeGreaterThan(0.94);
    expect(s1).toBeGreaterThan(0.68);
    expect(s5).toBeGreaterThan(0.91);
  });
});
