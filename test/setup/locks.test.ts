// What is installed is pinned: lock files complete on every platform, checksums everywhere, no registry's address.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (name: string) => readFileSync(join(root, name), "utf8");

interface Entry {
  readonly version?: string;
  readonly integrity?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe("package-lock.json", () => {
  const text = read("package-lock.json");
  const packages = (JSON.parse(text) as { readonly packages: Readonly<Record<string, Entry>> }).packages;

  it("holds every package with version and checksum", () => {
    const bare = Object.entries(packages).filter(
      ([path, entry]) => path !== "" && !(entry.version && entry.integrity),
    );
    expect(bare.map(([path]) => path)).toEqual([]);
  });

  it("holds the packages of the other platforms too, without which `npm ci` refuses it", () => {
    const names = new Set(Object.keys(packages).map((path) => path.split("node_modules/").at(-1)));
    const missing = Object.values(packages)
      .flatMap((entry) => Object.keys(entry.optionalDependencies ?? {}))
      .filter((name) => !names.has(name));
    expect(missing).toEqual([]);
  });

  it("names no registry", () => {
    expect(text).not.toMatch(/"resolved"/);
  });
});

describe("bin/python", () => {
  it.each(["requirements.txt", "tensorflow.txt", "tensorflow-gpu.txt"])(
    "%s pins every wheel by checksum",
    (name) => {
      const text = read(`bin/python/${name}`);
      const blocks = text.split(/\n(?=\S)/).filter((block) => !block.startsWith("#"));
      expect(blocks.length).toBeGreaterThan(0);
      for (const block of blocks)
        expect(block).toMatch(/^[\w.[\],-]+==[\w.]+( ;[^\n]*)? \\\n\s+--hash=sha256:[0-9a-f]{64}/);
      expect(text).not.toMatch(/https?:|index-url|find-links/);
    },
  );

  it("requirements.txt holds what requirements.in asks for", () => {
    const locked = read("bin/python/requirements.txt");
    for (const line of read("bin/python/requirements.in").trim().split("\n"))
      expect(locked).toContain(`\n${line} \\`);
  });
});
