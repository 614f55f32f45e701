// The experiments of the catalog: their committed journals give their tables and can be recomputed; the verb prints them.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "geodl/core";
import {
  codeHash,
  committed,
  type Entry,
  experimentModule,
  experimentNames,
  journalOf,
  loadExperiment,
  readJournal,
  resultsOf,
  taskKey,
  valuesOf,
} from "geodl/experiment";
import { afterAll, describe, expect, it } from "vitest";

// as the tasks of a journal were run; TensorFlow reads it when it is loaded
process.env.TF_NUM_INTRAOP_THREADS = "1";
const folder = mkdtempSync(join(tmpdir(), "geodl catalog ü-"));
afterAll(() => rmSync(folder, { recursive: true }));
const bin = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));
const noData = "needs GEODL_DATA: poststack/aaspip";

function geodl(env: NodeJS.ProcessEnv, ...args: string[]) {
  return spawnSync(process.execPath, [bin, "experiment", ...args], {
    encoding: "utf8",
    cwd: folder,
    env: { ...process.env, ...env },
  });
}

/** Equal but for rounding: numbers to 0.02, or 2 % where they are large. */
function expectLike(found: unknown, want: unknown, about: string): void {
  if (typeof want === "number")
    expect(Math.abs((found as number) - want), about).toBeLessThanOrEqual(0.02 * Math.max(1, Math.abs(want)));
  else if (typeof want === "object" && want !== null)
    for (const [key, value] of Object.entries(want))
      expectLike((found as Record<string, unknown>)[key], value, `${about}: ${key}`);
  else expect(found, about).toEqual(want);
}

describe.each(experimentNames)("%s", (name) => {
  const entries: readonly Entry[] = [...resultsOf(readJournal(journalOf(name))).values()];

  it("has a committed journal of at most 300 kB that gives its tables without running anything", async () => {
    expect(statSync(journalOf(name)).size).toBeLessThanOrEqual(300_000);
    const experiment = await loadExperiment(experimentModule(name));
    expect(experiment.name).toBe(name);
    const tables = experiment.tables(entries);
    expect(tables.length).toBeGreaterThan(0);
    for (const { rows } of tables) expect(rows.length).toBeGreaterThan(1);
    const read = await committed(name);
    expect(read.entries).toEqual(entries);
    expect(read.tables.map(({ rows }) => rows)).toEqual(tables.map(({ rows }) => rows));
    expect(read.about).toMatch(/^\d+ tasks, \d+\.\d min of CPU, \d{4}-\d\d-\d\d, profile tutorial, /);
    const backwards = experiment.tables([...entries].reverse());
    expect(backwards[0]!.rows.map(([row]) => row)).toEqual(tables[0]!.rows.map(([row]) => row));
    // a run that was cut short still prints
    expect(experiment.tables(entries.slice(0, 3)).length).toBeGreaterThan(0);
    expect(experiment.tables([]).length).toBeGreaterThan(0);
    const { session } = readJournal(journalOf(name)).at(-1)!;
    expect(session).toMatchObject({
      experiment: name,
      code: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
    });
    expect(codeHash(experimentModule(name))).toMatch(/^[0-9a-f]{16}$/);
  });

  it("two of its tasks, run again, give what the journal says", { timeout: 240_000 }, async (ctx) => {
    if (!process.env.GEODL_DATA) return ctx.skip(noData);
    const experiment = await loadExperiment(experimentModule(name));
    await experiment.prepare?.();
    // those of networks whose weights are not here cannot be run
    const able = new Set(
      (await experiment.tasks({ profile: "tutorial", seeds: experiment.seeds })).map(taskKey),
    );
    // picks of a network that is trained anew hang on the last bit of this machine's arithmetic
    const longest = name === "firstbreak" ? 5 : 30;
    const quick = entries
      .filter(({ task }) => able.has(taskKey(task)))
      .sort((a, b) => a.seconds - b.seconds)
      .filter(({ seconds }, i) => i < 2 || (i < entries.length / 2 && seconds <= longest)); // of the quicker half
    expect(quick.length).toBeGreaterThanOrEqual(2);
    const random = rng(entries.length).fork(name);
    for (const i of random.permutation(quick.length).subarray(0, 2)) {
      const { task, result } = quick[i]!;
      expectLike(await experiment.run(task), result, JSON.stringify(task));
    }
  });
});

