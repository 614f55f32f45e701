// Checks, progress and provenance in a plain Node script; terminal.test.ts has the calls that a kernel answers.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function script(code: string): { status: number | null; stdout: string } {
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
  });
  return { status: done.status, stdout: done.stdout };
}

describe("in a plain script", () => {
  it("checks, progress, profile, seed, provenance and summary work; a red check ends the script with 1", () => {
    const all = `
      import { check, display, profile, progress, provenance, seed, summary } from "geodl/notebook";
      for (const i of progress(2, "two")) check("i" + i, i >= 0);
      console.log(profile(), seed());
      display(provenance());
    `;
    const green = script(`${all} summary();`);
    expect(green.stdout).toMatch(/checks: 2 passed, 0 failed, 0 open\n$/);
    expect(green.status).toBe(0);
    expect(script(`${all} check("red", false); summary();`).status).toBe(1);
  });
});
