// The course: every notebook is sound in the ci profile, reads well unexecuted, and its outputs are those of its code.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));

interface Output {
  readonly output_type: string;
  readonly data?: Readonly<Record<string, string | readonly string[]>>;
}

interface Cell {
  readonly cell_type: "code" | "markdown";
  readonly source: string | readonly string[];
  readonly outputs?: readonly Output[];
  readonly metadata: { readonly tags?: readonly string[] };
}

interface Book {
  readonly cells: readonly Cell[];
  readonly metadata: { readonly geodl?: { readonly code: string; readonly profile: string } };
}

const text = (lines: string | readonly string[]) => (typeof lines === "string" ? lines : lines.join(""));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Book;
const code = (book: Book) => book.cells.filter((cell) => cell.cell_type === "code");
const tagged = (cell: Cell, tag: string) => cell.metadata.tags?.includes(tag) === true;

describe.each(names)("%s", (name) => {
  const verdictOf = (env: NodeJS.ProcessEnv) => {
    const args = [
      join(root, "bin", "geodl.mjs"),
      "notebooks",
      join(folder, name),
      "--profile",
      "ci",
      "--json",
    ];
    const done = spawnSync(process.execPath, args, { encoding: "utf8", env: { ...process.env, ...env } });
    const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
    if (!line) throw new Error(`no verdict: ${done.stdout}${done.stderr}`);
    return JSON.parse(line) as { readonly ok: boolean; readonly faults: readonly string[] };
  };
  const nowhere = { GEODL_DATA: "", GEODL_CACHE: join(root, "test", "no-such-folder") };
  const sound = { ok: true, faults: [] };

  it("is sound in the ci profile, on real data", { timeout: 240_000 }, (ctx) => {
    if (!process.env.GEODL_DATA) ctx.skip("needs GEODL_DATA: the public data");
    expect(verdictOf({})).toMatchObject(sound);
  });

  it("is sound in the ci profile, without data", { timeout: 240_000 }, () => {
    expect(verdictOf(nowhere)).toMatchObject(sound);
  });

  it("is sound on the WebAssembly backend", { timeout: 400_000 }, (ctx) => {
    if (!process.env.GEODL_LONG) ctx.skip("takes a minute: set GEODL_LONG=1");
    expect(verdictOf({ ...nowhere, GEODL_TF: "wasm" })).toMatchObject(sound);
  });

  it("carries tutorial outputs of the code as it stands: `npx geodl notebooks NN --update` refreshes them", () => {
    const book = read(name);
    const hash = createHash("sha256");
    for (const cell of code(book)) hash.update(`${text(cell.source)}\0`);
    expect(book.metadata.geodl).toEqual({ code: hash.digest("hex"), profile: "tutorial" });
    for (const cell of code(book).filter((each) => tagged(each, "figure")))
      expect(cell.outputs!.some((output) => output.data?.["image/png"])).toBe(true);
  });

  it("carries outputs on recorded data", () => {
    for (const cell of code(read(name)))
      expect(JSON.stringify(cell.outputs ?? [])).not.toContain("GENERATED");
  });

  it("is small: 2 MB, 150 kB a picture, no interactive copies", () => {
    expect(statSync(join(folder, name)).size).toBeLessThan(2e6);
    for (const output of code(read(name)).flatMap((cell) => cell.outputs ?? [])) {
      expect(output.data ?? {}).not.toHaveProperty("application/vnd.plotly.v1+json");
      const png = output.data?.["image/png"];
      if (png) expect(text(png).length * 0.75).toBeLessThan(150_000);
    }
  });

  it("has cells of at most 25 lines, each exercise with a solution", () => {
    const cells = code(read(name));
    for (const cell of cells) expect(text(cell.source).split("\n").length).toBeLessThanOrEqual(25);
    const exercises = cells.filter((cell) => tagged(cell, "exercise")).length;
    expect(exercises).toBeGreaterThanOrEqual(2);
    expect(cells.filter((cell) => tagged(cell, "solution")).length).toBe(exercises);
  });

  it("opens with its own last picture", () => {
    const pictures = code(read(name)).flatMap((cell) => cell.outputs ?? []);
    const links = [...readFileSync(join(folder, name), "utf8").matchAll(/\]\((images\/[\w.-]+\.png)\)/g)];
    expect(links.length).toBeGreaterThan(0);
    for (const [, path] of links) {
      const file = readFileSync(join(folder, path!)).toString("base64");
      expect(
        pictures.some((output) => text(output.data?.["image/png"] ?? "").replace(/\s/g, "") === file),
      ).toBe(true);
    }
  });

  it("names no path of the machine that ran it", () => {
    expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/\/(home|root|tmp|work|Users)\//);
  });
});
