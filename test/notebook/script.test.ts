// Every call of room notebook/ in a plain Node script, where there is no kernel.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function script(code: string, input = ""): { status: number | null; stdout: string; stderr: string } {
  const done = spawnSync(process.execPath, ["--input-type=module", "-e", code], {
    cwd: root,
    encoding: "utf8",
    input,
  });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

describe("in a plain script", () => {
  it("display shows text, a table and an update; clearOutput is harmless", () => {
    const { stdout, stderr, status } = script(`
      import { clearOutput, display } from "geodl/notebook";
      import { table } from "geodl/show";
      const h = display({ "text/plain": "first" }, { id: true });
      h.update({ "text/plain": "second" });
      clearOutput({ wait: true });
      display(table(["a"], [[1.5]]));
    `);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/first\n[\s\S]*second\n[\s\S]*1\.5/);
    expect(status).toBe(0);
  });

  it("input reads a line", () => {
    const { stdout } = script(
      'import { input } from "geodl/notebook"; console.log("got", await input("name? "));',
      "Ada\n",
    );
    expect(stdout).toMatch(/got Ada/);
  });

  it("abortSignal is aborted by SIGINT", () => {
    const { stdout } = script(`
      import { abortSignal } from "geodl/notebook";
      const signal = abortSignal();
      console.log(signal.aborted);
      process.kill(process.pid, "SIGINT");
      await new Promise((resolve) => setTimeout(resolve, 100));
      console.log(signal.aborted);
    `);
    expect(stdout).toBe("false\ntrue\n");
  });

  it("comms say that they need a kernel", () => {
    const { stderr, status } = script('import { comms } from "geodl/notebook"; comms.open("x");');
    expect(stderr).toMatch(/comms\.\w+:/);
    expect(status).toBe(1);
  });

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
