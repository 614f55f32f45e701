// The course as one book: its links hold, each notebook leads to the one it needs and the one that follows, and the glossary names the
// notebook in which each word appears first.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = join(root, "notebooks");
const names = readdirSync(folder).filter((name) => name.endsWith(".ipynb"));
const course = names.filter((name) => /^\d\d-/.test(name)).sort();

interface Cell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
}

/** Markdown cells of a notebook. */
function prose(name: string): string[] {
  const { cells } = JSON.parse(readFileSync(join(folder, name), "utf8")) as {
    readonly cells: readonly Cell[];
  };
  return cells
    .filter(({ cell_type }) => cell_type === "markdown")
    .map(({ source }) => (typeof source === "string" ? source : source.join("")));
}

const linksOf = (text: string) =>
  [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(([, to]) => to!).filter((to) => !/^https?:/.test(to));

describe("links", () => {
  const pages = readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name));

  it.each(["README.md", "CONTRIBUTING.md", ...pages])("of %s hold", (page) => {
    const text = readFileSync(join(root, page), "utf8");
    const broken = linksOf(text).filter((to) => !existsSync(join(root, dirname(page), to)));
    expect(broken).toEqual([]);
  });

  it.each(names)("of %s hold", (name) => {
    expect(linksOf(prose(name).join("\n")).filter((to) => !existsSync(join(folder, to)))).toEqual([]);
  });
});

describe("the course", () => {
  it.each(course)("%s links to what it needs, to what follows and to the glossary", (name) => {
    const cells = prose(name);
    const head = cells.slice(0, 3).join("\n");
    const needed = /^\| Needed \|(.*)\|$/m.exec(head)![1]!;
    if (name !== course[0]) expect(linksOf(needed).length, needed).toBeGreaterThan(0);
    for (const link of linksOf(needed)) expect(link < name, link).toBe(true);
    expect(head).toContain("(../docs/glossary.md)");
    const next = course[course.indexOf(name) + 1] ?? course[0]!;
    const end = cells.slice(-3).join("\n");
    expect(end).toMatch(/^## What's next$/m);
    expect(linksOf(end.slice(end.indexOf("## What's next")))).toContain(next);
  });
});

describe("the glossary", () => {
  const rows = [
    ...readFileSync(join(root, "docs", "glossary.md"), "utf8").matchAll(
      /^\| (.+?) \| .+ \| \[(\d\d)\]\(\.\.\/notebooks\/(.+?)\) \|$/gm,
    ),
  ].map(([, word, number, name]) => ({ word: word!, number: number!, name: name! }));
  const texts = new Map(course.map((name) => [name, prose(name).join("\n")]));

  it("is in the order of the alphabet, each word once", () => {
    const words = rows.map(({ word }) => word);
    expect(words.length).toBeGreaterThan(60);
    expect(words).toEqual([...new Set(words)].sort((a, b) => a.localeCompare(b, "en")));
  });

  it.each(rows)("$word: first in $number", ({ word, number, name }) => {
    expect(name.startsWith(number)).toBe(true);
    const plain = word.replace(/ (shots|wavelet)$/, "").replace(/s$/, "");
    const holds = new RegExp(`\\b${plain}(s|es)?\\b`, "i");
    expect(course.find((each) => holds.test(texts.get(each)!))).toBe(name);
  });
});
