// Markdown to HTML: the one place that knows markdown-it and KaTeX.
import { createRequire } from "node:module";
import MarkdownIt, { type PluginSimple } from "markdown-it";
import { escaped, pre, scrolling } from "./html.js";

/** A heading, for the table of contents. */
export interface Heading {
  readonly level: number;
  readonly text: string;
  readonly id: string;
}

/** What one page has gathered so far; its cells are rendered one after the other into it. */
export interface Gathered {
  readonly headings: Heading[];
}

// A CommonJS module, whose default every module system finds in its own way but this one.
const katex = createRequire(import.meta.url)("@vscode/markdown-it-katex") as {
  readonly default: PluginSimple;
};

const isElsewhere = (address: string) => /^[a-z]+:|^\/\//i.test(address);

/** An address as it is in the site: a notebook or page of the project is the HTML page made of it. */
function inSite(address: string): string {
  if (isElsewhere(address)) return address;
  return address.replace(/(^|\/)README\.md(?=#|$)/, "$1index.html").replace(/\.(md|ipynb)(?=#|$)/, ".html");
}

/** The part of an address that names a heading: its words in small letters with hyphens, numbered where it comes again. */
function idOf(text: string, taken: readonly Heading[]): string {
  const words = text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, "")
    .trim()
    .replace(/\s+/g, "-");
  const base = words === "" ? "section" : words;
  const isTaken = (id: string) => taken.some((heading) => heading.id === id);
  let id = base;
  for (let n = 1; isTaken(id); n++) id = `${base}-${n}`;
  return id;
}

function makeRenderer(): MarkdownIt {
  const md = new MarkdownIt({ html: true, highlight: (code, language) => pre(code, language) });
  md.use(katex.default);
  const { rules } = md.renderer;

  rules.heading_open = (tokens, i, _options, env: Gathered) => {
    const text = (tokens[i + 1]!.children ?? [])
      .filter(({ type }) => ["text", "code_inline", "math_inline"].includes(type))
      .map(({ content }) => content)
      .join("");
    const heading = { level: Number(tokens[i]!.tag.slice(1)), text, id: idOf(text, env.headings) };
    env.headings.push(heading);
    return `<${tokens[i]!.tag} id="${escaped(heading.id)}">`;
  };
  rules.heading_close = (tokens, i, _options, env: Gathered) => {
    const { id, text } = env.headings.at(-1)!;
    const anchor = `<a class="anchor" href="#${escaped(id)}" aria-label="Link to: ${escaped(text)}">#</a>`;
    return ` ${anchor}</${tokens[i]!.tag}>\n`;
  };
  rules.code_block = (tokens, i) => pre(tokens[i]!.content, "");
  rules.table_open = () => '<div class="scroll" tabindex="0" role="group" aria-label="table"><table>\n';
  rules.table_close = () => "</table></div>\n";
  rules.th_open = (tokens, i, options, _env, self) => {
    // A column without a heading is no header.
    if (tokens[i + 1]!.content.trim() === "") tokens[i]!.tag = "td";
    return self.renderToken(tokens, i, options);
  };
  rules.th_close = (tokens, i, options, _env, self) => {
    if (tokens[i - 1]!.content.trim() === "") tokens[i]!.tag = "td";
    return self.renderToken(tokens, i, options);
  };
  rules.link_open = (tokens, i, options, _env, self) => {
    tokens[i]!.attrSet("href", inSite(tokens[i]!.attrGet("href") ?? ""));
    return self.renderToken(tokens, i, options);
  };
  // Nothing is loaded from elsewhere: a badge becomes its words.
  rules.image = (tokens, i) => {
    const [source, alt] = [tokens[i]!.attrGet("src") ?? "", escaped(tokens[i]!.content)];
    return isElsewhere(source) ? alt : `<img src="${escaped(source)}" alt="${alt}">`;
  };
  return md;
}

const md = makeRenderer();

/** Renders Markdown with tables, math between dollar signs, and highlighted TypeScript.
 *
 *  @param source Markdown.
 *  @param page Gets the headings, each with an id that is its own on this page.
 *  @returns HTML; links to notebooks and pages lead to the pages made of them, pictures from elsewhere are their alt text. */
export function render(source: string, page: Gathered): string {
  // A long formula scrolls by itself, so the keyboard must reach it.
  return md.render(source, page).replaceAll('class="katex-display"', 'class="katex-display" tabindex="0"');
}

/** Wraps tables that came as HTML, so that wide ones scroll by themselves.
 *  @param html What a cell printed.
 *  @returns The same in a scrolling region. */
export function table(html: string): string {
  const caption = /<caption>(.*?)<\/caption>/s.exec(html)?.[1];
  const headed = html.replace(/<th( [^>]*)?><\/th>/g, "<td$1></td>");
  return scrolling(headed, caption ?? "table");
}
