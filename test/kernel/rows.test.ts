// Every judged row of the kernel's table, run by rows.py with real clients (jupyter_client, nbclient, jupyter_kernel_test).
import { execFileSync, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";

interface Row {
  readonly row: string;
  readonly ok: boolean;
  readonly note: string | null;
}

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const script = fileURLToPath(new URL("./rows.py", import.meta.url));
const env = { ...process.env, GEODL_NODE: process.env.GEODL_NODE ?? process.execPath };
/** Rows of beyond.py. */
const beyond = 23;
const hasPython = existsSync(python);
const names = hasPython
  ? (JSON.parse(execFileSync(python, [script, "--list"], { encoding: "utf8", env })) as string[])
  : [];

describe.skipIf(!hasPython)("kernel rows", () => {
  const results = new Map<string, Row>();
  let errors = "";

  beforeAll(async () => {
    const run = spawn(python, [script], { env, stdio: ["ignore", "pipe", "pipe"] });
    run.stderr.on("data", (d: Buffer) => {
      errors += d.toString();
    });
    for await (const line of createInterface({ input: run.stdout })) {
      if (!line.startsWith("{")) continue;
      const row = JSON.parse(line) as Row;
      results.set(row.row, row);
    }
  }, 600_000);

  it("has a result for every row", () => {
    expect([...results.keys()], errors).toEqual(names);
    expect(names.length).toBe(88 + beyond);
  });

  it.each(names)("%s", (name) => {
    const row = results.get(name);
    expect(row?.note ?? "no result", errors).toSatisfy(() => row?.ok === true);
  });
});

if (!hasPython)
  it("kernel rows need .venv (npm test makes it)", (ctx) => ctx.skip("needs .venv with jupyter_client"));
