// Makes the site: every notebook, page and table into HTML, and beside them what they load.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type Gathered, render } from "./markdown.js";
import { type Book, renderBook } from "./notebook.js";
import { type Content, frame, type Page } from "./page.js";
import { writeReference } from "./reference.js";
import { renderResults } from "./results.js";

export interface BuildOptions {
  /** Folder of the executed notebooks. Default: the course's own, with the outputs that are committed. */
  readonly notebooks?: string;
  /** A line below each notebook: where its outputs come from. */
  readonly note?: string;
  /** Write the API's reference as well, which takes longest. Default true. */
  readonly api?: boolean;
}

const require = createRequire(import.meta.url);

/** What pages load: style, script, fonts and style of the formulas, Plotly. All of it from this machine. */
function writeAssets(root: string, out: string): void {
  const assets = join(out, "assets");
  mkdirSync(join(assets, "katex", "fonts"), { recursive: true });
  for (const name of ["site.css", "site.js"]) cpSync(join(root, "site", "client", name), join(assets, name));
  cpSync(require.resolve("plotly.js/dist/plotly-cartesian.min.js"), join(assets, "plotly.js"));
  const katex = join(dirname(require.resolve("katex/package.json")), "dist");
  // The fonts in the one form that every browser of today reads.
  const style = readFileSync(join(katex, "katex.min.css"), "utf8").replace(
    /,url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)/g,
    "",
  );
  writeFileSync(join(assets, "katex", "katex.min.css"), style);
  for (const name of readdirSync(join(katex, "fonts")).filter((each) => each.endsWith(".woff2")))
    cpSync(join(katex, "fonts", name), join(assets, "katex", "fonts", name));
}

/** Pages made of Markdown, by their path in the project. */
function markdownFiles(root: string): string[] {
  const docs = readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md"));
  return ["README.md", ...docs.map((name) => `docs/${name}`), "CONTRIBUTING.md", "CHANGELOG.md"].filter(
    (name) => existsSync(join(root, name)),
  );
}

/** Makes the site anew.
 *
 *  @param root Folder of the project, built.
 *  @param out Folder of the site; what lies there is removed.
 *  @param options See BuildOptions.
 *  @returns The pages, of the API only the first, and how many that has. */
export async function build(
  root: string,
  out: string,
  options: BuildOptions = {},
): Promise<{ readonly pages: readonly Page[]; readonly apiPages: number }> {
  const {
    notebooks = join(root, "notebooks"),
    note = "Outputs as committed, from a run in the tutorial profile.",
    api = true,
  } = options;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, "notebooks"), { recursive: true });
  writeAssets(root, out);
  cpSync(join(root, "notebooks", "images"), join(out, "notebooks", "images"), { recursive: true });
  mkdirSync(join(out, "docs"), { recursive: true });
  for (const name of readdirSync(join(root, "docs")).filter((each) => /\.(svg|png)$/.test(each)))
    cpSync(join(root, "docs", name), join(out, "docs", name));

  const made: { readonly page: Page; readonly content: Content }[] = [];
  const add = (path: string, menu: Page["menu"], content: Content) => {
    const title = content.headings.find(({ level }) => level === 1)?.text ?? path;
    made.push({ page: { path, title, ...(menu === undefined ? {} : { menu }) }, content });
  };
  for (const file of readdirSync(notebooks)
    .filter((name) => name.endsWith(".ipynb"))
    .sort()) {
    const book = JSON.parse(readFileSync(join(notebooks, file), "utf8")) as Book;
    const name = file.replace(/\.ipynb$/, "");
    add(`notebooks/${name}.html`, "Course", { ...renderBook(book, name, out), note });
  }
  for (const file of markdownFiles(root)) {
    const page: Gathered = { headings: [] };
    const html = render(readFileSync(join(root, file), "utf8"), page);
    const isHome = file === "README.md";
    add(isHome ? "index.html" : file.replace(/\.md$/, ".html"), isHome ? undefined : "Docs", {
      html,
      headings: page.headings,
    });
  }
  add("results.html", undefined, await renderResults(notebooks));

  const pages = made.map(({ page }) => page);
  if (api) pages.push({ path: "api/index.html", title: "API" });
  for (const { page, content } of made) writeFileSync(join(out, page.path), frame(page, pages, content));
  const apiPages = api
    ? await writeReference(root, join(out, "api"), join(root, "site", "client", "api.css"))
    : 0;
  return { pages, apiPages };
}
