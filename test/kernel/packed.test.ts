// The packed package, outside the project: `geodl kernel install` makes a kernel that runs a cell in any folder. GEODL_LONG=1.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const python = join(root, ".venv", "bin", "python");

const client = `
import os, sys
from jupyter_client import KernelManager
m = KernelManager(kernel_name="geodl")
m.start_kernel(cwd=sys.argv[1])
c = m.client()
c.start_channels()
c.wait_for_ready(timeout=60)
r = c.execute_interactive('import { signal } from "geodl"; console.log(signal.ricker(10, 64, 0.004).length);', timeout=60)
bad = c.execute_interactive('import { nothing } from "geodl/signal";', timeout=60)
m.shutdown_kernel(now=True)
print(r["content"]["status"], bad["content"]["ename"])
`;

it("a kernel installed from the tarball runs a checked cell", { timeout: 300_000 }, (ctx) => {
  if (!process.env.GEODL_LONG) return ctx.skip("takes half a minute: set GEODL_LONG=1");
  if (!existsSync(python)) return ctx.skip("needs .venv with jupyter_client");
  const folder = mkdtempSync(join(tmpdir(), "geodl packed ü-"));
  try {
    execFileSync("npm", ["pack", "--silent", "--offline", "--pack-destination", folder], { cwd: root });
    const tarball = readdirSync(folder).find((f) => f.endsWith(".tgz"))!;
    execFileSync("tar", ["xzf", tarball], { cwd: folder });
    const modules = join(folder, "app", "node_modules");
    mkdirSync(modules, { recursive: true });
    renameSync(join(folder, "package"), join(modules, "geodl"));
    // What npm would install beside it.
    for (const name of readdirSync(join(root, "node_modules")).filter((n) => n !== "geodl"))
      symlinkSync(join(root, "node_modules", name), join(modules, name));
    const geodl = (...args: string[]): string =>
      execFileSync(process.execPath, [join(modules, "geodl", "bin", "geodl.mjs"), ...args], {
        encoding: "utf8",
      });
    const prefix = join(folder, "env");
    expect(geodl("kernel", "install", "--prefix", prefix)).toContain(prefix);
    writeFileSync(join(folder, "client.py"), client);
    const env = {
      ...process.env,
      JUPYTER_PATH: join(prefix, "share", "jupyter"),
      JUPYTER_RUNTIME_DIR: folder,
    };
    const out = execFileSync(python, [join(folder, "client.py"), folder], { encoding: "utf8", env });
    expect(out).toMatch(/^64$/m);
    expect(out.trim().split("\n").at(-1)).toBe("ok TypeScriptError");
    geodl("kernel", "uninstall", "--prefix", prefix);
    expect(existsSync(join(prefix, "share", "jupyter", "kernels", "geodl"))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
