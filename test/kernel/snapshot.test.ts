// The start-up snapshot: bin/kernel.sh takes it only where it is certain, and the kernel's compiler only for what it was made from.
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const folder = mkdtempSync(join(tmpdir(), "geodl snapshot ü-"));
/** As bin/kernel.sh says. */
const flags = "--no-rehash-snapshot";
const isLinux = process.platform === "linux";
afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isLinux)("bin/kernel.sh", () => {
  const script = join(folder, "bin", "kernel.sh");
  const cache = join(folder, ".cache", "kernel");
  const node = join(folder, "node");
  let id: string;
  const cpu = isLinux
    ? (/^(flags|Features)\b.*$/m.exec(readFileSync("/proc/cpuinfo", "utf8"))?.[0] ?? "")
    : "";

  const start = (env: object = {}, ...more: string[]): string[] => {
    const { NODE_OPTIONS: _, ...rest } = process.env;
    const args = [script, node, ...more, "main.js", "a b.json"];
    const out = execFileSync("/bin/sh", args, { encoding: "utf8", env: { ...rest, ...env } });
    return out.trim().split("\n");
  };
  const bare = ["--no-force-async-hooks-checks", "main.js", "a b.json"];

  beforeEach(() => {
    mkdirSync(join(folder, "bin"), { recursive: true });
    copyFileSync(join(root, "bin", "kernel.sh"), script);
    rmSync(cache, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    writeFileSync(node, '#!/bin/sh\nfor a in "$@"; do echo "$a"; done\n'); // says what it was called with
    chmodSync(node, 0o755);
    const { ino, size, mtimeMs } = statSync(node);
    id = `${ino}-${size}-${Math.floor(mtimeMs / 1000)}`;
    writeFileSync(join(cache, `${id}.blob`), "twelve bytes");
    writeFileSync(join(cache, `${id}.for`), `${flags}\n12\n${cpu}\n`);
  });

  it("starts Node from its snapshot", () => {
    const args = start();
    expect(args.slice(0, 2)).toEqual([flags, "--snapshot-blob"]);
    expect(readFileSync(args[2]!, "utf8")).toBe("twelve bytes");
    expect(args.slice(3)).toEqual(bare);
  });

  const change = (name: string, text: string): void => writeFileSync(join(cache, `${id}.${name}`), text);

  it.each<[string, () => void]>([
    ["the snapshot is cut short", () => change("blob", "eleven byte")],
    ["another processor made it", () => change("for", `${flags}\n12\n${cpu} x\n`)],
    ["other flags of V8 made it", () => change("for", `12\n${cpu}\n`)],
    ["Node is another one", () => writeFileSync(node, `${readFileSync(node, "utf8")}\n`)],
    ["there is no snapshot", () => rmSync(join(cache, `${id}.blob`))],
    ["there is no note", () => rmSync(join(cache, `${id}.for`))],
    ["there is no cache", () => rmSync(cache, { recursive: true })],
  ])("starts Node without where %s", (_, spoil) => {
    spoil();
    expect(start()).toEqual(bare);
  });

  it("starts Node without where an option may change V8", () => {
    expect(start({ NODE_OPTIONS: "--max-old-space-size=4000" })).toEqual(bare);
    expect(start({}, "--no-opt")).toEqual([bare[0]!, "--no-opt", ...bare.slice(1)]);
  });
});

describe.skipIf(!isLinux)("the snapshot of this Node", () => {
  it("is made, and holds the compiler with the library; made from something else it is not used", {
    timeout: 120_000,
  }, () => {
    execFileSync(process.execPath, [join(root, "dist/kernel/snapshot/build.js")], { stdio: "ignore" });
    const cache = join(root, ".cache", "kernel");
    expect(readdirSync(cache).filter((f) => f.startsWith("new-"))).toEqual([]);
    const { ino, size } = statSync(process.execPath);
    const name = readdirSync(cache).find((f) => f.startsWith(`${ino}-${size}-`) && f.endsWith(".blob"))!;
    expect(statSync(join(cache, name)).mode & 0o077).toBe(0);
    const check = join(folder, "check.mjs");
    const at = (file: string): string => JSON.stringify(join(root, "dist/kernel", file));
    writeFileSync(
      check,
      `const found = globalThis[Symbol.for("geodl.snapshot")];
      if (process.argv[2]) found[process.argv[2]] = "another";
      const { Compiler } = await import(${at("compiler/compiler.js")});
      const compiler = new Compiler({ cwd: ${JSON.stringify(root)}, geodl: ${JSON.stringify(root)} });
      const faults = (code) => compiler.compile(code, "In[1]").faults?.map((f) => f.message) ?? [];
      const start = performance.now();
      const first = faults("Math.sqrt(4)");
      console.log(JSON.stringify({
        isTaken: compiler.service.ambient === found.ambient,
        first, wrong: faults('import { join } from "node:path"; const a: number = join("b");'),
        ms: performance.now() - start,
      }));`,
    );
    const run = (...more: string[]) => {
      const args = [flags, "--snapshot-blob", join(cache, name), check, ...more];
      const { NODE_OPTIONS: _, ...env } = process.env;
      const done = spawnSync(process.execPath, args, { encoding: "utf8", env });
      expect(done.stderr).toBe("");
      return JSON.parse(done.stdout) as { isTaken: boolean; first: string[]; wrong: string[]; ms: number };
    };
    const wrong = ["Type 'string' is not assignable to type 'number'."];
    const taken = run();
    expect(taken).toMatchObject({ isTaken: true, first: [], wrong });
    for (const stale of ["typescript", "nodeTypes"]) {
      const other = run(stale);
      expect(other).toMatchObject({ isTaken: false, first: [], wrong });
      expect(taken.ms).toBeLessThan(other.ms / 2);
    }
  });
});
