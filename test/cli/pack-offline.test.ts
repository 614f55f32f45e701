// geodl pack-offline: sums that tell damage, copies that go on, nothing read outside the folder; with GEODL_LONG a whole room without network.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { catalog } from "geodl/data";
import { afterAll, describe, expect, it } from "vitest";
import { copyAll, item } from "../../dist/cli/pack-copy.js";
import { isCopyleft, noticeText } from "../../dist/cli/pack-licences.js";
import { publicData } from "../../dist/cli/pack-parts.js";
import { readSums, staysInside, sumsText, verifySums } from "../../dist/cli/pack-sums.js";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const geodl = join(root, "bin", "geodl.mjs");
const base = mkdtempSync(join(tmpdir(), "geodl pack ü-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

/** A packed folder of three files, one of them below two folders. */
function packed(name: string): string {
  const dir = join(base, name);
  const files = { "a.txt": "one", "deep/er/b c.bin": "two", "ü.txt": "three" };
  const sums = new Map<string, string>();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(dir, path, ".."), { recursive: true });
    writeFileSync(join(dir, path), text);
    sums.set(path, sha(text));
  }
  writeFileSync(join(dir, "SHA256SUMS"), sumsText(sums));
  return dir;
}

const verify = (dir: string) =>
  spawnSync(process.execPath, [geodl, "pack-offline", dir, "--verify"], { encoding: "utf8" });

describe("--verify", () => {
  it("finds a copy whole, as sha256sum does", () => {
    const dir = packed("whole");
    const { status, stdout } = verify(dir);
    expect(stdout).toBe("3 files, all as they were packed\n");
    expect(status).toBe(0);
    const system = spawnSync("sha256sum", ["-c", "SHA256SUMS"], { cwd: dir, encoding: "utf8" });
    if (!system.error) expect(system.status, system.stdout + system.stderr).toBe(0);
  });

  it("names what is damaged and what is missing", () => {
    const dir = packed("hurt");
    writeFileSync(join(dir, "a.txt"), "onf");
    rmSync(join(dir, "deep"), { recursive: true });
    const { status, stdout } = verify(dir);
    expect(stdout).toBe(
      "damaged  a.txt\nmissing  deep/er/b c.bin\n3 files: 1 damaged, 1 missing, 0 refused because they lead out of the folder; copy these again from the pack\n",
    );
    expect(status).toBe(1);
  });

  it("refuses a path that leaves the folder, by itself or through a link, and reads no such file", async () => {
    const dir = packed("sly");
    const secret = join(base, "secret.txt");
    writeFileSync(secret, "secret");
    symlinkSync(base, join(dir, "out"));
    symlinkSync(secret, join(dir, "link.txt"));
    const lines = ["../secret.txt", secret, "deep/../../secret.txt", "out/secret.txt", "link.txt"];
    appendFileSync(join(dir, "SHA256SUMS"), lines.map((path) => `${sha("secret")}  ${path}\n`).join(""));
    const { faults, files } = await verifySums(dir);
    expect(faults).toEqual(lines.map((path) => ({ path, state: "refused" })));
    expect(files).toBe(8);
    for (const path of ["", "/etc/passwd", "a/../b", "./a", "a//b", "C:/a", "a\\..\\b"])
      expect(staysInside(path)).toBe(false);
    expect(staysInside("a/..b/c")).toBe(true);
  });

  it("says so where packing has not ended, and where a line is none", () => {
    const dir = packed("half");
    rmSync(join(dir, "SHA256SUMS"));
    expect(verify(dir).stderr).toMatch(/must hold SHA256SUMS, which packing writes last/);
    expect(verify(dir).status).toBe(1);
    expect(() => readSums("no sum\n")).toThrow(
      /a line must be a checksum and a path, got "no sum" in line 1/,
    );
  });
});

describe("copying", () => {
  const from = join(base, "from");
  mkdirSync(from);
  for (let i = 0; i < 30; i++) writeFileSync(join(from, `${i}`), `${i}`.repeat(1000 + i));
  const items = readdirSync(from).map((name) => item(join(from, name), `deep/${name}`));

  it("goes on where it was stopped, and copies anew what has changed or is cut short", async () => {
    const dir = join(base, "to");
    const half = items.slice(0, 11);
    expect(await copyAll(dir, half)).toBe(11);
    writeFileSync(join(dir, "deep", "29.part"), "left by a kill");
    expect(await copyAll(dir, items)).toBe(19);
    expect(await copyAll(dir, items)).toBe(0);
    truncateSync(join(dir, "deep", "3"), 5);
    writeFileSync(join(from, "4"), "new");
    const now = items.map(({ from: path, to }) => item(path, to));
    expect(await copyAll(dir, now)).toBe(2);
    for (const { from: path, to } of now) expect(readFileSync(join(dir, to))).toEqual(readFileSync(path));
    expect(readdirSync(join(dir, "deep")).sort()).toEqual(readdirSync(from).sort());
  });
});

