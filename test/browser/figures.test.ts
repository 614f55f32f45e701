// What a browser makes of the figures: sections are one picture, values stand under the pointer, axes run the right way.
import { createRequire } from "node:module";
import { comparison, type Figure, gather, jupyterDisplay, section, velocityModel } from "geodl/show";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, launch } from "./lab.js";

const plotly = createRequire(import.meta.url).resolve("plotly.js/dist/plotly.min.js");

/** Sample (i, j) has the value 100 i + j, so that a value tells its place. */
const grid = (rows: number, columns: number) => ({
  data: Float32Array.from(
    { length: rows * columns },
    (_, k) => 100 * Math.floor(k / columns) + (k % columns),
  ),
  shape: [rows, columns],
});

describe.skipIf(!executable)("figures in a browser", () => {
  let browser: Browser;
  let page: Page;
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await launch();
    page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    page.on("pageerror", (e) => faults.push(e.message));
    await page.setContent("<body style='margin:0'><div id='plot'></div></body>");
    await page.addScriptTag({ path: plotly });
  });
  afterAll(() => browser?.close());

  /** Draws a figure as its bundle sends it. */
  async function draw(f: Figure): Promise<void> {
    const bundle = (await f[jupyterDisplay]()) as Record<string, { data: object; layout: object }>;
    const { data, layout } = bundle["application/vnd.plotly.v1+json"]!;
    const script = `Plotly.newPlot("plot", ${JSON.stringify(data)}, ${JSON.stringify(layout)})`;
    await page.evaluate(`${script}.then(() => undefined)`);
  }
  /** What stands under the pointer at a place of a panel, 0 .. 1. */
  async function hover(x: number, y: number, panel = 0): Promise<string> {
    const box = (await page.locator("#plot .nsewdrag").nth(panel).boundingBox())!;
    await page.mouse.move(5, 5);
    await page.waitForTimeout(100);
    await page.mouse.move(box.x + x * box.width - 2, box.y + y * box.height - 2);
    await page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await page.locator("#plot .hoverlayer text").first().waitFor({ timeout: 5000 });
    return (await page.locator("#plot .hoverlayer").textContent()) ?? "";
  }

  it("a section is one picture, not points, with time and amplitude under the pointer", async () => {
    await draw(section(grid(50, 40), { dt: 0.01, title: "S" }));
    expect(await page.locator("#plot .imagelayer image").count()).toBe(1);
    expect(await page.locator("#plot .scatterlayer .point").count()).toBe(0);
    expect(await hover(0.0125, 0.01)).toBe("trace number 0time 0 samplitude 0");
    expect(await hover(0.5125, 0.91)).toBe("trace number 20time 0.45 samplitude 4520");
  });
  it("2,000 x 2,000 samples are drawn within seconds, whatever else runs", async () => {
    const f = section(grid(2000, 2000), { dt: 0.002, title: "L" });
    const start = performance.now();
    await draw(f);
    await page.locator("#plot .imagelayer image").waitFor();
    expect(performance.now() - start).toBeLessThan(8000); // 1.1 s of CPU time, PNG included
  });
  it("a gather's picks lie on its traces", async () => {
    const picks = [{ name: "analyst", times: Float64Array.from({ length: 20 }, (_, i) => 0.1 + 0.01 * i) }];
    await draw(gather(grid(20, 60), { dt: 0.01, title: "G", picks }));
    expect(await page.locator("#plot .scatterlayer .point").count()).toBe(20);
    expect(await hover(4.5 / 20, (14 + 0.5) / 60)).toContain("analyst: 0.14 s");
  });
  it("a model has as many pixels a kilometre across as down", async () => {
    await draw(velocityModel(grid(30, 90), { spacing: 100, title: "M" }));
    const box = (await page.locator("#plot .nsewdrag").first().boundingBox())!;
    expect(box.width / box.height).toBeCloseTo(3, 1);
    expect(await hover(0.5 / 90, 29.5 / 30)).toBe("distance 0 kmdepth 2.9 kmvelocity 2900");
  });
  it("panels of a comparison zoom together", async () => {
    const [a, b] = [grid(50, 40), grid(50, 40)];
    await draw(comparison({ a, b }, { dt: 0.01, title: "C" }));
    expect(await page.locator("#plot .imagelayer image").count()).toBe(3);
    await page.evaluate(`Plotly.relayout("plot", { "xaxis.range": [10, 20] })`);
    const range = await page.evaluate(`document.getElementById("plot")._fullLayout.xaxis3.range`);
    expect(range).toEqual([10, 20]);
    expect(faults).toEqual([]);
  });
});

if (!executable)
  it("figures in a browser", (ctx) =>
    ctx.skip("needs Chromium: install it, or set GEODL_CHROMIUM to its path"));
