// Plotly JSON to a palette PNG of at most 150 kB: jsdom lays out, resvg rasterises, the sharpest zoom that fits wins.
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { openPage } from "./page.js";
import { encodePng } from "./png.js";
import type { Drawing } from "./twin.js";

const limit = 150_000;
const require = createRequire(import.meta.url);
const fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"].map((name) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
);
let page: ReturnType<typeof openPage> | undefined;

/** Draws a figure.
 *  @returns PNG bytes, twice the figure's size in pixels where that stays within 150 kB, else 1.5 times, else as it is. */
export async function drawPng(drawing: Drawing): Promise<Uint8Array> {
  page ??= openPage(fonts);
  const svg = await page.svg(drawing);
  let png = new Uint8Array();
  for (const zoom of [2, 1.5, 1]) {
    const image = new Resvg(svg, {
      background: "#ffffff",
      fitTo: { mode: "zoom", value: zoom },
      font: {
        fontFiles: fonts,
        loadSystemFonts: false,
        defaultFontFamily: "DejaVu Sans",
        sansSerifFamily: "DejaVu Sans",
      },
    }).render();
    png = encodePng(image.pixels, image.width, image.height);
    if (png.length <= limit) return png;
  }
  return png;
}
