import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { writeStead } from "./stead-file.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Message {
  readonly seed: number;
  readonly at: "start" | "end";
  readonly outcome?: string;
  readonly milliseconds?: number;
  readonly rss?: number;
}

const limit = 10_000; // ms a file may take on a busy machine; a whole one takes 30
const count = process.env.GEODL_LONG === "1" ? 10_000 : 200;

/** Reads mutations from..to in one process; a loss is reported with the mutation that caused it. */
function batch(file: string, from: number, to: number): Promise<{ ends: Message[]; lost: string[] }> {
  const child = fork(
    fileURLToPath(new URL("./fuzz-child.mjs", import.meta.url)),
    [file, String(from), String(to), join(folder, "mutated.hdf5")],
    { execArgv: [], stdio: ["ignore", "ignore", "inherit", "ipc"] },
  );
  const ends: Message[] = [];
  const lost: string[] = [];
  let current = from;
  let timer: NodeJS.Timeout | undefined;
  return new Promise((resolve) => {
    child.on("message", (message: Message) => {
      clearTimeout(timer);
      current = message.seed;
      if (message.at === "end") ends.push(message);
      else timer = setTimeout(() => child.kill("SIGKILL"), limit);
    });
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      if (code !== 0) lost.push(`mutation ${current}: process ended with ${signal ?? code}`);
      resolve({ ends, lost });
    });
  });
}

it(
  `${count} damaged files give an error or data, never a crash, a hang or much memory`,
  async () => {
    const file = join(folder, "small.hdf5");
    await writeStead(file, 60);
    const ends: Message[] = [];
    const lost: string[] = [];
    for (let from = 0; from < count; from += 500) {
      const result = await batch(file, from, Math.min(count, from + 500));
      ends.push(...result.ends);
      lost.push(...result.lost);
    }
    expect(lost).toEqual([]);
    expect(ends.length).toBe(count);
    const errors = ends.filter((e) => e.outcome !== "read");
    for (const { outcome } of errors) {
      expect(outcome).toMatch(/^(Error|RangeError): (hdf5|stead\.\w+): [^\n]+$/);
      expect(outcome!.length).toBeLessThan(600);
    }
    expect(errors.length).toBeGreaterThan(count / 5); // the mutations bite
    expect(errors.length).toBeLessThan(count); // and some miss
    expect(Math.max(...ends.map((e) => e.rss!))).toBeLessThan(1.5e9);
    expect(Math.max(...ends.map((e) => e.milliseconds!))).toBeLessThan(limit);
  },
  process.env.GEODL_LONG === "1" ? 3_600_000 : 120_000,
);
