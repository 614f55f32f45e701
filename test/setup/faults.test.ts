// What can go wrong in a set-up: each gives one clear line with the cure, and leaves nothing half-made.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript that runs before anything is installed
import { nodeProblem } from "../../bin/setup/index.mjs";
import { type Call, entry, environment, type Outcome, setup } from "./call.js";
import { listing, project, type StandIns, standIns, tensorflow, wheel } from "./standins.js";

let all: StandIns;
beforeAll(() => {
  all = standIns();
});
afterAll(() => all.remove());

/** One line on stderr, exit status 1, no temporary file and no lock left. */
function expectClear(root: string, { code, err }: Outcome, line: RegExp): void {
  expect(err).toMatch(line);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect(code).toBe(1);
  const left = listing(root).filter((name) =>
    /^(\.setup\/(tmp|lock|npm-cache|aside\/)|\.dist-new)/.test(name),
  );
  expect(left).toEqual([]);
}

/** A PATH whose Python serves another TensorFlow than the other tests', and the project made to want that one. */
function otherTensorflow(root: string, name: string, options: Parameters<typeof tensorflow>[1]): string {
  const wheels = join(all.base, name, "wheels");
  const sum = tensorflow(wheels, options);
  writeFileSync(
    join(root, "bin", "python", "tensorflow.txt"),
    `tensorflow-cpu==2.21.0 --hash=sha256:${sum}\n`,
  );
  const quick = join(all.base, name, "quick");
  mkdirSync(quick);
  const script = readFileSync(join(all.tools.quick, "python3.13"), "utf8");
  writeFileSync(join(quick, "python3.13"), script.replaceAll(`'${all.wheels}'`, `'${wheels}'`), {
    mode: 0o755,
  });
  return `${quick}:${all.tools.basic}:${all.tools.compiler}`;
}

describe.concurrent("the network", () => {
  it("missing for npm: one line, no node_modules", async () => {
    const root = project(all, "no network npm");
    const file = join(root, "package-lock.json");
    writeFileSync(
      file,
      readFileSync(file, "utf8").replaceAll("file:packages/filler.tgz", "http://127.0.0.1:9/filler.tgz"),
    );
    const own = join(root, "package.json");
    writeFileSync(
      own,
      readFileSync(own, "utf8").replace("file:packages/filler.tgz", "http://127.0.0.1:9/filler.tgz"),
    );
    const outcome = await setup(all, root);
    expectClear(
      root,
      outcome,
      /^set-up: \[1\/6\] npm: the npm registry cannot be reached; check the network .*npm_config_registry.*run the same command again$/m,
    );
    expect(existsSync(join(root, "node_modules"))).toBe(false);
  });

  it("missing for pip: one line, and what was whole is kept", async () => {
    const root = project(all, "no network pip");
    const env = {
      PIP_NO_INDEX: "0",
      PIP_FIND_LINKS: "",
      PIP_INDEX_URL: "http://127.0.0.1:9/simple",
      PIP_RETRIES: "1",
    };
    const failing: Call = { python: "real", env };
    const clear =
      /^set-up: \[2\/6\] python: the Python package index cannot be reached; check the network .*PIP_INDEX_URL/;
    expect((await setup(all, root)).code).toBe(0);
    const before = listing(join(root, ".venv"));
    const file = join(root, "bin", "python", "requirements.txt");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `# changed\n${text}`);
    expectClear(root, await setup(all, root, failing), clear);
    expect(listing(join(root, ".venv"))).toEqual(before);
    writeFileSync(file, text);
    expect((await setup(all, root)).out).toContain("everything is set up");
  });

  it("that serves another file than the locked one: one line", async () => {
    const root = project(all, "another wheel");
    const wheels = join(all.base, "other wheels".replace(" ", "-"));
    wheel(join(wheels, "jupyter_standin-1.0-py3-none-any.whl"), {
      "jupyter_standin.py": "print('not the one')\n",
    });
    const outcome = await setup(all, root, { python: "real", env: { PIP_FIND_LINKS: wheels } });
    expectClear(
      root,
      outcome,
      /^set-up: \[2\/6\] python: a package from the Python package index is not the one that was locked/,
    );
    expect(existsSync(join(root, ".venv"))).toBe(false);
  });
});