const scored = (name: string) => [...resultsOf(readJournal(journalOf(name))).values()];

describe("the protocols' rows", () => {
  it.each([
    ["noisy", -8.5, 0.03],
    ["median 3x3", -1.44, 4.9],
    ["median 1x7 along x", -2.21, 4.9],
    ["fx-decon lf=4 mu=.01, whole section", 2.36, 6.24],
    ["fx-decon, 64x32 windows, 50 % overlap", 1.14, 6.54],
    ["DCT 8x8 sliding, hard 2.7 sigma", 3.5, 7.74],
    ["KAIR DnCNN-25, natural images", 4.41, 8.19],
  ])("of denoise: %s within 0.05 dB", (row, s25, snr0) => {
    const of = (level: string) => valuesOf(scored("denoise"), "snr", { row, level, seed: 0 })[0]!;
    expect(Math.abs(of("s25") - s25)).toBeLessThan(0.05);
    expect(Math.abs(of("snr0") - snr0)).toBeLessThan(0.05);
  });

  it.each([
    ["zero fill", 3.21],
    ["linear along x", 11.72],
    ["FFT POCS whole, .01", 8.22],
    ["FFT POCS whole, .03", 8.61],
    ["FFT POCS whole, .1", 8.2],
    ["FFT POCS whole, .2", 6.62],
    ["FFT POCS whole, .01, longer", 6.46],
    ["FFT POCS whole, .01, longest", 5.87],
    ["FFT POCS windows, .01", 9.35],
    ["FFT POCS windows, .03", 9.27],
    ["FFT POCS windows, .1", 9.38],
    ["POCS windows, longer", 8.09],
    ["DDTF plugged in", 11.75],
    ["DnCNN of photographs plugged in", 1.81],
  ])("of pocs: %s within 0.1 dB", (name, want) => {
    const row = name === "POCS windows, longer" ? "FFT POCS windows, .03, longer" : name;
    const where = { row, section: "real3d", mask: "random", seed: 0 };
    expect(Math.abs(valuesOf(scored("pocs"), "snr", where)[0]! - want)).toBeLessThan(0.1);
  });
});

