import { readFileSync } from "node:fs";
import { join } from "node:path";
import { catalog, locate, select, verify } from "geodl/data";
import { addresses } from "geodl/data/download";
import { afterEach, describe, expect, it, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("the catalog", () => {
  it("has whole entries", () => {
    expect(catalog().size).toBe(177);
    for (const [name, entry] of catalog()) {
      expect(name).toMatch(/^[\w.-]+(\/[\w.-]+)+$/);
      expect(entry.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(entry.bytes > 0 && entry.licence !== "" && entry.title !== "").toBe(true);
      if (entry.recipe === "unit-noise") continue;
      expect(entry.source?.repository).toMatch(/^https:\/\/github\.com\/[\w.-]+\/[\w.-]+$/);
      expect(entry.source?.commit).toMatch(/^[0-9a-f]{40}$/);
      expect(entry.citation.length).toBeGreaterThan(0);
    }
  });
  it("says what the manifest of the data folder says", (ctx) => {
    const folder = process.env.GEODL_DATA;
    if (!folder) return ctx.skip("needs GEODL_DATA: MANIFEST.tsv");
    const lines = readFileSync(join(folder, "MANIFEST.tsv"), "utf8").trim().split("\n").slice(1);
    expect(lines.length).toBe(172);
    for (const line of lines) {
      const [file = "", bytes, repository, path, commit, licence, sha256] = line.split("\t");
      const entry = catalog().get(file);
      const upstream = entry?.source && {
        repository: entry.source.repository.replace("https://github.com/", ""),
        commit: entry.source.commit,
        path: entry.source.path,
      };
      const isOurs = entry?.recipe === "unit-noise"; // generated: the manifest says how instead of where
      expect([file, entry?.bytes, entry?.sha256, entry?.licence, upstream]).toEqual([
        file,
        Number(bytes),
        sha256,
        licence,
        isOurs ? undefined : { repository, commit, path },
      ]);
    }
    const more = [...catalog().keys()].filter((name) => !lines.some((line) => line.startsWith(`${name}\t`)));
    expect(more.every((name) => catalog().get(name)!.recipe === "stead-ncedc")).toBe(true);
  });
  it("agrees with the files at hand", (ctx) => {
    const there = [...catalog().keys()].filter((name) => locate(name) !== undefined);
    if (there.length === 0) return ctx.skip("needs GEODL_DATA: a file of the catalog");
    expect(verify(there).filter(({ state }) => state !== "ok")).toEqual([]);
  });
});

describe("select", () => {
  it.each([
    ["segy/f3.sgy", 1],
    ["first-break", 41],
    ["first-break/geostack-train/", 40],
    ["weights/kair*", 1],
    ["stead-ncedc", 5],
    ["unit-noise", 1],
    ["stead", 6],
    ["all", 177],
  ])("%s: %d files", (name, count) => expect(select(name).length).toBe(count));
  it("names what is near", () => {
    expect(() => select("stead-ncdc")).toThrow(
      'data.select: the name must be a file, a folder or a set of the catalog, got "stead-ncdc"; nearest: stead-ncedc',
    );
    expect(() => select("")).toThrow(RangeError);
  });
});

describe("addresses", () => {
  it("are the raw file at its commit, then jsDelivr's copy", () => {
    const name = "weights/kair_dncnn_25.pth";
    expect(addresses(name, catalog().get(name)!.source!)).toEqual([
      "https://raw.githubusercontent.com/cszn/KAIR/fc1732f4a4514e42ce15e5b3a1e18c828af47a1e/model_zoo/dncnn_25.pth",
      "https://cdn.jsdelivr.net/gh/cszn/KAIR@fc1732f4a4514e42ce15e5b3a1e18c828af47a1e/model_zoo/dncnn_25.pth",
    ]);
    const readme = catalog().get("poststack/aaspip/README.md")!.source!;
    expect(addresses("x", readme)[0]).toBe(
      "https://raw.githubusercontent.com/aaspip/data/8f94e5bd2de539d997f438d4c6fd912d181796b2/README.md",
    );
  });
  it("are those of GEODL_MIRROR where it is set, the folder's layout below", () => {
    vi.stubEnv("GEODL_MIRROR", "http://a:8000/ https://b/data");
    const { source } = catalog().get("segy/f3.sgy")!;
    expect(addresses("segy/f3 ü.sgy", source!)).toEqual([
      "http://a:8000/segy/f3%20%C3%BC.sgy",
      "https://b/data/segy/f3%20%C3%BC.sgy",
    ]);
    vi.stubEnv("GEODL_MIRROR", "ftp://c");
    expect(() => addresses("x", source!)).toThrow(
      "GEODL_MIRROR must hold http or https addresses, got ftp://c",
    );
  });
});
