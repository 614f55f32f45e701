// The committed operator of notebook 05: small, reproducible, and as good on media that it never saw as the notebook says.
import { existsSync, readFileSync, statSync } from "node:fs";
import { apply, experiment, metrics, nn, tensor } from "geodl";
import { readSafetensors } from "geodl/formats";
import { describe, expect, it } from "vitest";

const file = apply.ownWeights("fno");

describe.skipIf(!existsSync(file))("the own operator", () => {
  it("is small and says how it is made again", async () => {
    expect(statSync(file).size).toBeLessThan(6e6);
    const { metadata, types } = readSafetensors(readFileSync(file));
    const recipe = await experiment.recipeOf("fno");
    await tensor.ready();
    const model = recipe.model();
    expect(metadata).toMatchObject({
      model: "fno2d",
      weights: String(nn.countWeights(model)),
      data: recipe.data,
      command: "geodl train fno",
      seed: String(recipe.fit.seed),
      steps: String(recipe.steps),
      licence: "MIT",
    });
    expect(nn.countWeights(model)).toBe(2_572_208);
    expect(new Set(types.values())).toEqual(new Set(["F16"]));
    model.dispose();
  });

  it("knows the solver's gradient at the start of an inversion", { timeout: 60_000 }, async () => {
    const { wave, observed } = experiment.gradientCase(0);
    const own = await apply.loadOperator();
    const found = own.gradient(wave, observed).gradient;
    const want = apply.solveGradient(wave, observed).gradient;
    expect(experiment.cosineOf(found, want)).toBeGreaterThan(0.95);
    const [a, b] = [found, want].map((g) => experiment.withoutSource(g, wave.source));
    expect(experiment.cosineOf(a!, b!)).toBeGreaterThan(0.98);
    own.dispose();
  });

  it("follows the first test samples of the protocol; straight rays do not", {
    timeout: 60_000,
  }, async () => {
    const cases = experiment.waveCases(450).slice(400, 410);
    const truth = [...experiment.solvedWaves(cases)];
    const own = await apply.loadOperator();
    const mean = (out: ReturnType<apply.Propagator["run"]>) =>
      out.reduce((sum, wave, i) => sum + metrics.relativeErrors(wave, truth[i]!).whole / truth.length, 0);
    expect(mean(own.run(cases))).toBeLessThan(0.055);
    expect(mean(apply.rayPropagator.run(cases))).toBeGreaterThan(0.12);
    own.dispose();
  });
});
