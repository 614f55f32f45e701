// geodl invert: files in, files out; killed it resumes to the same bytes; wrong configurations are named.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readNpy, writeNpy } from "geodl/formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { initial, nx, nz, observed, simulation, survey, truth } from "./scene.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const geodl = join(root, "bin", "geodl.mjs");
const invert = (...args: string[]) =>
  spawnSync(process.execPath, [geodl, "invert", ...args], { encoding: "utf8" });

let folder = "";
const config = {
  model: { true: "vt.npy", initial: "v0.npy", spacing: simulation.spacing, frozenRows: 3 },
  wavelet: { type: "ricker", f0: 8, t0: 1.5 / 8 },
  dt: simulation.dt,
  nt: 220,
  sources: survey.sources,
  receivers: survey.receivers,
  observed: null,
  boundary: { pml: 10, freeSurface: false },
  optimizer: { type: "adam", learningRate: [12, 2], beta2: 0.99 },
  iterations: 6,
  clamp: [1400, 2600],
  shots: "encoded",
  whiten: 0.1,
};
const write = (name: string, change: object): string => {
  const file = join(folder, name);
  writeFileSync(file, JSON.stringify({ ...config, ...change }));
  return file;
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "geodl-invert-"));
  for (const [name, grid] of [
    ["vt.npy", truth],
    ["v0.npy", initial],
    ["d.npy", observed],
  ] as const)
    writeFileSync(join(folder, name), writeNpy({ data: grid.data as Float32Array, shape: grid.shape }));
});
afterAll(() => rmSync(folder, { recursive: true }));

const model = (out: string) => readFileSync(join(folder, out, "model.npy"));

describe("geodl invert", () => {
  it("writes model, history, figure and configuration", { timeout: 120_000 }, () => {
    const { stdout, stderr, status } = invert(
      write("a.json", {}),
      "--out",
      join(folder, "a"),
      "--threads",
      "1",
    );
    expect({ status, errors: stderr.includes("invert:") && !stderr.includes("%") }).toEqual({
      status: 0,
      errors: false,
    });
    expect(stdout).toMatch(/loss [\d.e-]+, relative L2 0\.0\d+, mean error \d+\.\d m\/s, SSIM 0\.\d+/);
    const { data, shape } = readNpy(model("a"));
    expect(shape).toEqual([nz, nx]);
    expect(data).toBeInstanceOf(Float32Array);
    expect([...(data as Float32Array).subarray(0, 3 * nx)]).toEqual([...initial.data.subarray(0, 3 * nx)]);
    const lines = readFileSync(join(folder, "a", "history.csv"), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]).toBe("iteration,loss,relative_l2,ssim,seconds");
    expect(lines.slice(1).map((l) => Number(l.split(",")[0]))).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const errors = lines.slice(1).map((l) => Number(l.split(",")[2]));
    expect(errors.at(-1)).toBeLessThan(errors[0]!);
    expect(
      readFileSync(join(folder, "a", "figure.png"))
        .subarray(1, 4)
        .toString(),
    ).toBe("PNG");
    expect(JSON.parse(readFileSync(join(folder, "a", "config.json"), "utf8"))).toMatchObject({
      order: 4,
      seed: 0,
    });
  });

  it("killed, it resumes to the same bytes; so with observed records from a file, on two threads", {
    timeout: 240_000,
  }, async () => {
    const file = write("b.json", { shots: "all", iterations: 10, observed: "d.npy" });
    expect(invert(file, "--out", join(folder, "whole"), "--threads", "1").status).toBe(0);
    const out = join(folder, "killed");
    const child = spawn(process.execPath, [geodl, "invert", file, "--out", out, "--threads", "2"]);
    const ended = new Promise((resolve) => child.on("close", resolve));
    const rows = () =>
      existsSync(join(out, "history.csv"))
        ? readFileSync(join(out, "history.csv"), "utf8").split("\n").length
        : 0;
    while (rows() < 4 && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(join(out, "model.npy"))).toBe(false);
    const again = invert(file, "--out", out);
    expect(again.status).toBe(1);
    expect(again.stderr).toMatch(/invert: .* holds a run; go on with --resume, or name another folder/);
    expect(invert(file, "--out", out, "--resume", "--threads", "2").status).toBe(0);
    expect(model("killed")).toEqual(model("whole"));
    const other = write("b.json", { shots: "all", iterations: 11, observed: "d.npy" });
    expect(invert(other, "--out", out, "--resume").stderr).toContain("had another configuration");
  });

  it("names what is wrong", () => {
    const bad = (change: object, text: string) => {
      const { stderr, status } = invert(write("bad.json", change), "--out", join(folder, "bad"));
      expect(stderr).toContain(text);
      expect(status).toBe(1);
      expect(existsSync(join(folder, "bad"))).toBe(false);
    };
    bad({ dt: 0 }, "invert: dt must be a number > 0, got 0");
    bad({ shots: "some" }, 'invert: shots must be one of all, subset, encoded, got "some"');
    bad({ colour: 1 }, "invert: a key of the configuration must be one of model");
    bad(
      { model: { ...config.model, true: null } },
      "invert: observed must be a .npy file where model.true is none, got null",
    );
    bad({ dt: 0.02 }, "the Courant number must be <= 0.612");
    expect(invert("--out", folder).status).toBe(2);
    expect(invert(write("a.json", {})).status).toBe(2);
    expect(invert("--help").stdout).toContain("Example: geodl invert");
  });
});
