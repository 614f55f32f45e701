// A folder made by `geodl pack-offline`: set-up takes its wheels instead of the index, and builds nothing again. On stand-ins.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { setup } from "./call.js";
import { project, type StandIns, standIns } from "./standins.js";

let all: StandIns;
let packed: string;
/** No index can be reached, and no other folder holds wheels. */
const noNetwork = { PIP_NO_INDEX: "0", PIP_FIND_LINKS: "", PIP_INDEX_URL: "http://127.0.0.1:9/simple" };

/** What packing takes of a folder: its regular files, without their times, and not the environment. */
function pack(root: string, to: string): string {
  const skip = /[\\/](\.venv|\.setup[\\/]stamps[\\/](python|kernel)\.json)$/;
  cpSync(root, to, {
    recursive: true,
    filter: (path) => !skip.test(path) && !lstatSync(path).isSymbolicLink(),
  });
  const wheels = join(to, "offline", "wheels");
  mkdirSync(wheels, { recursive: true });
  for (const name of readdirSync(all.wheels).filter((file) => file.startsWith("jupyter_standin")))
    cpSync(join(all.wheels, name), join(wheels, name));
  return wheels;
}

const python = () =>
  execFileSync(
    join(all.tools.python, "python3"),
    ["-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
    {
      encoding: "utf8",
    },
  ).trim();

beforeAll(async () => {
  all = standIns();
  packed = project(all, "packed from");
  const { code, err } = await setup(all, packed);
  expect(code, err).toBe(0);
});
afterAll(() => all.remove());

describe("a packed folder, copied to a laptop", () => {
  it("is set up without network and without a compiler: environment and kernel made, the rest taken as it is", async () => {
    const root = join(all.base, "laptop ü");
    writeFileSync(join(pack(packed, root), `for-${python()}`), "");
    const { code, out, err } = await setup(all, root, { python: "real", compiler: false, env: noNetwork });
    expect(err).toBe("");
    expect(code, out).toBe(0);
    expect(out).not.toMatch(/\] (npm|tensorflow|build)|compiling with/);
    expect(execFileSync(join(root, ".venv", "bin", "jupyter-lab"), { encoding: "utf8" })).toBe("lab\n");
    if (!all.hasCompiler) return;
    expect(out).toMatch(/\[4\/6\] addon +compiled with .*, linked again/);
    const link = "node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node";
    expect(realpathSync(join(root, link))).toBe(join(root, ".tf", "tfjs_binding.node"));
  });

  it("says in one line for which Pythons it was packed", async () => {
    const root = join(all.base, "other python");
    const wheels = pack(packed, root);
    writeFileSync(join(wheels, "for-3.8"), "");
    writeFileSync(join(wheels, "for-3.9"), "");
    const { code, err } = await setup(all, root, { python: "real", env: noNetwork });
    expect(code).toBe(1);
    expect(err).toMatch(
      /^set-up: \[2\/6\] python: offline\/wheels is for Python 3\.8, 3\.9, and \S+ is 3\.\d+; name one of those in GEODL_PYTHON, or pack again with `geodl pack-offline DIR --python 3\.\d+`\n$/,
    );
    expect(existsSync(join(root, ".venv"))).toBe(false);
  });
});
