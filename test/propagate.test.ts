// geodl propagate: what it writes for the solver and for rays, on grids of both kinds of number; what it refuses.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { apply, experiment, metrics } from "geodl";
import type { Grid } from "geodl/core";
import { readNpy, writeNpz } from "geodl/formats";
import { afterAll, describe, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl propagate ü-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bin = fileURLToPath(new URL("../bin/geodl.mjs", import.meta.url));

function propagate(...args: string[]) {
  return spawnSync(process.execPath, [bin, "propagate", ...args], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: "1" },
  });
}

/** Writes models as peers/make_waves.py does; sources as NumPy's int64 where asked. */
function write(name: string, cases: readonly apply.WaveCase[], isLong = false): void {
  const n = cases[0]!.model.shape[0]!;
  const v = new Float32Array(cases.length * n * n);
  cases.forEach(({ model }, i) => {
    v.set(
      model.data.map((x) => x / 1000),
      i * n * n,
    );
  });
  const places = cases.flatMap(({ source }) => [...source]);
  const source = isLong ? BigInt64Array.from(places, BigInt) : Int32Array.from(places);
  const arrays = {
    v: { data: v, shape: [cases.length, n, n] },
    source: { data: source, shape: [cases.length, 2] },
  };
  writeFileSync(join(folder, name), writeNpz(arrays as never));
}

const read = (name: string): Grid => readNpy(readFileSync(join(folder, name))) as Grid;
const sample = ({ data, shape }: Grid, i: number): Grid => {
  const size = data.length / shape[0]!;
  return { data: data.subarray(i * size, (i + 1) * size) as Float32Array, shape: shape.slice(1) };
};

describe("propagate", () => {
  it("writes the solver's waves and those of straight rays", { timeout: 60_000 }, () => {
    const cases = experiment.waveCases(2, { seed: 5 });
    write("small.npz", cases);
    const solver = propagate("small.npz", "--out", "solver.npy", "--model", "solver");
    expect(solver.status, solver.stderr).toBe(0);
    expect(solver.stdout).toMatch(/solver\.npy: \[2, 16, 64, 64\] by solver, \d+ s\n$/);
    const want = [...experiment.solvedWaves(cases)];
    const found = read("solver.npy");
    expect(found.shape).toEqual([2, 16, 64, 64]);
    // velocities went through km/s
    for (const i of [0, 1])
      expect(metrics.relativeErrors(sample(found, i), want[i]!).whole).toBeLessThan(1e-4);
    expect(propagate("small.npz", "--out", "rays.npy", "--model", "rays").status).toBe(0);
    const errors = [0, 1].map((i) => metrics.relativeErrors(sample(read("rays.npy"), i), want[i]!).whole);
    expect(Math.max(...errors)).toBeLessThan(0.3);
    expect(Math.min(...errors)).toBeGreaterThan(0.05);
  });

  it("takes finer grids and 64-bit sources; the wave of the same model is the same there", {
    timeout: 60_000,
  }, () => {
    const smooth = (n: number): Grid => ({
      data: Float32Array.from({ length: n * n }, (_, i) => 3000 + 100 * Math.sin((6.28 * (i % n)) / n)),
      shape: [n, n],
    });
    write("fine.npz", [{ model: smooth(128), source: [60, 50] }], true);
    expect(propagate("fine.npz", "--out", "fine.npy", "--model", "solver").status).toBe(0);
    const fine = read("fine.npy");
    expect(fine.shape).toEqual([1, 16, 128, 128]);
    const coarse = apply.solveSnapshots({ model: smooth(64), source: [30, 25] });
    const every = Float32Array.from(
      coarse.data,
      (_, i) => fine.data[((i >> 12) * 128 + 2 * ((i >> 6) & 63)) * 128 + 2 * (i & 63)]!,
    );
    expect(metrics.relativeErrors({ data: every, shape: [16, 64, 64] }, coarse).whole).toBeLessThan(0.05);
  });

  it("refuses what is no such file, and leaves nothing behind", () => {
    const model = { data: new Float32Array(4096).fill(3000), shape: [64, 64] };
    write("metres.npz", [{ model: { ...model, data: model.data.map((v) => v * 1000) }, source: [8, 8] }]);
    write("outside.npz", [{ model, source: [8, 64] }]);
    write("tiny.npz", [
      { model: { data: new Float32Array(1024).fill(3000), shape: [32, 32] }, source: [8, 8] },
    ]);
    writeFileSync(join(folder, "wave.npz"), writeNpz({ wave: model }));
    const before = readdirSync(folder).sort();
    for (const [args, status, text] of [
      [["none.npz", "--out", "o.npy"], 1, /propagate: the file must be there, got none at/],
      [["metres.npz", "--out", "o.npy"], 1, /v must be in km\/s, 0\.1 \.\. 20, got 3000 in sample 0/],
      [["outside.npz", "--out", "o.npy"], 1, /source must hold cells in 0 \.\. 63, got 64 for sample 0/],
      [["tiny.npz", "--out", "o.npy"], 1, /v must be \[n, N, N\] with N in 64 \.\. 256, got \[1,32,32\]/],
      [["wave.npz", "--out", "o.npy"], 1, /must hold arrays v and source, got wave/],
      [["outside.npz"], 2, /--out must name the new \.npy file, got nothing/],
      [["outside.npz", "--out", "o.npy", "--model", "magic"], 2, /--model must be fno, solver, rays or/],
    ] as const) {
      const done = propagate(...args);
      expect(done.stderr).toMatch(text);
      expect(done.status).toBe(status);
      expect(done.stderr).not.toMatch(/at .*\.js:/);
    }
    expect(existsSync(join(folder, "o.npy"))).toBe(false);
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});
