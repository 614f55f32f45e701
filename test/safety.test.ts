// What a stranger's file or an installed package could do: files that point outside their folder are refused, and no package comes under a
// licence that would bind this one. docs/safety.md tells why, and where the rest is tested.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { locate, openHdf5 } from "geodl/data";
import { openNpz, readNpz, writeNpz } from "geodl/formats";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const folder = mkdtempSync(join(tmpdir(), "geodl safety "));
afterAll(() => rmSync(folder, { recursive: true }));
const python = join(root, ".venv", "bin", "python");

/** Everything below a folder. */
const below = (place: string) => readdirSync(place, { recursive: true, encoding: "utf8" }).sort();

describe("HDF5 files", () => {
  const links = join(root, "test", "golden", "hdf5", "links.h5");

  it("give what lies in them", async () => {
    const file = await openHdf5(links);
    expect([...file.read("own").data]).toEqual([0, 1, 2]);
    file.close();
  });

  it.each([
    ["beside", "an external link to a file in the same folder"],
    ["above", "an external link with .."],
    ["raw", "external storage: bytes of any file"],
    ["virtual", "a virtual data set"],
  ])("that point at others are refused: %s, %s", async (name) => {
    const file = await openHdf5(links);
    const refused =
      /links\.h5, \w+: the file must hold its own data, got a link to .*(kinds\.h5|package\.json)$/;
    expect(() => file.read(name)).toThrow(refused);
    // and the file is as good as before
    expect([...file.read("own").data]).toEqual([0, 1, 2]);
    file.close();
  });
});

describe("archives", () => {
  const outside = join(folder, "outside");
  const one = { data: Float32Array.of(1), shape: [1] };

  it("are read in memory: a member ../x is a name, nothing is written", () => {
    mkdirSync(outside);
    const before = below(folder);
    const bytes = writeNpz({ "../outside/x": one, "/outside": one });
    expect([...readNpz(bytes).keys()].sort()).toEqual(["../outside/x", "/outside"]);
    expect([...openNpz(bytes).read("../outside/x").data]).toEqual([1]);
    expect(below(folder)).toEqual(before);
  });

  it("wheels are unpacked into their folder, whatever their members are called", (ctx) => {
    if (!existsSync(python)) return ctx.skip("needs .venv: node bin/setup.mjs");
    const wheel = join(folder, "bad.whl");
    const make = `import zipfile, sys
with zipfile.ZipFile(sys.argv[1], "w") as f:
    for name in ("../escaped.so", "/escaped.so", "a/../../escaped.so", "fine.so"): f.writestr(name, "x")`;
    execFileSync(python, ["-c", make, wheel]);
    const into = join(folder, "into");
    execFileSync(python, [join(root, "bin", "python", "unpack.py"), into, wheel, "--", "*.so"]);
    expect(existsSync(join(folder, "escaped.so"))).toBe(false);
    expect(below(into)).toContain("fine.so");
  });
});

describe("names of data", () => {
  it.each(["../package.json", "stead/../../x", "/etc/hostname", ".."])("%s is refused", (name) => {
    expect(() => locate(name)).toThrow(/the name must stay below the data folder, got/);
  });
});

describe("licences", () => {
  const lines = execFileSync(process.execPath, [join(root, "bin", "licences.mjs")], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.split("\t") as [string, string, string, string]);
  const free = /MIT|ISC|BSD|Apache|BlueOak|Unlicense|Zlib|Bitstream|PSF|Python|MPL|Mozilla/;
  const binding = /GPL|GNU|SSPL|BUSL|EUPL|CC-BY-NC|CC-BY-SA|Commons Clause/i;

  it("of every package that is installed are known", () => {
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.filter(([, , , licence]) => licence === "?")).toEqual([]);
  });

  it("bind nobody who uses this package: none of the GPL's kin", () => {
    expect(lines.filter(([, , , licence]) => binding.test(licence) || !free.test(licence))).toEqual([]);
  });

  it("that ask for changed files to be published are of packages that are taken as they are", () => {
    const shared = lines.filter(([, , , licence]) => /MPL|Mozilla/.test(licence)).map(([, name]) => name);
    const known = /^(@resvg\/resvg-js|lightningcss|zeromq$|axe-core$|certifi$|fqdn$)/;
    expect(shared.filter((name) => !known.test(name))).toEqual([]);
  });
});
