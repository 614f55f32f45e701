// The page of results: every table over seeds or folds, from the committed journals.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { committed, experimentNames } from "geodl/experiment";
import { jupyterDisplay } from "geodl/show";
import { escaped } from "./html.js";
import { type Gathered, render, table } from "./markdown.js";
import type { Content } from "./page.js";

const opening = `# Results

Every table here comes from a committed journal, data/experiments/NAME.jsonl, which one command makes again: \`geodl experiment NAME\`.
Brackets hold 95 % intervals over seeds or folds. The notebooks print the same tables, say what they mean, and recompute a row.
`;

/** Renders the tables of all experiments, as the package prints them, in the order of the course.
 *  @param notebooks Folder of the notebooks: each table names those that print it. */
export async function renderResults(notebooks: string): Promise<Content> {
  const page: Gathered = { headings: [] };
  const parts = [render(opening, page)];
  const books = readdirSync(notebooks)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(notebooks, file), "utf8") }));
  const shown = experimentNames.map((name) => ({
    name,
    in: books.filter(({ text }) => text.includes(`committed(\\"${name}\\"`)).map(({ file }) => file),
  }));
  shown.sort((a, b) => (a.in[0] ?? "~").localeCompare(b.in[0] ?? "~"));
  for (const { name, in: files } of shown) {
    const { experiment, tables, about } = await committed(name);
    const links = files.map((file) => `[${file.slice(0, 2)}](notebooks/${file})`).join(", ");
    parts.push(render(`## ${name}\n\n${experiment.about}${links && `; in notebook ${links}`}\n`, page));
    for (const each of tables) parts.push(table(each[jupyterDisplay]()["text/html"]));
    parts.push(`<p class="note">${escaped(about)}</p>\n`);
  }
  return { html: parts.join(""), headings: page.headings };
}
