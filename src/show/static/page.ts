// Plotly without a browser: a jsdom page in which text has the size of the real font.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Canvas, createCanvas, GlobalFonts } from "@napi-rs/canvas";
import { type Box, measureWith, type SvgNode } from "./text.js";
import type { Drawing } from "./twin.js";

/** A page that turns figures into SVG. */
export interface Page {
  /** @returns The figure as an SVG document. */
  svg(drawing: Drawing): Promise<string>;
}

/** The part of a jsdom window that is used or filled in here. */
interface Window {
  eval(script: string): void;
  readonly Element: { readonly prototype: { getBoundingClientRect(this: SvgNode): Box } };
  readonly SVGElement: { readonly prototype: object };
  readonly HTMLCanvasElement: { readonly prototype: object };
  readonly URL: { createObjectURL?: () => string };
  matchMedia?: () => object;
  readonly Plotly: { toImage(figure: object, options: object): Promise<string> };
}

type DomConstructor = new (html: string, options: object) => { readonly window: Window };

/** Opens the page; a figure takes what Plotly needs for it, loading some .3 s once.
 *  @param fonts Paths of the regular font, then its bold and oblique cuts. */
export function openPage(fonts: readonly string[]): Page {
  const require = createRequire(import.meta.url);
  const { JSDOM } = require("jsdom") as { JSDOM: DomConstructor };
  const { window } = new JSDOM("<!doctype html><body></body>", {
    runScripts: "outside-only",
    pretendToBeVisual: true,
  });
  for (const path of fonts) GlobalFonts.registerFromPath(path, "DejaVu Sans");
  fillIn(window);
  window.eval(readFileSync(require.resolve("plotly.js/dist/plotly-cartesian.min.js"), "utf8"));
  return {
    async svg({ data, layout }) {
      const { width = 700, height = 400 } = layout as { readonly width?: number; readonly height?: number };
      const figure = { data, layout, config: { staticPlot: true } };
      return window.Plotly.toImage(figure, { format: "svg", width, height, imageDataOnly: true });
    },
  };
}

/** What jsdom lacks and Plotly asks for: object addresses, media queries, canvases, boxes of text. */
function fillIn(window: Window): void {
  window.URL.createObjectURL ??= () => "";
  window.matchMedia ??= () => ({ matches: false, addListener() {}, addEventListener() {} });

  const canvases = new WeakMap<object, Canvas>();
  interface CanvasNode {
    readonly width: number;
    readonly height: number;
  }
  const canvasOf = (node: CanvasNode): Canvas => {
    const known = canvases.get(node);
    if (known !== undefined && known.width === node.width && known.height === node.height) return known;
    const canvas = createCanvas(node.width, node.height);
    canvases.set(node, canvas);
    return canvas;
  };
  Object.assign(window.HTMLCanvasElement.prototype, {
    getContext(this: CanvasNode, kind: string) {
      return kind === "2d" ? canvasOf(this).getContext("2d") : null;
    },
    toDataURL(this: CanvasNode) {
      return canvasOf(this).toDataURL("image/png");
    },
  });

  const ruler = createCanvas(8, 8).getContext("2d");
  const measure = measureWith((text, font) => {
    ruler.font = font;
    return ruler.measureText(text).width;
  });
  const element = window.Element.prototype;
  const before = element.getBoundingClientRect;
  element.getBoundingClientRect = function (this: SvgNode) {
    return measure(this) ?? before.call(this);
  };
  const nothing: Box = { x: 0, y: 0, left: 0, top: 0, right: 0, bottom: 0, width: 0, height: 0 };
  Object.assign(window.SVGElement.prototype, {
    getBBox(this: SvgNode) {
      return measure(this) ?? nothing;
    },
    getComputedTextLength(this: SvgNode) {
      return (measure(this) ?? nothing).width;
    },
  });
}
