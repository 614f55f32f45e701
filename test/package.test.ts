// The packed package: what npm would put into it; with GEODL_LONG it is packed, installed in an empty folder by npm alone, and used.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

interface Manifest {
  readonly version: string;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bundleDependencies: readonly string[];
  readonly overrides: Readonly<Record<string, string>>;
}

interface Locked {
  readonly inBundle?: boolean;
  readonly dev?: boolean;
}

const manifest = json("package.json") as Manifest;

/** Packages of the lock file by path, without the project itself. */
const locked = Object.entries(
  (json("package-lock.json") as { packages: Record<string, Locked> }).packages,
).filter(([path]) => path !== "");

/** Bytes of the files that git tracks below a folder, or of everything where it is made. */
function bytesOf(folder: string): number {
  const git = spawnSync("git", ["-C", root, "ls-files", "-z", folder], { encoding: "utf8" });
  const files = git.stdout.split("\0").filter(Boolean);
  return files.reduce(
    (sum, name) => sum + (statSync(join(root, name), { throwIfNoEntry: false })?.size ?? 0),
    0,
  );
}

describe("package.json", () => {
  it("names files that are there, set-up's locks and the notebooks among them, and none of the tests", () => {
    expect(manifest.files.filter((name) => !existsSync(join(root, name)))).toEqual([]);
    expect(manifest.files).toEqual(expect.arrayContaining(["bin", "dist", "data", "notebooks"]));
    for (const name of ["bin/python/requirements.txt", "bin/python/tensorflow.txt", "bin/native/quiet.cc"])
      expect(existsSync(join(root, name))).toBe(true);
    expect(manifest.files.filter((name) => /test|bench|node_modules|^\.|\*/.test(name))).toEqual([]);
  });

  it("keeps the package small: weights, journals and notebooks together under 30 MB", () => {
    const own = manifest.files
      .filter((name) => name !== "dist")
      .reduce((sum, name) => sum + bytesOf(name), 0);
    expect(own).toBeGreaterThan(1e6);
    expect(own).toBeLessThan(30e6);
  });

  it("bundles what npm would otherwise take without our overrides, and every TensorFlow.js with it", () => {
    const { bundleDependencies: bundled, dependencies } = manifest;
    const engines = Object.keys(dependencies).filter((name) => name.startsWith("@tensorflow/"));
    expect(bundled).toEqual(expect.arrayContaining([...engines, "danfojs-node", "node-api-headers"]));
    expect(bundled.filter((name) => !(name in dependencies))).toEqual([]);
    const outside = locked.filter(
      ([path, { inBundle }]) => /@tensorflow\/|\/(xlsx|danfojs-node)$/.test(path) && !inBundle,
    );
    expect(outside.map(([path]) => path)).toEqual([]);
  });

  it("has one TensorFlow.js core in its tree", () => {
    const cores = locked.filter(([path]) => path.endsWith("@tensorflow/tfjs-core")).map(([path]) => path);
    expect(cores).toEqual(["node_modules/@tensorflow/tfjs-core"]);
  });

  it("says the version that CITATION.cff says", () => {
    const cited = /^version: (.+)$/m.exec(readFileSync(join(root, "CITATION.cff"), "utf8"))![1];
    expect(cited).toBe(manifest.version);
  });
});

describe("the tarball", () => {
  const base = mkdtempSync(join(tmpdir(), "geodl-release-"));
  afterAll(() => rmSync(base, { recursive: true, force: true }));

  it("installs in an empty folder by npm alone; kernel install, new and doctor work there", {
    timeout: 40 * 60_000,
  }, (ctx) => {
    if (process.env.GEODL_LONG !== "1") return ctx.skip("packs 115 MB and installs them: set GEODL_LONG=1");
    const npm = (cwd: string, ...args: string[]) =>
      spawnSync("npm", args, { cwd, encoding: "utf8", maxBuffer: 1e8 });
    const packed = npm(root, "pack", "--json", "--pack-destination", base);
    expect(packed.status, packed.stderr).toBe(0);
    const [told] = JSON.parse(packed.stdout) as [
      { size: number; unpackedSize: number; filename: string; files: { path: string }[] },
    ];
    console.log(
      `${told.filename}: ${(told.size / 1e6).toFixed(0)} MB packed, ${(told.unpackedSize / 1e6).toFixed(0)} MB unpacked`,
    );
    expect(told.size).toBeLessThan(130e6);
    const tops = new Set(told.files.map(({ path }) => path.split("/")[0]!));
    const allowed = [...manifest.files, "node_modules", "package.json", "README.md", "LICENSE"];
    expect([...tops].filter((name) => !allowed.includes(name))).toEqual([]);
    expect(told.files.filter(({ path }) => /\.(node|so[.\d]*)$/.test(path)).map(({ path }) => path)).toEqual(
      [],
    );

    const place = join(base, "empty");
    const home = join(base, "home");
    for (const dir of [place, home]) spawnSync("mkdir", ["-p", dir]);
    // --prefix: npm looks for a project in the folders above otherwise
    const installed = npm(
      place,
      "install",
      "--prefix",
      place,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      join(base, told.filename),
    );
    expect(installed.status, installed.stderr).toBe(0);
    const cores = readdirSync(join(place, "node_modules"), { recursive: true, encoding: "utf8" }).filter(
      (name) => /@tensorflow[\\/]tfjs-core$/.test(name),
    );
    expect(cores.length).toBe(1);
    const npx = (...args: string[]) =>
      spawnSync("npx", ["geodl", ...args], {
        cwd: place,
        encoding: "utf8",
        env: { ...process.env, HOME: home, XDG_DATA_HOME: "" },
      });
    expect(npx("kernel", "install").stdout).toMatch(/kernel "TypeScript \(geodl\)" is now in/);
    const spec = JSON.parse(
      readFileSync(join(home, ".local/share/jupyter/kernels/geodl/kernel.json"), "utf8"),
    );
    expect(spec.argv.filter((arg: string) => arg.startsWith(place) && !existsSync(arg))).toEqual([]);
    expect(npx("new", "project").status).toBe(0);
    const doctor = npx("doctor");
    expect(doctor.stdout).toMatch(/cure: run `node node_modules\/geodl\/bin\/setup\.mjs`/);
    const import_ = spawnSync(
      process.execPath,
      ["-e", "import('geodl/signal').then((m) => console.log(typeof m.ricker))"],
      { cwd: place, encoding: "utf8" },
    );
    expect(import_.stdout).toBe("function\n");
  });
});
