// The page of results: every table over seeds or folds, from the committed journals.
import { committed, experimentNames } from "geodl/experiment";
import { jupyterDisplay } from "geodl/show";
import { escaped } from "./html.js";
import { type Gathered, render, table } from "./markdown.js";
import type { Content } from "./page.js";

const opening = `# Results

Every table here comes from a committed journal, data/experiments/NAME.jsonl, which one command makes again: \`geodl experiment NAME\`.
Brackets hold 95 % intervals over seeds or folds. The notebooks print the same tables, say what they mean, and recompute a row.
`;

/** Renders the tables of all experiments, as the package prints them. */
export async function renderResults(): Promise<Content> {
  const page: Gathered = { headings: [] };
  const parts = [render(opening, page)];
  for (const name of experimentNames) {
    const { experiment, tables, about } = await committed(name);
    parts.push(render(`## ${name}\n\n${experiment.about}\n`, page));
    for (const each of tables) parts.push(table(each[jupyterDisplay]()["text/html"]));
    parts.push(`<p class="note">${escaped(about)}</p>\n`);
  }
  return { html: parts.join(""), headings: page.headings };
}
