// The frame of a page: header with the menus, table of contents, what the page holds, the way to the next.
import { posix } from "node:path";
import { escaped } from "./html.js";
import type { Heading } from "./markdown.js";

/** A page of the site. */
export interface Page {
  /** Path below the site's folder, ends in .html. */
  readonly path: string;
  readonly title: string;
  /** Which menu lists it; undefined: none. */
  readonly menu?: "Course" | "Docs";
}

/** What stands on a page. */
export interface Content {
  readonly html: string;
  readonly headings: readonly Heading[];
  /** A line at the page's end: where its outputs come from. */
  readonly note?: string;
}

/** Address of a file of the site, seen from a page. */
export function from(page: string, target: string): string {
  return posix.relative(posix.dirname(page), target);
}

function menu(name: "Course" | "Docs", pages: readonly Page[], here: string): string {
  const items = pages
    .filter((page) => page.menu === name)
    .map(({ path, title }) => {
      const current = path === here ? ' aria-current="page"' : "";
      return `<li><a href="${from(here, path)}"${current}>${escaped(title)}</a></li>`;
    });
  return `<details class="menu"><summary>${name}</summary><ul>${items.join("")}</ul></details>`;
}

function contents(headings: readonly Heading[]): string {
  const shown = headings.filter(({ level }) => level === 2 || level === 3);
  if (shown.length < 2) return "";
  const items = shown.map(
    ({ level, text, id }) => `<li class="l${level}"><a href="#${escaped(id)}">${escaped(text)}</a></li>`,
  );
  return `<nav class="contents" aria-label="On this page"><details open><summary>On this page</summary><ul>${items.join("")}</ul></details></nav>`;
}

function neighbours(pages: readonly Page[], here: string): string {
  const course = pages.filter((page) => page.menu === "Course");
  const at = course.findIndex(({ path }) => path === here);
  if (at < 0) return "";
  const link = (page: Page | undefined, words: string, rel: string) =>
    page
      ? `<a rel="${rel}" href="${from(here, page.path)}">${words.replace("%", escaped(page.title))}</a>`
      : "<span></span>";
  return `<nav class="neighbours" aria-label="Previous and next">${link(course[at - 1], "← %", "prev")}${link(course[at + 1], "% →", "next")}</nav>`;
}

/** The header of every page.
 *  @param pages All pages. @param here Path of the page that it is for. */
function header(pages: readonly Page[], here: string): string {
  const to = (path: string, words: string) => `<a href="${from(here, path)}">${words}</a>`;
  const reference = pages.find(({ path }) => path === "api/index.html");
  return (
    `<header class="top"><nav aria-label="Site">${to("index.html", "<b>geodl</b>")}${menu("Course", pages, here)}${menu("Docs", pages, here)}` +
    `${to("results.html", "Results")}${reference ? to(reference.path, reference.title) : ""}</nav></header>`
  );
}

/** The whole of a page.
 *  @param page Which. @param pages All of them. @param content What stands on it.
 *  @returns HTML that loads nothing from elsewhere. */
export function frame(page: Page, pages: readonly Page[], content: Content): string {
  const asset = (name: string) => from(page.path, `assets/${name}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(page.title)}${page.path === "index.html" ? "" : " · geodl"}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${asset("katex/katex.min.css")}">
<link rel="stylesheet" href="${asset("site.css")}">
<script defer src="${asset("site.js")}" data-plotly="${asset("plotly.js")}"></script>
</head>
<body>
<a class="skip" href="#main">Skip to the text</a>
${header(pages, page.path)}
<div class="columns">
${contents(content.headings)}
<main id="main">
${content.html}
${content.note === undefined ? "" : `<p class="note">${escaped(content.note)}</p>`}
${neighbours(pages, page.path)}
</main>
</div>
</body>
</html>
`;
}