describe("operators", () => {
  const darcy = [...resultsOf(readJournal(journalOf("darcy"))).values()];
  const mean = (field: string, row: string) => {
    const values = valuesOf(darcy, field, { row });
    expect(values.length).toBe(3);
    return values.reduce((a, b) => a + b, 0) / 3;
  };

  it("of Darcy flow: the protocol's row, and with transposes at most .097 and .156; doubling its own output is better than both", () => {
    const protocol = "FNO, 22 epochs (PROTOCOLS 3b)";
    expect(Math.abs(mean("test16", protocol) - 0.0945)).toBeLessThan(0.01);
    expect(mean("test32", protocol)).toBeLessThan(0.156);
    const best = "FNO, 44 epochs, transposes";
    expect(mean("test16", best)).toBeLessThan(0.097);
    expect(mean("test32", best)).toBeLessThan(0.156);
    for (const row of [protocol, best]) expect(mean("cubic", row)).toBeLessThan(mean("test32", row));
    // what doubling costs where the 16 x 16 are known
    expect(valuesOf(darcy, "cubic", { row: "no network: the true 16 x 16" })[0]).toBeLessThan(0.06);
  });

  const waves = (field: string, row: string, part?: string) => {
    const of = scored("fno").filter(({ task }) => task.part === part);
    const values = valuesOf(of, field, { row });
    expect(values.length, row).toBeGreaterThan(0);
    return values.reduce((a, b) => a + b, 0) / values.length;
  };

  it.each([
    ["homogeneous 3 km/s wavefield, no network", 0.495, 0.002],
    ["straight rays, no network", 0.144, 0.002],
  ])("of waves: %s as PROTOCOLS 3a has it", (row, want, within) => {
    expect(Math.abs(waves("error", row) - want)).toBeLessThan(within);
  });

  it.for<readonly [string, number]>([
    ["plain FNO", 0.165],
    ["plain FNO, flips and transposes", 0.145],
    ["FNO on rays, flips and transposes", 0.085],
    ["the same, mean over the eight symmetries", 0.05],
  ])("of waves: %s at most %d", ([row, most], ctx) => {
    const isThere = scored("fno").some(({ task }) => task.row === row);
    if (!isThere) return ctx.skip("needs its row in the journal: geodl experiment fno --resume --keep");
    expect(waves("error", row)).toBeLessThan(most);
  });

  it.each([
    ["a .8 km", 0.07],
    ["10 %", 0.17],
    ["source 4 cells from an edge", 0.065],
    ["128 x 128", 0.055],
  ])("of waves: the committed operator, one run, on %s at most %d", (row, most) => {
    expect(waves("once", row, "media")).toBeLessThan(most);
    expect(waves("once", row, "media")).toBeLessThan(0.5 * waves("rays", row, "media"));
  });

  it("of waves: on 128 x 128 it is better than its own 64 x 64 output doubled", () => {
    expect(waves("once", "128 x 128", "media")).toBeLessThan(waves("doubled", "128 x 128", "media"));
  });

  it("of waves: its gradients point where the solver's do, in each of five media", () => {
    const of = scored("fno").filter(({ task }) => task.part === "gradients");
    const [all, away] = ["once", "onceAway"].map((field) => valuesOf(of, field));
    expect(all).toHaveLength(5);
    for (const cosine of all!) expect(cosine).toBeGreaterThan(0.97);
    for (const cosine of away!) expect(cosine).toBeGreaterThan(0.98);
  });

  it("of waves: an inversion through the operator ends within half of its start, the solver's nearer", () => {
    for (const kind of ["random", "sharp"]) {
      const end = (row: string) =>
        waves(`${kind}40`, row, "inversions") / waves(`${kind}0`, row, "inversions");
      expect(end("own operator (data/weights/fno)")).toBeLessThan(0.5);
      expect(end("solver, adjoint")).toBeLessThan(end("own operator (data/weights/fno)"));
      expect(end("own operator (data/weights/fno)")).toBeLessThan(end("straight rays"));
    }
  });
});

describe("geodl experiment", () => {
  it("lists the experiments, refuses what it does not know", () => {
    const listed = geodl({});
    expect(listed.status).toBe(2);
    for (const name of experimentNames) expect(listed.stdout).toMatch(new RegExp(`^${name} `, "m"));
    expect(geodl({}, "magic")).toMatchObject({ status: 2, stdout: "" });
    expect(geodl({}, "pocs", "--seeds", "none").stderr).toMatch(
      /--seeds must be a whole number >= 1, got none/,
    );
    expect(geodl({}, "pocs", "--profile", "huge").status).toBe(2);
  });

  it("without data says so in one line, with both cures", () => {
    const { status, stderr } = geodl({ GEODL_DATA: join(folder, "none"), GEODL_CACHE: folder }, "pocs");
    expect(status).toBe(1);
    expect(stderr).toMatch(/^geodl experiment: .*real3d\.bin.*GEODL_DATA/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  it("prints the committed table at once with --resume, and writes it as JSON", {
    timeout: 120_000,
  }, (ctx) => {
    if (!process.env.GEODL_DATA) return ctx.skip(noData);
    const own = ["--journal", join(folder, "own.jsonl")];
    const { status, stdout } = geodl({}, "pocs", "--profile", "ci", "--resume", ...own, "--json", "out.json");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^linear along x +– +11\.72/m);
    const { tables, entries } = JSON.parse(readFileSync(join(folder, "out.json"), "utf8")) as {
      readonly tables: readonly { readonly rows: readonly unknown[] }[];
      readonly entries: readonly Entry[];
    };
    expect(tables[0]!.rows.length).toBeGreaterThan(10);
    expect(entries.length).toBeGreaterThan(10);
    expect(existsSync(join(folder, "own.jsonl"))).toBe(true);
  });
});
