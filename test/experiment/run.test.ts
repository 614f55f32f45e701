// Experiments: the same bits for any number of processes and any order, resumed after a kill at any moment, honest about faults.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rng } from "geodl/core";
import { type Outcome, readJournal, resultsOf, runExperiment, taskKey, timeLeft } from "geodl/experiment";
import { afterAll, afterEach, describe, expect, it } from "vitest";

const module = new URL("./walks.mjs", import.meta.url);
const script = fileURLToPath(new URL("./run-walks.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl experiment ü-"));
afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
const newJournal = (): string => join(folder, `${count++}.jsonl`);

const byTask = ({ entries }: Pick<Outcome, "entries">): string[] =>
  entries.map(({ task, result }) => `${taskKey(task)} ${JSON.stringify(result)}`).sort();

/** Runs the walks in a process of their own; ends it with `signal`, `ms` after it has said `lines` lines. */
function inProcess(
  journal: string,
  [profile, seeds, jobs]: readonly [string, number, number],
  stop?: { readonly lines: number; readonly ms: number; readonly signal: NodeJS.Signals },
): Promise<{ readonly out: string; readonly status: number | null }> {
  const child = spawn(process.execPath, [script, journal, profile, `${seeds}`, `${jobs}`], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let out = "";
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    if (stop && !timer && out.split("\n").length > stop.lines)
      timer = setTimeout(() => child.kill(stop.signal), stop.ms);
  };
  look();
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString();
    look();
  });
  return new Promise((resolve) =>
    child.on("close", (status) => {
      clearTimeout(timer);
      resolve({ out, status });
    }),
  );
}

/** Command lines of this machine's processes that work on the walks. */
const workers = (): string[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, "utf8");
        return line.includes("worker.js") && line.includes("walks.mjs") ? [line] : [];
      } catch {
        return [];
      }
    });

describe("a run", () => {
  it("gives the same bits with one process, with two, backwards, and here", async () => {
    const one = await runExperiment(module, { profile: "ci", seeds: 3, jobs: 1 });
    const two = await runExperiment(module, { profile: "ci", seeds: 3, jobs: 2, journal: newJournal() });
    const back = await runExperiment(module, { profile: "paper", seeds: 3, jobs: 2 });
    expect(byTask(one)).toHaveLength(9);
    expect(byTask(two)).toEqual(byTask(one));
    expect(byTask(back)).toEqual(byTask(one));
    expect(one.entries.map(({ task }) => task.seed)).toEqual([0, 1, 2, 0, 1, 2, 0, 1, 2]);
    const { experiment } = (await import(fileURLToPath(module))) as {
      readonly experiment: { run(task: object): object };
    };
    for (const { task, result } of one.entries) expect(experiment.run(task)).toEqual(result);
  });

  it("goes on from its journal, also to more seeds, and starts anew only when asked to", async () => {
    const journal = newJournal();
    const options = { profile: "ci", jobs: 1, journal } as const;
    await runExperiment(module, { ...options, seeds: 1 });
    const more = await runExperiment(module, { ...options, seeds: 2, resume: true });
    expect(more).toMatchObject({ total: 6, resumed: 3, old: 0 });
    const [chapter, ...others] = readJournal(journal);
    expect(others).toEqual([]); // one session: the same code, day and machine
    expect(chapter?.session).toMatchObject({ experiment: "walks", profile: "ci" });
    expect(chapter?.session.code).toMatch(/^[0-9a-f]{16}$/);
    expect(chapter?.entries).toHaveLength(6);
    const anew = await runExperiment(module, { ...options, seeds: 1 });
    expect(anew.resumed).toBe(0);
    expect(resultsOf(readJournal(`${journal}.previous`)).size).toBe(6);
  });

  it("says how many results come from other code", async () => {
    const journal = newJournal();
    const options = { profile: "ci", seeds: 1, jobs: 1, journal } as const;
    await runExperiment(module, options);
    const text = readFileSync(journal, "utf8");
    writeFileSync(journal, text.replace(/"code":"[0-9a-f]+"/, '"code":"0123456789abcdef"'));
    expect(await runExperiment(module, { ...options, resume: true })).toMatchObject({ resumed: 3, old: 3 });
  });
});

