// The wheels of JupyterLab for a packed folder: those that the lock names, for several Pythons, since laptops differ in it.
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { hashFile } from "../data/place.js";
import { python, root } from "./paths.js";

/** Where they lie in a packed folder; set-up takes them from there instead of the package index. */
export const wheelFolder = "offline/wheels";

/** Pythons that a folder packed on Linux serves; elsewhere it serves this machine's own alone. */
export const servedPythons: readonly string[] = ["3.10", "3.11", "3.12", "3.13"];

/** Tags of wheels that run on this kind of machine with glibc 2.28 or newer. @param version All three numbers of a Python. */
function tags(version: string): string[] {
  const machine = process.arch === "arm64" ? "aarch64" : "x86_64";
  const platforms = [
    ...Array.from({ length: 24 }, (_, i) => `manylinux_2_${i + 5}_${machine}`),
    `manylinux2014_${machine}`,
    ...(machine === "x86_64" ? ["manylinux2010_x86_64", "manylinux1_x86_64"] : []),
  ];
  return [
    ...["--implementation", "cp", "--python-version", version],
    ...platforms.flatMap((name) => ["--platform", name]),
  ];
}

const lock = () => join(root, "bin", "python", "requirements.txt");

/** The lock's lines for a Python, a package each. @param version All three numbers, e.g. "3.11.99". */
function locked(version: string): string[] {
  const script = join(root, "bin", "python", "locked.py");
  const told = spawnSync(python(), ["-I", "-B", script, lock(), version], { encoding: "utf8" });
  if (told.status !== 0)
    throw new Error(
      `packWheels: the lock file must be readable, got ${told.stderr.trim().split("\n").at(-1)}`,
    );
  return told.stdout.split(/\n(?=\S)/).filter((block) => block.trim() !== "");
}

/** Whether a folder holds a package's wheel for every Python. @param block The lock's line, "name==1.2.3 ...". */
function isForAll(block: string, files: readonly string[]): boolean {
  const [name, exact] = block.split(/[=\s]+/, 2) as [string, string];
  const start = `${name.replace(/[-_.]+/g, "_").toLowerCase()}-${exact}-`;
  return files.some((file) => file.toLowerCase().startsWith(start) && file.endsWith("-none-any.whl"));
}

function pip(args: readonly string[], signal: AbortSignal): Promise<void> {
  const all = [
    "-I",
    "-B",
    "-m",
    "pip",
    "--disable-pip-version-check",
    "--no-input",
    "--no-cache-dir",
    ...args,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(python(), all, { stdio: ["ignore", "ignore", "pipe"], signal });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-20_000);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) return resolve();
      const lines = said.split("\n").filter((line) => /^ERROR: (?!Ignored)/.test(line));
      reject(
        new Error(
          `packWheels: pip must be able to download what the lock names, got ${lines[0] ?? `exit status ${code}`}; check the network and PIP_INDEX_URL, then call again: it goes on from there`,
        ),
      );
    });
  });
}

/** Downloads wheels into a packed folder, checked against the lock by pip; those that are there stay.
 *
 *  @param dir The packed folder.
 *  @param versions Pythons, e.g. ["3.12"]. A file for-3.12 says that the wheels for it are all there.
 *  @param options.signal Aborted: ends pip. @param options.onVersion Told which Python is at work.
 *  @throws Error with the cure if one cannot be had. */
export async function packWheels(
  dir: string,
  versions: readonly string[],
  options: { readonly signal: AbortSignal; readonly onVersion?: (version: string) => void },
): Promise<void> {
  const folder = join(dir, wheelFolder);
  mkdirSync(folder, { recursive: true });
  const sum = `${hashFile(lock())}\n`;
  for (const version of versions) {
    const note = join(folder, `for-${version}`);
    if (existsSync(note) && readFileSync(note, "utf8") === sum) continue;
    options.onVersion?.(version);
    const asked = new Set<string>();
    // The lock has conditions on the last number, too; pip refuses two versions of a package in one call.
    for (const exact of [`${version}.99`, `${version}.0`]) {
      const files = readdirSync(folder);
      const list = locked(exact).filter((block) => !asked.has(block) && !isForAll(block, files));
      for (const block of list) asked.add(block);
      if (list.length > 0) await download(dir, folder, exact, list.join("\n"), options.signal);
    }
    writeFileSync(note, sum);
  }
}

async function download(
  dir: string,
  folder: string,
  version: string,
  list: string,
  signal: AbortSignal,
): Promise<void> {
  const work = mkdtempSync(join(dir, "offline", ".wheels-"));
  try {
    const file = join(work, "requirements.txt");
    writeFileSync(file, list);
    const got = join(work, "got");
    const flags = ["--require-hashes", "--no-deps", "--only-binary=:all:", "-q", "--progress-bar=off"];
    const which = process.platform === "linux" ? tags(version) : [];
    await pip(["download", ...flags, ...which, "-d", got, "-r", file], signal);
    for (const name of existsSync(got) ? readdirSync(got) : [])
      renameSync(join(got, name), join(folder, name));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
