// geodl bench: one short run of a case, its JSON line, and wrong calls.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bench = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), "bench", ...args], { encoding: "utf8" });

describe("geodl bench", () => {
  it("measures a case and appends its JSON line", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-bench-"));
    try {
      const out = join(folder, "results.jsonl");
      const { stdout, stderr, status } = bench(
        "phasenet-infer",
        "--threads",
        "1",
        "--repeats",
        "2",
        "--budget",
        "2",
        "--out",
        out,
      );
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout).toMatch(/^phasenet-infer +geodl [\d.]+ windows\/s \([\d.]+ by CPU, [\d.]+ cores\)\n$/);
      const result = JSON.parse(readFileSync(out, "utf8"));
      expect(result).toMatchObject({
        name: "phasenet-infer",
        who: "geodl",
        threads: 1,
        unit: "windows/s",
        runs: 2,
      });
      expect(result.value).toBeCloseTo(20 / result.best_s, -1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says what a wrong call must be", () => {
    const wrong = bench("no-such-case");
    expect(wrong.status).toBe(2);
    expect(wrong.stderr).toMatch(/a case must be one of .*dncnn-train.*, got no-such-case/);
    expect(bench("phasenet-infer", "--threads", "0").status).toBe(2);
    expect(bench("--help").stdout).toContain("Example: geodl bench");
  });
});