describe("a run that is killed", () => {
  const moments = process.env.GEODL_LONG ? 20 : 3;

  it(`goes on after ${moments} kills without repeating what is done`, { timeout: 240_000 }, async () => {
    const journal = newJournal();
    const size = ["tutorial", 10, 2] as const; // 30 tasks
    const random = rng(Number(process.env.GEODL_SEED ?? 5)).fork("kills");
    let cutShort = 0;
    for (let k = 0; k < moments; k++) {
      const lines = k % 3; // at once, at the start, after a task
      const ms = random.uniform(0, 200);
      const before = [...resultsOf(readJournal(journal)).keys()];
      await inProcess(journal, size, { lines, ms, signal: "SIGKILL" });
      const after = resultsOf(readJournal(journal));
      for (const key of before) expect(after.has(key)).toBe(true);
      if (after.size > before.length && after.size < 30) cutShort++;
    }
    expect(cutShort).toBeGreaterThan(0); // else no kill fell into the work
    const { out } = await inProcess(journal, size);
    expect(out).toMatch(/end 30 of 30\n$/);
    const keys = readJournal(journal).flatMap(({ entries }) => entries.map(({ task }) => taskKey(task)));
    expect(keys).toHaveLength(30);
    expect(new Set(keys).size).toBe(30);
    const unbroken = await runExperiment(module, { profile: "tutorial", seeds: 10, jobs: 1 });
    expect(byTask({ entries: [...resultsOf(readJournal(journal)).values()] })).toEqual(byTask(unbroken));
  });

  it("leaves no process behind, at Ctrl-C neither", { timeout: 60_000 }, async () => {
    const journal = newJournal();
    const long = ["tutorial", 400, 2] as const;
    const { out, status } = await inProcess(journal, long, { lines: 3, ms: 50, signal: "SIGINT" });
    expect(status).toBe(0);
    expect(out).toMatch(/end \d+ of 1200\n$/);
    expect(existsSync(`${journal}.lock`)).toBe(false);
    await inProcess(journal, long, { lines: 3, ms: 50, signal: "SIGKILL" });
    await expect.poll(workers, { timeout: 5000 }).toEqual([]);
  });
});

describe("a journal", () => {
  it("cut short at any byte holds the tasks before the cut, and is gone on from", async () => {
    const journal = newJournal();
    const options = { profile: "ci", seeds: 1, jobs: 1, journal, resume: true } as const;
    const whole = await runExperiment(module, options);
    const bytes = readFileSync(journal);
    const ends = [...bytes.keys()].filter((i) => bytes[i] === 10).map((i) => i + 1);
    for (let cut = 0; cut <= bytes.length; cut++) {
      writeFileSync(journal, bytes.subarray(0, cut));
      const lines = ends.filter((end) => end <= cut).length;
      expect(resultsOf(readJournal(journal)).size).toBe(Math.max(0, lines - 1));
    }
    for (const cut of [0, 7, ends[0]! + 3, ends[2]! - 1, bytes.length - 1]) {
      writeFileSync(journal, bytes.subarray(0, cut));
      expect(byTask(await runExperiment(module, options))).toEqual(byTask(whole));
      expect(resultsOf(readJournal(journal)).size).toBe(3);
    }
  });

  it("that is damaged in the middle is refused by the line", async () => {
    const journal = newJournal();
    await runExperiment(module, { profile: "ci", seeds: 1, jobs: 1, journal });
    const lines = readFileSync(journal, "utf8").split("\n");
    lines[1] = lines[1]!.slice(5);
    writeFileSync(journal, lines.join("\n"));
    expect(() => readJournal(journal)).toThrow(/each line must be JSON, got ".*" in line 2/);
  });

  it("is written by one process at a time", async () => {
    const journal = newJournal();
    writeFileSync(`${journal}.lock`, `${process.pid}`);
    const options = { profile: "ci", seeds: 1, jobs: 1, journal } as const;
    await expect(runExperiment(module, options)).rejects.toThrow(
      /one process at a time may write, got process \d+/,
    );
    writeFileSync(`${journal}.lock`, "4194305"); // above the largest process number: its process was killed
    await expect(runExperiment(module, options)).resolves.toMatchObject({ total: 3 });
  });
});

describe("a task that fails", () => {
  afterEach(() => {
    for (const name of ["FAIL", "EXIT", "NAN"]) delete process.env[`WALKS_${name}`];
  });

  it.each([
    ["FAIL", /walks: the row must work, got long \(task \{"row":"long"/],
    ["EXIT", /a process must not end by itself, got status 3 during \{"row":"long"/],
    ["NAN", /a result must be plain JSON, got NaN in "end"/],
  ])("%s: ends the run with one line, keeps what is done", async (name, message) => {
    process.env[`WALKS_${name}`] = "long";
    const journal = newJournal();
    const options = { profile: "ci", seeds: 1, jobs: 1, journal } as const;
    await expect(runExperiment(module, options)).rejects.toThrow(message);
    expect(resultsOf(readJournal(journal)).size).toBe(1);
    delete process.env[`WALKS_${name}`];
    await expect(runExperiment(module, { ...options, resume: true })).resolves.toMatchObject({ resumed: 1 });
  });

  it("options out of range are refused", async () => {
    await expect(runExperiment(module, { jobs: 0 })).rejects.toThrow(
      "jobs must be a whole number >= 1, got 0",
    );
  });
});

describe("timeLeft", () => {
  const done = [
    { task: { row: "a", seed: 0 }, result: {}, seconds: 2 },
    { task: { row: "b", seed: 0 }, result: {}, seconds: 10 },
  ];

  it("takes the time of tasks like those that remain", () => {
    expect(timeLeft(done, [{ row: "a", seed: 1 }], 1)).toBe(2);
    expect(timeLeft(done, [{ row: "c", seed: 1 }], 1)).toBe(6);
    const rest = [1, 2, 3, 4].map((seed) => ({ row: "b", seed }));
    expect(timeLeft(done, rest, 2)).toBe(20);
    expect(timeLeft(done, rest.slice(0, 1), 4)).toBe(10);
    expect(timeLeft([], rest, 2)).toBeUndefined();
    expect(timeLeft(done, [], 2)).toBe(0);
  });
});
