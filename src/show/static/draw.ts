// Plotly JSON to a palette PNG of at most 150 kB: jsdom lays out, resvg rasterises, the sharpest zoom that fits wins.
import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { sharpened, withoutImageTraces } from "./images.js";
import { openPage } from "./page.js";
import { encodePng } from "./png.js";
import type { Drawing } from "./twin.js";

const limit = 150_000;
const require = createRequire(import.meta.url);
const fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSans-Oblique.ttf"].map((name) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
);
let page: ReturnType<typeof openPage> | undefined;

/** What is tried, in this order: zoom and most colours. */
const attempts = [
  [2, 256],
  [1.5, 256],
  [1.5, 40],
  [1, 256],
  [1, 40],
  [1, 24],
] as const;

/** Draws a figure.
 *  @returns PNG bytes, twice the figure's size in pixels where that stays within 150 kB, else smaller, else with fewer colours. */
export async function drawPng(drawing: Drawing): Promise<Uint8Array> {
  page ??= openPage(fonts);
  const svg = await page.svg(withoutImageTraces(drawing));
  let png = new Uint8Array();
  let [drawn, pixels, width, height] = [0, new Uint8Array(), 0, 0];
  let bits = 0; // bytes of the last attempt over its zoom squared and bits a pixel
  for (const [k, [zoom, colours]] of attempts.entries()) {
    const expected = 0.75 * bits * zoom ** 2 * Math.log2(colours);
    if (expected > limit && k < attempts.length - 1) continue;
    if (zoom !== drawn) {
      const image = new Resvg(sharpened(svg, zoom), {
        background: "#ffffff",
        fitTo: { mode: "zoom", value: zoom },
        font: {
          fontFiles: fonts,
          loadSystemFonts: false,
          defaultFontFamily: "DejaVu Sans",
          sansSerifFamily: "DejaVu Sans",
        },
      }).render();
      [drawn, pixels, width, height] = [zoom, image.pixels, image.width, image.height];
    }
    png = encodePng(pixels, width, height, colours);
    if (png.length <= limit) return png;
    bits = png.length / zoom ** 2 / Math.log2(colours);
  }
  return png;
}
