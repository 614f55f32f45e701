// A notebook as a page: text, code, outputs, solutions folded; pictures and figures go into files of their own.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { escaped, pre } from "./html.js";
import { type Gathered, render, table } from "./markdown.js";
import type { Content } from "./page.js";

type Lines = string | readonly string[];

interface Output {
  readonly output_type: "stream" | "display_data" | "execute_result" | "error";
  readonly name?: string;
  readonly text?: Lines;
  readonly traceback?: readonly string[];
  readonly data?: Readonly<Record<string, Lines | object>>;
  readonly metadata?: { readonly "image/png"?: { readonly width?: number; readonly height?: number } };
}

interface Cell {
  readonly cell_type: "code" | "markdown" | "raw";
  readonly source: Lines;
  readonly outputs?: readonly Output[];
  readonly metadata: { readonly tags?: readonly string[] };
}

/** A notebook as Jupyter writes it, as far as a page shows it. */
export interface Book {
  readonly cells: readonly Cell[];
}

const plotly = "application/vnd.plotly.v1+json";
const text = (lines: unknown): string => (Array.isArray(lines) ? lines.join("") : String(lines ?? ""));
const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** Where a notebook's pictures go. */
interface Place {
  /** Folder of the site. */
  readonly out: string;
  /** Folder of this notebook's pictures below the site, from which the page sees `figures/NAME`. */
  readonly name: string;
  figures: number;
}

/** A picture with its alt text, and Plotly's JSON beside it where the run kept it. */
function figure(data: NonNullable<Output["data"]>, output: Output, place: Place): string {
  const file = `figures/${place.name}/${++place.figures}`;
  const folder = join(place.out, "notebooks", "figures", place.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${place.figures}.png`), Buffer.from(text(data["image/png"]), "base64"));
  const { width, height } = output.metadata?.["image/png"] ?? {};
  const size = width && height ? ` width="${width}" height="${height}"` : "";
  const picture = `<img src="${file}.png" alt="${escaped(text(data["text/plain"]))}" loading="lazy"${size}>`;
  const drawn = data[plotly];
  if (drawn === undefined) return `<figure>${picture}</figure>\n`;
  const id = `${place.name}/${place.figures}`;
  const script = `geodlFigure(${JSON.stringify(id)}, ${JSON.stringify(drawn)});\n`;
  writeFileSync(join(folder, `${place.figures}.js`), script);
  return `<figure data-figure="${id}" data-source="${file}.js">${picture}</figure>\n`;
}

function output(one: Output, place: Place): string {
  if (one.output_type === "stream")
    return pre(text(one.text).replace(escapes, ""), "", one.name === "stderr" ? "output error" : "output");
  if (one.output_type === "error")
    return pre((one.traceback ?? []).join("\n").replace(escapes, ""), "", "output error");
  const data = one.data ?? {};
  if (data["image/png"] !== undefined) return figure(data, one, place);
  if (data["text/html"] !== undefined) return table(text(data["text/html"]));
  const plain = text(data["text/plain"]).replace(escapes, "");
  return plain.trim() === "" ? "" : pre(plain, "", "output");
}

/** Renders a notebook with the outputs that it holds.
 *
 *  @param book The notebook.
 *  @param name Its name without .ipynb.
 *  @param out Folder of the site; pictures go to notebooks/figures/NAME below it.
 *  @returns What stands on the page notebooks/NAME.html. */
export function renderBook(book: Book, name: string, out: string): Content {
  const page: Gathered = { headings: [] };
  const place: Place = { out, name, figures: 0 };
  const cells = book.cells.map((cell) => {
    if (cell.cell_type === "markdown") return render(text(cell.source), page);
    if (cell.cell_type !== "code") return "";
    const code = pre(text(cell.source), "typescript");
    const inside = code + (cell.outputs ?? []).map((one) => output(one, place)).join("");
    return cell.metadata.tags?.includes("solution") === true
      ? `<details class="solution"><summary>Solution</summary>\n${inside}</details>\n`
      : inside;
  });
  return { html: cells.join(""), headings: page.headings };
}
