// Inversions of snapshots: the gradient through straight rays, and that inversions by it and by the solver come nearer to the model.
import { apply, experiment } from "geodl";
import type { Grid } from "geodl/core";
import { describe, expect, it } from "vitest";

describe("the gradient through straight rays", () => {
  it("has the misfit of their snapshots and passes the Taylor test", () => {
    const [wave, other] = experiment.waveCases(2, { seed: 12 });
    const observed = apply.rayPropagator.run([{ ...wave!, model: other!.model }])[0]!;
    const value = (model: Grid) =>
      apply.rayPropagator
        .run([{ ...wave!, model }])[0]!
        .data.reduce((sum, u, i) => sum + 0.5 * (u - observed.data[i]!) ** 2, 0);
    const { misfit, gradient } = experiment.rayGradient(wave!, observed);
    expect(Math.abs(value(wave!.model) / misfit - 1)).toBeLessThan(1e-4);
    const along = gradient.data.reduce((sum, g, i) => sum + g * (other!.model.data[i]! - 3000), 0);
    const rest = [0.1, 0.05].map((e) => {
      const data = wave!.model.data.map((v, i) => v + e * (other!.model.data[i]! - 3000));
      return Math.abs(value({ data, shape: [64, 64] }) - misfit - e * along);
    });
    expect(Math.log2(rest[0]! / rest[1]!)).toBeGreaterThan(1.8);
  });
});

describe("an inversion", () => {
  const target = experiment.waveTarget("sharp");

  it("begins .05 from the checkerboard, and comes nearer by rays and by the solver", async () => {
    expect(target.observed).toHaveLength(20);
    for (const gradient of [experiment.rayGradient, apply.solveGradient]) {
      const seen: number[] = [];
      const { model, errors } = await experiment.invertWaves(target, gradient, 2, (step) => seen.push(step));
      expect(seen).toEqual([1, 2]);
      expect(errors[0]).toBeCloseTo(0.05, 3);
      expect(errors[1]).toBeLessThan(errors[0]!);
      expect(errors[2]).toBeLessThan(errors[1]!);
      expect(experiment.modelError(model, target.model)).toBe(errors[2]);
    }
  });
});
