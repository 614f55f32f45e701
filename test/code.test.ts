// The code itself: the tests type-check against the built package, and the linter and formatter have nothing to say.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function run(...args: string[]): string {
  const done = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  return done.status === 0 ? "" : done.stdout + done.stderr;
}

it("type-checks, tests too", { timeout: 180_000 }, () => {
  expect(run(join("node_modules", "typescript", "bin", "tsc"), "-p", "test/tsconfig.json")).toBe("");
});

it("passes the linter and the formatter", { timeout: 120_000 }, () => {
  expect(
    run(join("node_modules", "@biomejs", "biome", "bin", "biome"), "ci", "--error-on-warnings", "."),
  ).toBe("");
});
