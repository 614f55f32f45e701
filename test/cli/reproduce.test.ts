// geodl reproduce: everything committed that a program made has an item, a file that changed is reported, and a real item is made again.
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recipeNames } from "geodl/experiment";
import { readSafetensors, writeSafetensors } from "geodl/formats";
import { afterAll, describe, expect, it } from "vitest";
import { difference } from "../../dist/cli/reproduce-compare.js";
import { reproducible } from "../../dist/cli/reproduce-items.js";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const folder = mkdtempSync(join(tmpdir(), "geodl reproduce "));
afterAll(() => rmSync(folder, { recursive: true }));
const items = reproducible(root);

function reproduce(...args: string[]) {
  return spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), "reproduce", ...args], {
    encoding: "utf8",
  });
}

/** A committed file and a copy of it, changed. */
function changed(path: string, change: (bytes: Buffer) => string | Uint8Array): readonly [string, string] {
  const from = join(root, path);
  const to = join(folder, path.replaceAll("/", "-"));
  writeFileSync(to, change(readFileSync(from)));
  return [from, to];
}

describe("the items", () => {
  it("hold every weight file, journal, golden file, notebook and its picture, each once", () => {
    const made = ["data/weights", "data/experiments", "test/golden", "notebooks"].flatMap((place) =>
      readdirSync(join(root, place), { recursive: true, encoding: "utf8" })
        .map((name) => join(place, name))
        // programs, and the badge, are written by hand
        .filter((path) => /\.\w+$/.test(path) && !/\.(py|pyc|svg)$|checkpoint/.test(path)),
    );
    expect(made.length).toBeGreaterThan(60);
    const held = items.flatMap(({ files }) => files);
    expect(made.filter((path) => !held.includes(path))).toEqual([]);
    expect(new Set(held).size).toBe(held.length);
    for (const path of held) expect(existsSync(join(root, path)), path).toBe(true);
  });

  it("name programs that are there", () => {
    for (const { steps } of items)
      for (const { program, typed } of steps) {
        if (program === "peers") expect(existsSync(join(root, typed[0]!)), typed[0]).toBe(true);
        else if (typed[0] === "train") expect(recipeNames).toContain(typed[1]);
        else expect(["experiment", "notebooks"]).toContain(typed[0]);
      }
  });

  it("write where they are told, and never begin with the committed journal", async () => {
    const made = join(folder, "made");
    const { steps } = items.find(({ name }) => name === "weights/denoiser")!;
    expect(await steps[0]!.args(made)).toEqual([
      "train",
      "denoiser",
      "--out",
      join(made, "data/weights/denoiser.safetensors"),
    ]);
    const dictionary = items.find(({ name }) => name === "experiments/dictionary")!;
    if (process.env.GEODL_DATA) {
      const args = await dictionary.steps[0]!.args(made, 1);
      expect(args).toContain(join(made, "data/experiments/dictionary.jsonl"));
      expect(args).not.toContain("--resume");
      expect(args.slice(4, 8)).toEqual(["--seeds", "5", "--jobs", "1"]);
    }
  });
});

