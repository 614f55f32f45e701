// Straight rays, the inputs of the operators and their gradients, the solver's snapshots: analytic solutions and Taylor tests.
import { apply, nn, tensor } from "geodl";
import { type Grid, rng } from "geodl/core";
import { randomMedium } from "geodl/wave";
import { describe, expect, it } from "vitest";

const medium = { kind: "vonKarman", spacing: 160, correlation: 1600, mean: 3000, deviation: 150 } as const;
const random = (seed: number, n = 64): Grid => randomMedium(rng.numpy(seed), [n, n], medium);
const uniform = (v: number, n = 64): Grid => ({ data: new Float32Array(n * n).fill(v), shape: [n, n] });

/** |a - b| / |b|. */
function relative(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [error, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    error += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(error / norm);
}

/** Remainders of first order over steps that halve: they fall by four where the gradient is right. */
function slopes(value: (model: Grid) => number, model: Grid, gradient: Grid, size: number): number[] {
  const direction = rng(7).fill(new Float32Array(model.data.length), "normal");
  const along = gradient.data.reduce((sum, g, i) => sum + g * direction[i]!, 0);
  const base = value(model);
  const rest = [1, 2, 4].map((k) => {
    const e = size / k;
    const moved = {
      data: Float32Array.from(model.data, (v, i) => v + e * direction[i]!),
      shape: model.shape,
    };
    return Math.abs(value(moved) - base - e * along);
  });
  return [Math.log2(rest[0]! / rest[1]!), Math.log2(rest[1]! / rest[2]!)];
}

describe("straight rays", () => {
  it("in a uniform model arrive at r / v, also on other grids", () => {
    for (const n of [64, 96]) {
      const tau = apply.straightRayTimes({ model: uniform(2500, n), source: [20, 31] }).data;
      const h = 10240 / n;
      expect(tau[20 * n + 31]).toBeCloseTo((0.28 * h) / 2500, 6);
      expect(tau[23 * n + 35]).toBeCloseTo((5 * h) / 2500, 6);
      expect(tau[(n - 1) * n]).toBeCloseTo((h * Math.hypot(n - 21, 31)) / 2500, 5);
    }
  });

  it("have a gradient", () => {
    const weight = rng(3).fill(new Float32Array(4096), "normal");
    const wave = { model: random(4), source: [11, 50] } as const;
    const value = (model: Grid) =>
      apply.straightRayTimes({ ...wave, model }).data.reduce((sum, t, i) => sum + weight[i]! * t ** 2, 0);
    const tau = apply.straightRayTimes(wave).data;
    const gradient = apply.straightRayAdjoint(
      wave,
      tau.map((t, i) => 2 * weight[i]! * t),
    );
    for (const slope of slopes(
      value,
      wave.model,
      { data: Float32Array.from(gradient), shape: [64, 64] },
      400,
    ))
      expect(slope).toBeGreaterThan(1.85);
  });

  it("say what is wrong", () => {
    const bad = (wave: apply.WaveCase, text: string) =>
      expect(() => apply.straightRayTimes(wave)).toThrow(`straightRayTimes: ${text}`);
    bad({ model: uniform(3000), source: [64, 0] }, "the source must be a cell in 0 .. 63, got [64,0]");
    bad({ model: uniform(0), source: [5, 5] }, "velocities must be positive, got 0");
    bad(
      { model: { data: new Float32Array(128 * 4), shape: [128, 4] }, source: [1, 1] },
      "the model must be [N, N]",
    );
  });
});

describe("snapshots", () => {
  it("of a uniform model are the two-dimensional solution to 2 %, with half the step to 0.7 %", () => {
    for (const [n, limit] of [
      [64, 0.02],
      [160, 0.007],
    ] as const) {
      const waves = [{ model: uniform(3000, n), source: [n / 2, n / 2 - 4] as const }];
      const [solved, rays] = [apply.solverPropagator.run(waves)[0]!, apply.rayPropagator.run(waves)[0]!];
      expect(solved.shape).toEqual([16, n, n]);
      expect(relative(rays.data, solved.data)).toBeLessThan(limit);
    }
  });

  it("the table is the integral", () => {
    const { data } = apply.rayPropagator.run([{ model: uniform(3000), source: [30, 30] }])[0]!;
    for (const [z, x, k] of [
      [30, 31, 4],
      [30, 35, 7],
      [2, 60, 15],
      [30, 30, 3],
    ] as const) {
      const tau = (160 * Math.max(Math.hypot(z - 30, x - 30), 0.28)) / 3000;
      const want = apply.homogeneousField(tau, apply.snapshotTimes[k]!);
      expect(Math.abs(data[(k * 64 + z) * 64 + x]! - want)).toBeLessThan(2e-4 * 0.0031);
    }
    expect(apply.homogeneousField(1, 0.9)).toBe(0);
    expect(() => apply.homogeneousField(0, 1)).toThrow("homogeneousField: tau must be > 0, got 0");
  });
});

describe("the solver's gradient", () => {
  it("has the misfit of its snapshots and passes the Taylor test", () => {
    const wave = { model: random(6, 32), source: [12, 19] } as const;
    const observed = apply.solveSnapshots({ ...wave, model: random(9, 32) });
    const { misfit, gradient } = apply.solveGradient(wave, observed, { fastest: 3500 });
    const value = (model: Grid) =>
      apply
        .solveSnapshots({ ...wave, model }, { fastest: 3500 })
        .data.reduce((sum, u, i) => sum + 0.5 * (u - observed.data[i]!) ** 2, 0);
    expect(Math.abs(value(wave.model) / misfit - 1)).toBeLessThan(1e-4);
    expect(Math.min(...slopes(value, wave.model, gradient, 40))).toBeGreaterThan(1.8);
    expect(() => apply.solveGradient(wave, random(1))).toThrow(
      "solveGradient: the data must be [16, 32, 32]",
    );
  });
});

describe("inputs", () => {
  it("hold velocity, source, lateness, the ray field and its product with the velocity", () => {
    const wave = { model: random(1), source: [40, 12] } as const;
    const { data, shape } = apply.waveInputs(wave, "rays");
    expect(shape).toEqual([64, 64, 35]);
    const at = (z: number, x: number, c: number) => data[(z * 64 + x) * 35 + c]!;
    expect(at(3, 5, 0)).toBeCloseTo((wave.model.data[3 * 64 + 5]! - 3000) / 150, 4);
    expect(at(40, 12, 1)).toBe(5);
    expect(at(40, 14, 1)).toBeCloseTo(5 * Math.exp(-0.5), 5);
    const rays = apply.rayPropagator.run([wave])[0]!.data;
    expect(at(30, 20, 3 + 6)).toBeCloseTo(rays[(6 * 64 + 30) * 64 + 20]! / apply.waveScale, 4);
    expect(at(30, 20, 19 + 6)).toBeCloseTo(at(30, 20, 0) * at(30, 20, 3 + 6), 4);
    const field = apply.waveInputs(wave, "field");
    expect(field.shape).toEqual([64, 64, 19]);
    for (const c of [0, 1, 2, 10, 18]) expect(field.data[(30 * 64 + 20) * 19 + c]).toBe(at(30, 20, c));
    const plain = apply.waveInputs(wave, "plain");
    expect(plain.shape).toEqual([64, 64, 2]);
    expect(plain.data[2 * 77]).toBe(at(1, 13, 0));
  });

  it("have a gradient", () => {
    const wave = { model: random(2), source: [25, 38] } as const;
    const weight = rng(5).fill(new Float32Array(64 * 64 * 35), "normal");
    const value = (model: Grid) =>
      apply.waveInputs({ ...wave, model }, "rays").data.reduce((sum, x, i) => sum + weight[i]! * x * x, 0);
    const { data, shape } = apply.waveInputs(wave, "rays");
    const gradient = apply.waveInputsAdjoint(wave, "rays", {
      data: data.map((x, i) => 2 * weight[i]! * x),
      shape,
    });
    for (const slope of slopes(value, wave.model, gradient, 20)) expect(slope).toBeGreaterThan(1.8);
  });
});

describe("an operator", () => {
  it("on rays with an output of zero is the ray field; its gradient passes the Taylor test", async () => {
    await tensor.ready();
    const { tf } = tensor.engine();
    const model = nn.fno2d({ inChannels: 35, outChannels: 16, hidden: 4, layers: 2, modes: [8, 8], seed: 1 });
    const own = apply.operator("small", model);
    const wave = { model: random(3), source: [31, 22] } as const;
    const observed = apply.rayPropagator.run([{ ...wave, model: random(8) }])[0]!;
    own.run([wave]);
    own.gradient(wave, observed); // the matrices of a size are kept
    const before = tf.memory().numTensors;
    const { misfit, gradient } = own.gradient(wave, observed);
    const value = (m: Grid) =>
      own
        .run([{ ...wave, model: m }])[0]!
        .data.reduce((sum, u, i) => sum + 0.5 * (u - observed.data[i]!) ** 2, 0);
    expect(Math.abs(value(wave.model) / misfit - 1)).toBeLessThan(1e-4);
    expect(Math.min(...slopes(value, wave.model, gradient, 40))).toBeGreaterThan(1.7);
    const none = own.gradient(wave, observed, { data: new Float32Array(4096), shape: [64, 64] });
    expect(none.misfit).toBe(0);
    expect(tf.memory().numTensors).toBe(before);
    for (const [name, variable] of model.parameters)
      if (name.startsWith("projection.fcs.1")) variable.assign(tf.zerosLike(variable));
    expect(relative(own.run([wave])[0]!.data, apply.rayPropagator.run([wave])[0]!.data)).toBeLessThan(1e-5);
    expect(own.run([{ model: random(3, 96), source: [40, 40] }])[0]!.shape).toEqual([16, 96, 96]);
    own.dispose();
  });

  it("averaged over the symmetries turns with its model; its gradient passes the Taylor test", async () => {
    await tensor.ready();
    const model = nn.fno2d({ inChannels: 2, outChannels: 16, hidden: 4, layers: 2, modes: [8, 8], seed: 2 });
    const own = apply.operator("small", model, { symmetries: true });
    const once = apply.operator("small", model);
    const wave = { model: random(5, 32), source: [20, 9] } as const;
    const map = apply.symmetryMap(32, 5);
    const turned = apply.turnedCase(wave, map);
    const apart = (o: apply.Operator) => {
      const [a, b] = [o.run([wave])[0]!.data, o.run([turned])[0]!.data];
      return relative(
        b,
        Float32Array.from(b, (_, i) => a[(i >> 10) * 1024 + map[i & 1023]!]!),
      );
    };
    expect(apart(own)).toBeLessThan(1e-5);
    expect(apart(once)).toBeGreaterThan(1e-2);
    const observed = apply.rayPropagator.run([wave])[0]!;
    const { misfit, gradient } = own.gradient(wave, observed);
    const value = (m: Grid) =>
      own
        .run([{ ...wave, model: m }])[0]!
        .data.reduce((sum, u, i) => sum + 0.5 * (u - observed.data[i]!) ** 2, 0);
    expect(Math.abs(value(wave.model) / misfit - 1)).toBeLessThan(1e-4);
    expect(Math.min(...slopes(value, wave.model, gradient, 700))).toBeGreaterThan(1.7);
    own.dispose();
  });

  it("is not made of a network with other inputs, nor of a file that is not there", async () => {
    await tensor.ready();
    const model = nn.fno2d({ inChannels: 3, hidden: 4, layers: 1, modes: [8, 8] });
    expect(() => apply.operator("x", model)).toThrow(
      "operator: a network must take 2, 19, 35 channels, got 3",
    );
    model.dispose();
    await expect(apply.loadOperator("none.safetensors")).rejects.toThrow(
      "loadOperator: the model must be own or a file of weights, got none.safetensors",
    );
  });
});
