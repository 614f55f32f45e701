// 5,000 cells in one kernel: memory stays flat, and the last cell takes as long as the hundredth. Takes minutes: GEODL_LONG=1.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const python = fileURLToPath(new URL("../../.venv/bin/python", import.meta.url));
const script = fileURLToPath(new URL("./soak.py", import.meta.url));

it("a kernel is as quick and as small after 5,000 cells", { timeout: 1_800_000 }, (ctx) => {
  if (!process.env.GEODL_LONG) return ctx.skip("takes minutes: set GEODL_LONG=1");
  if (!existsSync(python)) return ctx.skip("needs .venv with jupyter_client");
  const env = { ...process.env, GEODL_NODE: process.env.GEODL_NODE ?? process.execPath };
  const lines = execFileSync(python, [script], { encoding: "utf8", env }).trim().split("\n");
  const end = JSON.parse(lines.at(-1)!) as { readonly ratio: number; readonly kib_a_cell: number };
  expect(end.ratio).toBeLessThanOrEqual(1.5);
  // Live heap: a cell's text, its source map, its place in the history. A program or a value kept by mistake would be a multiple.
  expect(end.kib_a_cell).toBeLessThanOrEqual(10);
});
