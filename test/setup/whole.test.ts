// Set-up from nothing on stand-ins, with the machine's own Python: complete, inside the folder, quick the second time.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript that runs before anything is installed
import { status } from "../../bin/setup/index.mjs";
import { setup } from "./call.js";
import { listing, project, type StandIns, standIns } from "./standins.js";

let all: StandIns;
beforeAll(() => {
  all = standIns();
});
afterAll(() => all.remove());

const stateOf = (root: string) =>
  Object.fromEntries(
    (status(root) as { name: string; state: string }[]).map(({ name, state }) => [name, state]),
  );

describe("from nothing, in a folder with spaces and an umlaut", () => {
  let root: string;
  let temporary: string;
  const real = (extra: object = {}) =>
    setup(all, root, { python: "real", env: { TMPDIR: temporary }, ...extra });

  beforeAll(async () => {
    root = project(all, "ge odl ü");
    temporary = join(all.base, "temporary");
    mkdirSync(temporary);
    const before = listing(all.base).filter((name) => !name.startsWith("ge odl ü"));
    const { code, err, out } = await real();
    expect(err).toBe("");
    expect(code, out).toBe(0);
    expect(out).toContain("[6/6] kernel");
    // HOME does not exist and is not made; nothing is left in the system's temporary folder or beside the project.
    expect(listing(all.base).filter((name) => !name.startsWith("ge odl ü"))).toEqual(before);
    expect(listing(temporary)).toEqual([]);
  });

  it("makes what the steps promise", () => {
    expect(existsSync(join(root, "node_modules", "filler", "lib", "file-199.js"))).toBe(true);
    expect(execFileSync(join(root, ".venv", "bin", "jupyter-lab"), { encoding: "utf8" })).toBe("lab\n");
    expect(statSync(join(root, ".tf", "tensorflow", "libtensorflow_cc.so.2")).isFile()).toBe(true);
    expect(existsSync(join(root, ".tf", "tensorflow", "include", "tensorflow", "c", "c_api.h"))).toBe(true);
    expect(listing(join(root, ".tf")).filter((name) => /\.(whl|py)$/.test(name))).toEqual([]);
    expect(listing(join(root, "dist"))).toEqual(["index.js", "two.js"]);
    expect(
      listing(root).filter((name) => /^\.setup\/(tmp|npm-cache|lock|aside\/)|^\.dist-new/.test(name)),
    ).toEqual([]);
  });

  it("links an addon that loads into the npm package", (ctx) => {
    if (!all.hasCompiler) return ctx.skip("needs a C++ compiler");
    const link = join(
      root,
      "node_modules",
      "@tensorflow",
      "tfjs-node-gpu",
      "lib",
      "napi-v8",
      "tfjs_binding.node",
    );
    expect(realpathSync(link)).toBe(join(root, ".tf", "tfjs_binding.node"));
    execFileSync(process.execPath, ["-e", "process.dlopen({ exports: {} }, process.argv[1])", link]);
    execFileSync(process.execPath, [
      "--preserve-symlinks",
      "-e",
      "process.dlopen({ exports: {} }, process.argv[1])",
      link,
    ]);
  });

  it("writes a kernelspec for this Node and this folder", () => {
    const spec = JSON.parse(
      readFileSync(join(root, ".venv/share/jupyter/kernels/geodl/kernel.json"), "utf8"),
    );
    expect(spec).toEqual({
      argv: [
        "/bin/sh",
        join(root, "bin/kernel.sh"),
        process.execPath,
        join(root, "dist/kernel/main.js"),
        "{connection_file}",
      ],
      display_name: "TypeScript (geodl)",
      language: "typescript",
      interrupt_mode: "message",
      metadata: { debugger: false },
    });
    expect(readFileSync(join(root, ".venv/share/jupyter/kernels/geodl/logo-svg.svg"), "utf8")).toContain(
      "<svg",
    );
  });

  it("checks in under a second the second time, and changes nothing", async () => {
    const before = listing(root);
    const { code, out, seconds } = await real();
    expect(code).toBe(0);
    expect(out).toMatch(/^everything is set up \(.*\)\n$/);
    expect(seconds).toBeLessThan(1);
    expect(listing(root)).toEqual(before);
    expect(stateOf(root)).toMatchObject({
      npm: "done",
      python: "done",
      tensorflow: "done",
      build: "done",
      kernel: "done",
    });
    expect((await real({ args: ["--check"] })).code).toBe(0);
    expect((await real({ args: ["--quiet"] })).out).toBe("");
  });

  it("takes dist as built where only times differ, as in a copy of the folder", () => {
    utimesSync(join(root, "dist", "two.js"), 1, 1);
    expect(stateOf(root).build).toBe("done");
  });

  it("builds again when a source changes or dist was written by another, and keeps the old build where it fails", async () => {
    writeFileSync(join(root, "src", "two.ts"), "export const two = 2.5;\n");
    expect(stateOf(root)).toMatchObject({ npm: "done", build: "todo" });
    const again = await real();
    expect(again.out).toMatch(/^\[5\/6\] build/);
    expect(again.out).not.toContain("npm");
    expect(readFileSync(join(root, "dist", "two.js"), "utf8")).toContain("2.5");
    writeFileSync(join(root, "dist", "two.js"), "export const two = 3;\n");
    expect(stateOf(root).build).toBe("todo");
    expect((await real()).code).toBe(0);
    writeFileSync(join(root, "src", "two.ts"), "broken\n");
    const { code, err } = await real({ args: ["--only", "build"] });
    expect(code).toBe(1);
    expect(err).toBe(
      "set-up: [5/6] build: the compiler finds 1 error, the first: src/two.ts(1,7): error TS2322: it is broken.; mend src/ (or `git checkout src`) and run the same command again\n",
    );
    expect(readFileSync(join(root, "dist", "two.js"), "utf8")).toContain("2.5");
    writeFileSync(join(root, "src", "two.ts"), "export const two = 2;\n");
    expect((await real()).code).toBe(0);
  });

  it("only links the addon again after a new npm ci", async (ctx) => {
    if (!all.hasCompiler) return ctx.skip("needs a C++ compiler");
    rmSync(join(root, "node_modules"), { recursive: true });
    const { out } = await real();
    expect(out).toMatch(/\[4\/6\] addon +compiled with .*, linked again/);
    expect(out).not.toContain("compiling with");
    expect(out).not.toMatch(/python|tensorflow|build/);
  });

  it("takes node_modules as it is where it is what the lock file says", async () => {
    rmSync(join(root, ".setup", "stamps", "npm.json"));
    expect((await real()).out).toMatch(/^\[1\/6\] npm +as the lock file says already/);
    rmSync(join(root, ".setup", "stamps", "npm.json"));
    rmSync(join(root, "node_modules", "filler"), { recursive: true });
    expect((await real()).out).toContain("installing 4 packages");
    expect(existsSync(join(root, "node_modules", "filler"))).toBe(true);
  });

  it("makes the environment and the kernelspec again in a folder that was moved", async () => {
    const moved = join(all.base, "moved");
    renameSync(root, moved);
    root = moved;
    expect(stateOf(root)).toMatchObject({
      npm: "done",
      python: "todo",
      tensorflow: "done",
      build: "done",
      kernel: "todo",
    });
    const { code, out } = await real({ python: "quick" });
    expect(code).toBe(0);
    expect(out).not.toMatch(/\] (npm|tensorflow|addon|build)/);
    expect(execFileSync(join(root, ".venv", "bin", "jupyter-lab"), { encoding: "utf8" })).toBe("lab\n");
    expect(readFileSync(join(root, ".venv/share/jupyter/kernels/geodl/kernel.json"), "utf8")).toContain(
      moved,
    );
  });
});
