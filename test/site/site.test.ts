// The site: made by its command from what is committed; its links lead somewhere, nothing comes from elsewhere, axe has no complaint.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { AxeResults } from "axe-core";
import { figure, jupyterDisplay } from "geodl/show";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linkFaults } from "../../site/links.js";
import { executable, launch, root } from "../browser/lab.js";

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const folder = mkdtempSync(join(tmpdir(), "geodl-site-"));
const site = join(folder, "site");
const read = (name: string) => readFileSync(join(site, name), "utf8");
const course = readdirSync(join(root, "notebooks")).filter((name) => name.endsWith(".ipynb"));
const node = (...args: string[]) => spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });

/** A notebook of one figure, a wide line of code, an exercise and its solution, as a run leaves it. */
async function writeBook(to: string): Promise<void> {
  const lines = figure({ data: [{ x: [1, 2], y: [3, 4] }], title: "two points", alt: "A line that rises" });
  const code = (source: string, tags: readonly string[], outputs: readonly object[] = []) => ({
    cell_type: "code",
    metadata: { tags },
    source,
    outputs,
  });
  const output = {
    output_type: "execute_result",
    data: await lines[jupyterDisplay](),
    metadata: { "image/png": { width: 700, height: 400 } },
  };
  const cells = [
    { cell_type: "markdown", metadata: {}, source: "# One figure\n\nIt shows $y = x + 2$, **twice**.\n" },
    code(`const words: string = "${"wide ".repeat(60)}"; // <b>`, [], [output]),
    code("let f;", ["exercise"]),
    code("let g = 1;", ["solution"]),
  ];
  mkdirSync(to, { recursive: true });
  writeFileSync(
    join(to, "one.ipynb"),
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
}

beforeAll(() => {
  const compiled = node(join("node_modules", "typescript", "bin", "tsc"), "-p", "site");
  if (compiled.status !== 0) throw new Error(compiled.stdout);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the site", () => {
  it("is made from what is committed, every link inside leads somewhere, nothing is loaded from elsewhere", {
    timeout: 600_000,
  }, () => {
    const done = node(join(".cache", "site", "main.js"), "--committed", "--out", site);
    expect(done.stderr).toBe("");
    expect(done.status).toBe(0);
    const pages = readdirSync(site, { recursive: true, encoding: "utf8" });
    for (const name of course) expect(pages).toContain(join("notebooks", name.replace(".ipynb", ".html")));
    for (const name of ["index", "results", "docs/architecture", "api/signal/ricker", "api/nn"])
      expect(pages).toContain(`${name}.html`);
  });

  it("shows every picture of a notebook with its alt text, and folds every solution", () => {
    for (const name of course) {
      const book = JSON.parse(readFileSync(join(root, "notebooks", name), "utf8")) as {
        readonly cells: readonly {
          readonly outputs?: readonly { readonly data?: object }[];
          readonly metadata: { readonly tags?: readonly string[] };
        }[];
      };
      const html = read(`notebooks/${name.replace(".ipynb", ".html")}`);
      const pictures = book.cells
        .flatMap(({ outputs = [] }) => outputs)
        .filter(({ data = {} }) => "image/png" in data);
      const shown = [...html.matchAll(/<figure><img src="[^"]+" alt="[^"]{10,}"/g)];
      expect(shown.length).toBe(pictures.length);
      const solutions = book.cells.filter(({ metadata }) => metadata.tags?.includes("solution"));
      expect(html.split('<details class="solution">').length - 1).toBe(solutions.length);
    }
    expect(read("notebooks/00-start-here.html")).toContain('class="katex"');
    expect(read("notebooks/00-start-here.html")).not.toContain("math-error");
    expect(read("notebooks/00-start-here.html")).toContain('rel="next" href="01-denoising.html"');
  });
});

describe("the check of links", () => {
  it("finds a page, an anchor and a style's file that are not there, and what comes from elsewhere", () => {
    const to = join(folder, "broken");
    mkdirSync(to);
    writeFileSync(
      join(to, "a.html"),
      '<h1 id="here"><a href="b.html">x</a></h1><a href="#there">y</a><a href="#here">z</a>',
    );
    writeFileSync(
      join(to, "c.html"),
      '<script src="https://example.org/x.js"></script><a href="https://example.org">e</a>',
    );
    writeFileSync(join(to, "s.css"), "@font-face { src: url(f.woff2) } p { background: url(data:,) }");
    expect(linkFaults(to)).toEqual([
      "a.html: b.html leads nowhere",
      "a.html: #there leads to no heading",
      "c.html: loads https://example.org/x.js from elsewhere",
      "s.css: f.woff2 leads nowhere",
    ]);
  });
});

describe.skipIf(!executable)("the site in a browser", () => {
  let browser: Browser;
  const asked: string[] = [];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser?.close());

  async function open(path: string, width: number, colorScheme: "light" | "dark"): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.on("request", (request) => {
      if (!/^(file|data|blob):/.test(request.url())) asked.push(request.url());
    });
    page.on("pageerror", (error) => asked.push(error.message));
    await page.goto(pathToFileURL(path).href);
    return page;
  }

  const types = [
    "index.html",
    "notebooks/00-start-here.html",
    "docs/architecture.html",
    "results.html",
    "api/index.html",
    "api/signal.html",
    "api/signal/ricker.html",
    "api/signal/RickerOptions.html",
  ];
  /** Every page of ours, and every tenth of the API's, which are all made alike. */
  const many = () =>
    readdirSync(site, { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".html"))
      .sort()
      .filter((name, i) => !name.startsWith("api/") || i % 10 === 0);

  it("passes axe and stays within the page, on a phone in the dark and on a desktop by day", {
    timeout: 3_600_000,
  }, async () => {
    const faults: string[] = [];
    for (const name of process.env.GEODL_LONG ? many() : types)
      for (const [width, scheme] of [
        [390, "dark"],
        [1280, "light"],
      ] as const) {
        const page = await open(join(site, name), width, scheme);
        await page.addScriptTag({ path: axe });
        // Of TypeDoc's pages what WCAG asks; of our own what axe recommends as well.
        const rules = name.startsWith("api/")
          ? `{ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }`
          : "{}";
        const { violations } = (await page.evaluate(`axe.run(document, ${rules})`)) as AxeResults;
        for (const { id, nodes } of violations)
          faults.push(`${name} at ${width}: ${id}: ${nodes[0]!.html.slice(0, 200)}`);
        const wide = await page.evaluate("document.documentElement.scrollWidth");
        if (Number(wide) > width) faults.push(`${name} at ${width}: is ${wide} wide`);
        await page.close();
      }
    expect(faults).toEqual([]);
    expect(asked).toEqual([]);
  });

  it("draws a figure of a fresh run as it comes into view; on a phone when it is asked to", {
    timeout: 300_000,
  }, async () => {
    const [from, to] = [join(folder, "kept"), join(folder, "one")];
    await writeBook(from);
    const done = node(join(".cache", "site", "main.js"), "--from", from, "--out", to, "--no-api");
    // The pages of this site name notebooks that it does not hold.
    expect(done.stdout).toContain("site: ");
    const desktop = await open(join(to, "notebooks", "one.html"), 1280, "light");
    await desktop.locator("figure.drawn .main-svg").first().waitFor({ timeout: 60_000 });
    expect(await desktop.locator("figure.drawn [role=group]").getAttribute("aria-label")).toBe(
      "A line that rises",
    );
    expect(await desktop.locator("pre.code").first().textContent()).toContain("// <b>");
    expect(await desktop.locator("details.solution pre").isVisible()).toBe(false);
    const phone = await open(join(to, "notebooks", "one.html"), 390, "light");
    expect(await phone.locator("figure img").isVisible()).toBe(true);
    await phone.getByRole("button", { name: "Make interactive" }).click();
    await phone.locator("figure.drawn .main-svg").first().waitFor({ timeout: 60_000 });
    expect(await phone.evaluate("document.documentElement.scrollWidth")).toBe(390);
    expect(asked).toEqual([]);
  });
});

if (!executable)
  it("the site in a browser", (ctx) =>
    ctx.skip("needs Chromium: install it, or set GEODL_CHROMIUM to its path"));