describe("difference", () => {
  it("is none of a file from itself", () => {
    const [from, to] = [join(root, "data/weights/picker.safetensors"), join(folder, "same.safetensors")];
    copyFileSync(from, to);
    expect(difference(from, to)).toEqual({ by: 0, about: "" });
  });

  it("of weights is the largest of a tensor's numbers, relative", () => {
    const name = "out.weight";
    const [from, to] = changed("data/weights/picker.safetensors", (bytes) => {
      const { tensors, metadata } = readSafetensors(bytes);
      const copies = new Map(
        [...tensors].map(([key, { data, shape }]) => [key, { data: data.slice(), shape }]),
      );
      const { data } = copies.get(name)!;
      const most = (data as Float32Array).reduce((m, v) => Math.max(m, Math.abs(v)), 0);
      data[0] = (data[0] as number) + most / 8;
      return writeSafetensors(copies, { metadata, floats: "F16" });
    });
    const { by, about } = difference(from, to);
    expect(about).toBe(name);
    expect(by).toBeCloseTo(0.125, 2);
  });

  it("of journals names the task, not the time that it took", () => {
    const path = "data/experiments/pocs.jsonl";
    const slower = changed(path, (bytes) => String(bytes).replace(/"seconds":[\d.e-]+/g, '"seconds":9'));
    expect(difference(...slower).by).toBe(0);
    const other = changed(path, (bytes) => String(bytes).replace(/"snr":([\d.]+)/, '"snr":99'));
    expect(difference(...other)).toMatchObject({ about: expect.stringMatching(/1 differ, most .*seed \d/) });
    const short = changed(path, (bytes) => String(bytes).split("\n").slice(0, 9).join("\n").concat("\n"));
    expect(difference(...short).about).toMatch(/^8 of 137 tasks the same, 129 not among those made$/);
  });

  it("of golden files names the place", () => {
    const [from, to] = changed("test/golden/aic.json", (bytes) => {
      const golden = JSON.parse(String(bytes)) as { readonly cases: { aic: number[] }[] };
      golden.cases[2]!.aic[5]! += 1;
      return JSON.stringify(golden);
    });
    expect(difference(from, to).about).toBe(".cases[2].aic");
    const [, words] = changed("test/golden/aic.json", (bytes) => String(bytes).replace("obspy", "other"));
    expect(difference(from, words)).toMatchObject({ by: Number.POSITIVE_INFINITY });
  });

  it("of notebooks tells numbers from words and pictures, and prose is no matter", () => {
    const path = "notebooks/00-start-here.ipynb";
    interface Output {
      text?: string[];
      data?: Record<string, string>;
    }
    const edited = (change: (outputs: Output[]) => void) =>
      changed(path, (bytes) => {
        const book = JSON.parse(String(bytes)) as {
          cells: { outputs?: Output[]; cell_type: string; source: unknown }[];
        };
        book.cells.find(({ cell_type }) => cell_type === "markdown")!.source = "other words";
        change(book.cells.flatMap(({ outputs }) => outputs ?? []));
        return JSON.stringify(book);
      });
    expect(difference(...edited(() => {})).by).toBe(0);
    const number = edited((outputs) => {
      const stream = outputs.find(({ text }) => text?.some((line) => /\d/.test(line)))!;
      stream.text = stream.text!.map((line) => line.replace(/\d+/, (n) => String(2 * Number(n) + 1)));
    });
    expect(difference(...number).about).toMatch(/^code cell \d+: numbers$/);
    const picture = edited((outputs) => {
      outputs.find(({ data }) => data?.["image/png"])!.data!["image/png"] = "AAAA";
    });
    expect(difference(...picture)).toMatchObject({
      about: expect.stringMatching(/^code cell \d+: picture$/),
    });
  });

  it("of anything else counts bytes", () => {
    const [from, to] = changed("test/golden/hdf5/kinds.h5", (bytes) => {
      bytes[100]! ^= 1;
      return bytes;
    });
    expect(difference(from, to).about).toMatch(/^1 of \d+ bytes$/);
  });
});

describe("geodl reproduce", () => {
  it("lists each item with its command and minutes", () => {
    const { status, stdout } = reproduce("--list");
    expect(status).toBe(0);
    for (const { name } of items) expect(stdout).toMatch(new RegExp(`^${name} +(<1|\\d+) min$`, "m"));
    expect(stdout).toMatch(/^ {4}geodl train denoiser$/m);
  });

  it("refuses what it does not know", () => {
    expect(reproduce("weights/nobody")).toMatchObject({ status: 2, stdout: "" });
    expect(reproduce("--limit", "soon").stderr).toMatch(/--limit must be > 0, got soon/);
  });

  it("makes golden/rng again, to the bit, and once only", { timeout: 120_000 }, (ctx) => {
    if (!existsSync(join(root, ".venv-peers", "bin", "python")))
      return ctx.skip("needs .venv-peers: test/peers/setup.sh");
    const first = reproduce("golden/rng", "--anew");
    expect(first.stdout).toMatch(
      /^same +golden\/rng +2 files, \d+ s\n1 items: 0 files differ, 0 items not made/,
    );
    const start = performance.now();
    expect(reproduce("golden/rng").stdout).toBe(first.stdout);
    expect(performance.now() - start).toBeLessThan(20_000);
  });
});
