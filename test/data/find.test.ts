import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { remembered } from "geodl/core";
import { find, locate } from "geodl/data";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "geodl-find-"));
const [given, cache] = [join(folder, "given"), join(folder, "cache")];
const put = (where: string, name: string, text: string) => {
  mkdirSync(join(where, "stead"), { recursive: true });
  writeFileSync(join(where, name), text);
  return join(where, name);
};
beforeEach(() => {
  vi.stubEnv("GEODL_DATA", given);
  vi.stubEnv("GEODL_CACHE", cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(given, { recursive: true, force: true });
  rmSync(cache, { recursive: true, force: true });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("find", () => {
  it("looks into GEODL_DATA, then into the cache", () => {
    const cached = put(cache, "stead/x.csv", "a");
    expect(find("stead/x.csv")).toBe(cached);
    const own = put(given, "stead/x.csv", "b");
    expect(find("stead/x.csv")).toBe(own);
    vi.stubEnv("GEODL_DATA", "");
    expect(find("stead/x.csv")).toBe(cached);
  });
  it("remembers the checksum for the provenance table, and whether it is the catalog's", () => {
    put(given, "stead/y.csv", "text");
    locate("stead/y.csv");
    const sum = createHash("sha256").update("text").digest("hex").slice(0, 16);
    expect(remembered().get("data stead/y.csv")).toBe(`sha256 ${sum}, not in the catalog`);
    put(given, "stead/ncedc-110.csv", "not it");
    locate("stead/ncedc-110.csv");
    expect(remembered().get("data stead/ncedc-110.csv")).toMatch(/, NOT as in the catalog$/);
  });
  it("names the file, both cures and the source where there is none", () => {
    const message = () => find("stead/ncedc-110.hdf5");
    expect(message).toThrow(
      `data.find: the file stead/ncedc-110.hdf5 must be on this machine, got nothing in ${given} or ${cache}`,
    );
    expect(message).toThrow("set GEODL_DATA to a folder that holds it");
    expect(message).toThrow("get it with `geodl data fetch stead/ncedc-110.hdf5`");
    expect(message).toThrow("https://github.com/AI4EPS/PhaseNet, commit 62005c6");
    expect(() => find("stead/ncedc-11.hdf5")).toThrow("nearest: stead/ncedc-110.hdf5");
    expect(() => find("stead/ncedc-11.hdf5")).toThrow(`put it at ${join(cache, "stead/ncedc-11.hdf5")}`);
    expect(locate("stead/ncedc-110.hdf5")).toBeUndefined();
  });
  it("stays in the data folder and takes no folder for a file", () => {
    expect(() => locate("../secret")).toThrow(
      "data.locate: the name must stay below the data folder, got ../secret",
    );
    put(given, "stead/z", "");
    expect(locate("stead")).toBeUndefined();
  });
});
