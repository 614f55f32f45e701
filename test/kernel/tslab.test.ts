// Cells written for tslab run here: its display functions and their updates.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl-tslab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const cells = [
  'import * as tslab from "tslab";\ntslab.display.html("<b>hi</b>");',
  'const d = tslab.newDisplay();\nd.text("first");\nd.text("second");',
  'console.log("checks: 1 passed, 0 failed, 0 open");',
];

it("runs cells written for tslab", { timeout: 60_000 }, () => {
  const book = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      id: `c${i}`,
      metadata: {},
      source,
      execution_count: null,
      outputs: [],
    })),
    metadata: { kernelspec: { name: "geodl", display_name: "geodl", language: "typescript" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  const file = join(folder, "old.ipynb");
  writeFileSync(file, JSON.stringify(book));
  const args = [join(root, "bin", "geodl.mjs"), "notebooks", file, "--keep", join(folder, "kept")];
  const done = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect(done.stdout).toMatch(/1 passed, 0 failed/);
  const kept = JSON.parse(readFileSync(join(folder, "kept", "old.ipynb"), "utf8")) as {
    readonly cells: readonly {
      readonly outputs: readonly { readonly data: Readonly<Record<string, unknown>> }[];
    }[];
  };
  expect(kept.cells[0]!.outputs.map(({ data }) => data["text/html"])).toEqual([["<b>hi</b>"]]);
  expect(kept.cells[1]!.outputs.map(({ data }) => data["text/plain"])).toEqual([["second"]]);
});