describe.concurrent("the machine's programs", () => {
  it("an old Node: one line, from the entry file that any Node reads", () => {
    expect(nodeProblem("v18.20.8")).toMatch(
      /^Node 20\.19 or newer is needed, got v18\.20\.8; install a newer one/,
    );
    expect(nodeProblem("v20.18.3")).toContain("got v20.18.3");
    for (const version of ["v20.19.0", "v20.20.2", "v22.1.0", "v24.21.0"])
      expect(nodeProblem(version)).toBe(null);
    const old = `Object.defineProperty(process, "version", { value: "v18.20.8" }); import(process.argv[1]);`;
    const { stderr, status } = spawnSync(process.execPath, ["-e", old, entry], { encoding: "utf8" });
    expect(stderr).toMatch(/^set-up: Node 20\.19 or newer is needed, got v18\.20\.8; .*\n$/);
    expect(status).toBe(1);
    // What an old Node has to read: no syntax younger than ES2018.
    for (const file of [entry, join(entry, "..", "setup", "node.mjs")])
      expect(readFileSync(file, "utf8")).not.toMatch(
        /\?\.|\?\?|^\s*(const|let) .*= await|^await|^import .* from|#!\w/m,
      );
  });

  it("no Python: one line", async () => {
    const root = project(all, "no python");
    const outcome = await setup(all, root, { python: "none" });
    expectClear(
      root,
      outcome,
      /^set-up: \[2\/6\] python: no Python is found \(looked for python3\.13, .*\); install one: `apt install python3/,
    );
  });

  const fake = (name: string, answer: string) => {
    const folder = join(all.base, `python-${name}`);
    mkdirSync(folder);
    writeFileSync(join(folder, name), `#!/bin/sh\necho '${answer}'\n`, { mode: 0o755 });
    return folder;
  };
  const withPath = (root: string, folder: string) =>
    setup(all, root, { env: { PATH: `${folder}:${all.tools.basic}:${all.tools.compiler}` } });

  it("too old a Python, or one without ensurepip: one line each", async () => {
    const root = project(all, "old python");
    const old = await withPath(root, fake("python3", "[[3, 9, 2], true]"));
    expectClear(
      root,
      old,
      /^set-up: \[2\/6\] python: Python 3\.10 or newer is needed, found only 3\.9\.2; install a newer one: /,
    );
    const bare = await withPath(root, fake("python3.12", "[[3, 12, 3], false]"));
    expectClear(root, bare, /python3\.12 \(3\.12\.3\) has no ensurepip, .*; `apt install python3\.12-venv`/);
    expect(existsSync(join(root, ".venv"))).toBe(false);
  });

  it("no compiler: complete without the addon, says what that costs; a later run with one makes the addon alone", async (ctx) => {
    const root = project(all, "no compiler");
    const { code, out } = await setup(all, root, { compiler: false });
    expect(code).toBe(0);
    expect(out).toMatch(
      /^\[4\/6\] addon +lacking: no C\+\+ compiler is found: networks train on WebAssembly instead, convolutions about five times slower; `apt install g\+\+`/m,
    );
    expect(out).toContain("[6/6] kernel");
    const again = await setup(all, root, { compiler: false });
    expect(again.code).toBe(0);
    expect(again.out).toBe("");
    expect(again.err).toMatch(/^set-up: no C\+\+ compiler is found: .*; `apt install g\+\+`.*\n$/);
    if (!all.hasCompiler) return ctx.skip("needs a C++ compiler");
    const later = await setup(all, root);
    expect(later.out).toMatch(/^\[4\/6\] addon +compiling with/);
    expect(later.out).not.toMatch(/npm|python|build/);
    expect(existsSync(join(root, ".tf", "tfjs_binding.node"))).toBe(true);
  });

  it("a compiler that fails: complete without the addon, says why, and is not tried again until something changes", async (ctx) => {
    if (!all.hasCompiler) return ctx.skip("needs a C++ compiler");
    const root = project(all, "bad compiler");
    const bad = join(all.base, "bad-compiler");
    mkdirSync(bad);
    writeFileSync(join(bad, "g++"), "#!/bin/sh\necho 'x.cc:1: fatal error: no such thing' >&2\nexit 1\n", {
      mode: 0o755,
    });
    const path = { PATH: `${all.tools.quick}:${all.tools.basic}:${bad}` };
    const { code, out } = await setup(all, root, { env: path });
    expect(code).toBe(0);
    expect(out).toMatch(
      /addon +lacking: the addon cannot be built here \(x\.cc:1: fatal error: no such thing\): networks train/,
    );
    expect(existsSync(join(root, ".tf", "tfjs_binding.node"))).toBe(false);
    expect((await setup(all, root, { env: path })).err).toContain("cannot be built here");
    expect((await setup(all, root)).out).toMatch(/^\[4\/6\] addon +compiling with/);
  });

  it("another TensorFlow, with which quiet.cc does not link: built without it", async (ctx) => {
    if (!all.hasCompiler) return ctx.skip("needs a C++ compiler");
    const root = project(all, "another absl");
    const path = otherTensorflow(root, "absl", { absl: "lts_20990101" });
    const { out, code } = await setup(all, root, { env: { PATH: path } });
    expect(code, out).toBe(0);
    expect(out).toMatch(/addon +compiled with .*, without quiet\.cc/);
    const addon = join(root, ".tf", "tfjs_binding.node");
    execFileSync(process.execPath, ["-e", "process.dlopen({ exports: {} }, process.argv[1])", addon]);
  });
});

describe("the disk", () => {
  /** Runs set-up with the project on a disk of its own of that size, which goes away with the process. */
  function onSmallDisk(root: string, size: string, call: Call) {
    const script =
      'mount -t tmpfs -o size="$1" none "$2" && cp -r "$3/." "$2" && shift 3 && "$@"; code=$?; find "$GEODL_SETUP_ROOT" -name "*" > "$LIST"; exit $code';
    const disk = join(all.base, "disk");
    mkdirSync(disk, { recursive: true });
    const list = join(all.base, "list");
    const env: NodeJS.ProcessEnv = { ...environment(all, disk, call), LIST: list };
    const path = `${env.PATH}:/usr/bin:/bin:/usr/sbin:/sbin`;
    const args = ["-rm", "sh", "-c", script, "sh", size, disk, root, process.execPath, entry];
    const done = spawnSync("unshare", args, { env: { ...env, PATH: path }, encoding: "utf8" });
    const left = existsSync(list)
      ? readFileSync(list, "utf8")
          .split("\n")
          .map((name) => name.slice(disk.length + 1))
      : [];
    return { ...done, left };
  }
  const canMount = () => spawnSync("unshare", ["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).status === 0;

  it("full while unpacking TensorFlow: one line, no .tf, no temporary file", (ctx) => {
    if (!canMount()) return ctx.skip("needs a disk of its own: unshare and mount are not allowed here");
    const root = project(all, "full tensorflow");
    const path = otherTensorflow(root, "big", { bytes: 12e6 });
    const { status, stderr, left } = onSmallDisk(root, "16m", { env: { PATH: path } });
    expect(stderr).toMatch(
      /^set-up: \[3\/6\] tensorflow: the disk is full: about 1\.2 GB are needed in .*; free some space, then run the same command again\n$/,
    );
    expect(status).toBe(1);
    expect(left).toContain(".venv/bin/jupyter-lab");
    expect(left.filter((name) => /^(\.tf|\.setup\/(tmp|lock|aside\/))/.test(name))).toEqual([]);
  });

  it("full while npm installs: one line, no node_modules", (ctx) => {
    if (!canMount()) return ctx.skip("needs a disk of its own: unshare and mount are not allowed here");
    const root = project(all, "full npm");
    const { status, stderr, left } = onSmallDisk(root, "400k", {});
    expect(stderr).toMatch(/^set-up: \[1\/6\] npm: the disk is full: about 1\.5 GB are needed in .*\n$/);
    expect(status).toBe(1);
    expect(left.filter((name) => /^(node_modules|\.setup\/(tmp|lock|npm-cache|aside\/))/.test(name))).toEqual(
      [],
    );
  });
});

describe.concurrent("the call", () => {
  it("with a wrong option, step or GEODL_TF is refused with exit status 2", async () => {
    const root = project(all, "wrong call");
    for (const [call, message] of [
      [{ args: ["--fast"] }, "--fast"],
      [
        { args: ["--only", "lunch"] },
        "a step is one of npm, python, tensorflow, addon, build, kernel, got lunch",
      ],
      [{ env: { GEODL_TF: "fpga" } }, "cpu, gpu or wasm, got fpga"],
    ] as const) {
      const { code, err } = await setup(all, root, call);
      expect(err).toContain(message);
      expect(code).toBe(2);
    }
    expect(existsSync(join(root, ".setup"))).toBe(false);
    expect((await setup(all, root, { args: ["--help"] })).out).toContain(
      "Example: node bin/setup.mjs --only build",
    );
  });

  it("GEODL_TF=wasm takes no TensorFlow and says so; npm cannot be led astray by the caller's settings", async () => {
    const root = project(all, "wasm");
    const env = {
      GEODL_TF: "wasm",
      NODE_ENV: "production",
      npm_config_dry_run: "true",
      npm_config_omit: "dev",
      PYTHONPATH: "/nowhere",
    };
    const { code, out } = await setup(all, root, { env });
    expect(code).toBe(0);
    expect(out).toMatch(/\[3\/6\] tensorflow +skipped: GEODL_TF=wasm asks for WebAssembly/);
    expect(existsSync(join(root, ".tf"))).toBe(false);
    expect((await setup(all, root, { env })).out).toContain("everything is set up");
    expect((await setup(all, root, { args: ["--check"] })).code).toBe(1);
  });

  it("leaves the user's own npm cache alone and keeps to the folder under npm", async () => {
    const root = project(all, "npm cache");
    const home = join(all.base, "home");
    mkdirSync(home);
    const underNpm = { HOME: home, npm_config_cache: join(home, ".npm"), npm_lifecycle_event: "start" };
    expect((await setup(all, root, { args: ["--only", "npm"], env: underNpm })).code).toBe(0);
    expect(listing(home)).toEqual([]);
    rmSync(join(root, ".setup"), { recursive: true });
    rmSync(join(root, "node_modules"), { recursive: true });
    const cache = join(all.base, "my-cache");
    expect((await setup(all, root, { args: ["--only", "npm"], env: { npm_config_cache: cache } })).code).toBe(
      0,
    );
    expect(listing(cache).length).toBeGreaterThan(0);
    expect(existsSync(join(root, ".setup", "npm-cache"))).toBe(false);
  });

  it("another Node writes the kernelspec again", async () => {
    const root = project(all, "another node");
    expect((await setup(all, root)).code).toBe(0);
    const other = join(all.base, "other-node");
    symlinkSync(process.execPath, other);
    const { stdout } = spawnSync("bash", ["-c", 'exec -a "$0" "$@"', other, other, entry, "--check"], {
      env: { ...environment(all, root, {}), PATH: `${process.env.PATH}` },
      encoding: "utf8",
    });
    expect(stdout).toMatch(/\[6\/6\] kernel/);
  });

  it("with package.json and lock file that do not agree: one line", async () => {
    const root = project(all, "disagree");
    const file = join(root, "package.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("file:packages/filler.tgz", "2.0.0"));
    const version = { name: "filler", version: "2.0.0", dist: { tarball: "http://127.0.0.1:9/filler.tgz" } };
    const packument = { name: "filler", "dist-tags": { latest: "2.0.0" }, versions: { "2.0.0": version } };
    const server = createServer((_, response) => response.end(JSON.stringify(packument)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const outcome = await setup(all, root, { env: { npm_config_registry: `http://127.0.0.1:${port}` } });
    server.close();
    expectClear(
      root,
      outcome,
      /npm: package\.json and package-lock\.json do not agree; run `npm install` and commit both$/m,
    );
  });
});