describe("licences of what is packed", () => {
  const files = [...catalog()];
  const free = files.filter(([, { licence }]) => !isCopyleft(licence)).map(([name]) => name);
  const bound = files.filter(([, { licence }]) => isCopyleft(licence)).map(([name]) => name);

  it("leave out the GPL and its kin unless they are asked for", (ctx) => {
    expect(bound).toContain("weights/phasenet_volpick.pt.v1");
    if (!process.env.GEODL_DATA) ctx.skip("needs GEODL_DATA: the catalog's files");
    const asIs = publicData();
    expect(asIs.names.filter((name) => bound.includes(name))).toEqual([]);
    expect(asIs.part.items).toHaveLength(asIs.names.length);
    const all = publicData(true);
    expect(all.names).toEqual(expect.arrayContaining([...asIs.copyleft]));
    expect(all.copyleft).toEqual([]);
  });

  it("stand in the notice: each set with its licence, source and citation, and the texts", () => {
    const notice = noticeText(free);
    for (const name of free) {
      const { title, licence, source, copyright, citation } = catalog().get(name)!;
      const about = notice.slice(notice.indexOf(title)).split("\n\n")[0]!;
      for (const part of [licence, source?.commit, copyright, ...citation])
        expect(about).toContain(part ?? "");
    }
    expect(notice).toContain("Permission is hereby granted, free of charge");
    expect(notice).toContain("Version 2.0, January 2004");
    expect(notice).not.toContain("GNU GENERAL PUBLIC LICENSE");
    const both = noticeText([...free, ...bound]);
    expect(both).toContain("GNU GENERAL PUBLIC LICENSE");
    expect(both).toContain("GNU LESSER GENERAL PUBLIC LICENSE");
    expect(both).toMatch(/Its source, to be had there: \S+volpick\/tree\/[0-9a-f]{40}/);
  });
});

describe("a wrong call", () => {
  it.each([
    [[], /one folder, got 0/],
    [[join(root, "room")], /must lie beside the project's/],
    [[base], /must be new, empty or packed before/],
    [[join(base, "x"), "--python", "2"], /--python must be like 3.11,3.12, got 2/],
  ])("%j is refused with status 2", (args, message) => {
    const done = spawnSync(process.execPath, [geodl, "pack-offline", ...args], { encoding: "utf8" });
    expect(done.stderr).toMatch(message);
    expect(done.status).toBe(2);
  });
});

const minutes = 60_000;

describe("a room without network", () => {
  it("packs, is killed, goes on; a copy elsewhere sets itself up, starts the lab and runs a notebook with no network at all", {
    timeout: 60 * minutes,
  }, async (ctx) => {
    if (process.env.GEODL_LONG !== "1")
      return ctx.skip("takes minutes, 5 GB and, once, the network: set GEODL_LONG=1");
    const alone = ["-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"];
    if (spawnSync("unshare", [...alone, "true"]).status !== 0)
      return ctx.skip("needs unshare, which takes the network away");
    const room = join(base, "room");
    const version = /(3\.\d+)/.exec(spawnSync("python3", ["--version"], { encoding: "utf8" }).stdout)![1]!;
    const args = [geodl, "pack-offline", room, "--python", version];
    const child: ChildProcess = spawn(process.execPath, args, { stdio: "ignore" });
    setTimeout(() => child.kill("SIGKILL"), 5000);
    await new Promise((resolve) => child.once("exit", resolve));
    expect(existsSync(join(room, "SHA256SUMS"))).toBe(false);
    const done = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(done.status, done.stderr).toBe(0);
    expect(done.stdout).toMatch(/^together +\d+ files +\d+ MB$/m);
    console.log(done.stdout);

    const laptop = join(base, "a laptop's own folder");
    cpSync(room, laptop, { recursive: true }); // times differ, as on a stick
    rmSync(room, { recursive: true });
    const { GEODL_DATA: _, GEODL_CACHE: __, PIP_FIND_LINKS: ___, ...rest } = process.env;
    const run = (...command: string[]) =>
      spawnSync("unshare", [...alone, ...command], {
        cwd: laptop,
        encoding: "utf8",
        env: {
          ...rest,
          GEODL_PYTHON: "python3",
          PATH: `${join(process.execPath, "..")}:${process.env.PATH}`,
        },
      });
    expect(run("node", "bin/geodl.mjs", "pack-offline", ".", "--verify").stdout).toMatch(
      /all as they were packed/,
    );
    const set = run("node", "bin/setup.mjs");
    expect(set.status, set.stdout + set.stderr).toBe(0);
    expect(set.stdout).not.toMatch(/compiling (with|src)|downloading|installing \d+ packages/);
    console.log(set.stdout);
    const doctor = run("node", "bin/geodl.mjs", "doctor");
    expect(doctor.stdout).not.toMatch(/^fault/m);
    expect(doctor.stdout).toMatch(/^ok +TensorFlow/m);
    const books = run("node", "bin/geodl.mjs", "notebooks", "00", "--profile", "ci");
    expect(books.stdout, books.stderr).toMatch(/1 passed, 0 failed/);
    const version2 = run("node_modules/.bin/geodl", "--version");
    expect(version2.status).toBe(0);
    expect(statSync(join(laptop, ".venv", "bin", "jupyter-lab")).isFile()).toBe(true);
  });
});
