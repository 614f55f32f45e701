// geodl bench: one short run of a case, its JSON, outputs beside the peer's, and wrong calls.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const bench = (...args: string[]) =>
  spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), "bench", ...args], { encoding: "utf8" });

describe("geodl bench", () => {
  it("measures a case and writes it with the machine", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-bench-"));
    try {
      const out = join(folder, "results.json");
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
      const [head, line] = stdout.split("\n");
      expect(head).toMatch(/^case +geodl +peer +unit +ratio/);
      expect(line).toMatch(/^phasenet-infer +[\d.]+ +windows\/s/);
      const { machine, cases } = JSON.parse(readFileSync(out, "utf8"));
      expect(machine).toMatchObject({ node: process.versions.node });
      expect(cases).toHaveLength(1);
      expect(cases[0]).toMatchObject({ case: "phasenet-infer", threads: 1, unit: "windows/s", turns: 1 });
      expect(cases[0].ours).toBeGreaterThan(1);
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

  const python = join(root, ".venv-peers", "bin", "python");
  it.for(["stalta-recursive", "bandpass", "stft", "segy-read-ibm"])(
    "%s: both sides work on the same numbers and agree",
    { timeout: 120_000 },
    (name, ctx) => {
      if (!existsSync(python)) return ctx.skip("needs the peers: bash test/peers/setup.sh");
      const folder = mkdtempSync(join(tmpdir(), "geodl-bench-"));
      try {
        const out = join(folder, "results.json");
        const { stderr, status } = bench(
          name,
          "--peers",
          "--threads",
          "1",
          "--repeats",
          "1",
          "--limit",
          "1",
          "--out",
          out,
        );
        expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
        const [result] = JSON.parse(readFileSync(out, "utf8")).cases;
        expect(result.difference).toBeLessThan(1e-6);
        expect(result.ratio).toBeGreaterThan(0);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
});
