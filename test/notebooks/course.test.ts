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
  it("is sound in the ci profile, within its time and memory", { timeout: 240_000 }, (ctx) => {
    const args = [
      join(root, "bin", "geodl.mjs"),
      "notebooks",
      join(folder, name),
      "--profile",
      "ci",
      "--json",
    ];
    const done = spawnSync(process.execPath, args, { encoding: "utf8" });
    const line = done.stdout.split("\n").find((text) => text.startsWith("{"));
    if (!line) throw new Error(`no verdict: ${done.stdout}${done.stderr}`);
    const verdict = JSON.parse(line) as { readonly ok: boolean; readonly faults: readonly string[] };
    expect(verdict.faults).toEqual([]);
    expect(verdict.ok).toBe(true);
    ctx.annotate(line);
  });

  it("carries tutorial outputs of the code as it stands: `npx geodl notebooks NN --update` refreshes them", () => {
    const book = read(name);
    const hash = createHash("sha256");
    for (const cell of code(book)) hash.update(`${text(cell.source)}\0`);
    expect(book.metadata.geodl).toEqual({ code: hash.digest("hex"), profile: "tutorial" });
    for (const cell of code(book).filter((each) => tagged(each, "figure")))
      expect(cell.outputs!.some((output) => output.data?.["image/png"])).toBe(true);
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

  it("names no path of the machine that ran it", () => {
    expect(readFileSync(join(folder, name), "utf8")).not.toMatch(/\/(home|root|tmp|work|Users)\//);
  });
});
