// Full-waveform inversion on a small model: it comes nearer, resumes to the same bits, and keeps to its masks.
import { type FwiOptions, type FwiState, fwi, fwiStart, illumination, totalVariation } from "geodl/inverse";
import { relativeL2 } from "geodl/metrics";
import { describe, expect, it } from "vitest";
import { initial, nx, nz, observed, shots, simulation, survey, truth } from "./scene.js";

const base: FwiOptions = {
  simulation,
  survey,
  observed,
  iterations: 12,
  optimizer: { type: "adam", learningRate: [12, 2] },
  clamp: [1400, 2600],
};

const clone = (s: FwiState): FwiState => structuredClone(s);

describe("fwi", () => {
  const ways: readonly (readonly [string, Partial<FwiOptions>, number])[] = [
    ["adam", {}, 0.96],
    [
      "encoded, whitened",
      { shots: "encoded", whiten: 0.1, optimizer: { type: "adam", learningRate: [12, 1], beta2: 0.99 } },
      0.85,
    ],
    ["subset", { shots: "subset" }, 0.9],
    ["lbfgs", { optimizer: { type: "lbfgs" } }, 0.9],
    [
      "stages",
      {
        stages: [
          { lowpass: 5, iterations: 4 },
          { lowpass: null, iterations: 8 },
        ],
      },
      0.95,
    ],
    ["illumination and total variation", { illuminate: true, variation: 1e-4 }, 0.95],
  ];
  const before = relativeL2(truth, initial);
  for (const [name, options, share] of ways)
    it(`${name}: the model's error falls below ${share} of the first, and a resumed run has the same bits`, async () => {
      const states: FwiState[] = [];
      const whole = await fwi(initial, { ...base, ...options, onStep: (s) => void states.push(clone(s)) });
      expect(relativeL2(truth, whole) / before).toBeLessThan(share);
      expect(states.at(-1)!.loss).toBeLessThan(states[0]!.loss);
      const middle = states[Math.floor(states.length / 2)]!;
      const resumed = await fwi(initial, { ...base, ...options }, clone(middle));
      expect(resumed.data).toEqual(whole.data);
    });

  it("counts gradients of all shots: encoded steps are quarters here", async () => {
    let last: FwiState | undefined;
    await fwi(initial, { ...base, iterations: 2, shots: "encoded", onStep: (s) => (last = clone(s)) });
    expect(last).toMatchObject({ step: 8, cost: 2 });
  });

  it("leaves masked cells and keeps within the clamp", async () => {
    const mask = Float32Array.from({ length: nz * nx }, (_, i) => (i < 5 * nx ? 0 : 1));
    const { data } = await fwi(initial, { ...base, iterations: 4, mask, clamp: [1850, 2100] });
    expect([...data.subarray(0, 5 * nx)]).toEqual([...initial.data.subarray(0, 5 * nx)]);
    expect(Math.min(...data.subarray(5 * nx))).toBeGreaterThanOrEqual(1850);
    expect(Math.max(...data.subarray(5 * nx))).toBeLessThanOrEqual(2100);
  });

  it("stops at the signal and goes on from its state", async () => {
    const state = fwiStart(initial);
    const controller = new AbortController();
    const stop = {
      ...base,
      iterations: 5,
      signal: controller.signal,
      onStep: (s: FwiState) => void (s.step === 2 && controller.abort()),
    };
    await expect(fwi(initial, stop, state)).rejects.toThrow(/abort/i);
    expect(state.step).toBe(2);
    const whole = await fwi(initial, { ...base, iterations: 5 });
    expect((await fwi(initial, { ...base, iterations: 5 }, state)).data).toEqual(whole.data);
  });

  it("says what is wrong", async () => {
    const one = { data: observed.data, shape: [1] };
    await expect(fwi(initial, { ...base, observed: one })).rejects.toThrow(
      "fwi: observed records must be [4,40,220], got [1]",
    );
    await expect(fwi(initial, { ...base, shots: "encoded", optimizer: { type: "lbfgs" } })).rejects.toThrow(
      "fwi: lbfgs needs all shots, got encoded",
    );
  });
});

describe("regularisation", () => {
  it("total variation: its gradient is its derivative, zero for an even model", () => {
    const even = { data: new Float64Array(12).fill(2), shape: [3, 4] };
    expect(totalVariation(even).value).toBe(0);
    const data = Float64Array.from({ length: 12 }, (_, i) => Math.sin(3 * i));
    const { gradient } = totalVariation({ data, shape: [3, 4] });
    for (let i = 0; i < 12; i++) {
      const moved = (size: number) =>
        totalVariation({ data: data.map((v, j) => (j === i ? v + size : v)), shape: [3, 4] }).value;
      expect((moved(1e-6) - moved(-1e-6)) / 2e-6).toBeCloseTo(gradient[i]!, 6);
    }
  });

  it("illumination gives weakly lit cells larger factors", () => {
    const factor = illumination(initial, { ...simulation, shots });
    expect(Math.max(...factor)).toBe(1);
    expect(factor[(nz - 1) * nx]!).toBeGreaterThan(factor[nx + 14]!);
  });
});
