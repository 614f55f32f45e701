// A figure: Plotly's JSON with a title and alt text, shown interactively where that works and as a PNG where it does not.
import type { Bundle } from "../core/host.js";
import { packed, plain } from "./plain.js";
import { drawStatic } from "./static/twin.js";
import { jupyterDisplay } from "./symbol.js";

/** One trace in Plotly's JSON: {type: "scatter", x, y, ...}. Typed loosely, so that a cell is checked fast. */
export type Trace = Readonly<Record<string, unknown>>;

/** Plotly's layout: axes, shapes, annotations. */
export type Layout = Readonly<Record<string, unknown>>;

/** A picture as a plain object that a test can read and JSON can hold: numbers are in plain lists, gaps are null. */
export interface Figure {
  readonly data: readonly Trace[];
  readonly layout: Layout;
  /** Title, as it stands above the figure. */
  readonly title: string;
  /** What the figure shows, in a sentence, for those who do not see it. */
  readonly alt: string;
  /** The MIME bundle that Jupyter shows: Plotly's JSON, a PNG of the same, the alt text. */
  [jupyterDisplay](): Promise<Bundle>;
}

/** What `figure` takes. Typed arrays may stand anywhere in data and layout. */
export interface FigureOptions {
  readonly data: readonly object[];
  /** Plotly's layout. Size (700 x 400), fonts, margins, axis lines and colours have defaults. */
  readonly layout?: object;
  readonly title: string;
  readonly alt: string;
}

/** Makes a figure from Plotly's JSON.
 *
 *  @param options See FigureOptions.
 *  @returns A plain object that `notebook.display` or a cell's last line shows.
 *  @throws TypeError if title or alt text is empty: a figure without them cannot be read by everyone. */
export function figure(options: FigureOptions): Figure {
  for (const key of ["title", "alt"] as const)
    if (typeof options[key] !== "string" || options[key].trim() === "")
      throw new TypeError(
        `figure: ${key} must be a text that is not empty, got ${JSON.stringify(options[key])}`,
      );
  const { title, alt } = options;
  const data = plain(options.data) as Trace[];
  const layout = plain({ ...base, title: { text: title, ...titleStyle }, ...options.layout }) as Layout;
  return {
    data,
    layout,
    title,
    alt,
    async [jupyterDisplay]() {
      const png = await drawStatic({ data, layout });
      return {
        "application/vnd.plotly.v1+json": { data: packed(data), layout, config: { responsive: true } },
        ...(png === undefined ? {} : { "image/png": Buffer.from(png).toString("base64") }),
        "text/plain": alt,
      };
    },
  };
}

const titleStyle = {
  font: { size: 15 },
  x: 0.02,
  xanchor: "left",
  y: 1,
  yref: "container",
  yanchor: "top",
  pad: { t: 16 },
};

const base = {
  width: 700,
  height: 400,
  font: { family: "DejaVu Sans, Verdana, sans-serif", size: 12, color: "#222222" },
  margin: { l: 70, r: 20, t: 50, b: 55 },
  paper_bgcolor: "#ffffff",
  plot_bgcolor: "#ffffff",
  hovermode: "closest",
};
