// What a reader sees: JupyterLab opens notebook 00, runs it, and figures, colours, completion and hover are there.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, type OpenNotebook, openNotebook, pictures, root, runAll } from "./lab.js";

const course = mkdtempSync(join(tmpdir(), "geodl-browser-")); // a copy: JupyterLab saves what it opens

let open: OpenNotebook | undefined;
let page: Page;

const cell = (text: string) => page.locator(".jp-CodeCell", { hasText: text }).first();

/** The notebook draws only the cells near the window: scroll until the one with this text is there. */
async function show(text: string): Promise<void> {
  const pane = page.locator(".jp-WindowedPanel-outer").first();
  for (let y = 0; y < 60; y++) {
    if ((await cell(text).count()) > 0) {
      await cell(text).scrollIntoViewIfNeeded();
      return;
    }
    await pane.evaluate((element, top) => element.scrollTo(0, top), y * 500);
    await page.waitForTimeout(100);
  }
  throw new Error(`no cell shows "${text}"`);
}

describe.skipIf(!executable)("notebook 00 in JupyterLab", () => {
  beforeAll(async () => {
    cpSync(join(root, "notebooks"), join(course, "notebooks"), { recursive: true });
    open = await openNotebook(course, "notebooks/00-start-here.ipynb");
    page = open.page;
  }, 150_000);

  afterAll(async () => {
    await open?.close();
    rmSync(course, { recursive: true, force: true });
  });

  it("asks nothing at the first visit", async () => {
    expect(await page.locator(".jp-Dialog").count()).toBe(0);
  });

  it("colours TypeScript", async () => {
    await show("type Rule =");
    const colours = await cell("type Rule =").evaluate((element) =>
      [...element.querySelectorAll(".cm-line span")].map((span) => [
        span.textContent,
        (globalThis as unknown as { getComputedStyle(e: unknown): { color: string } }).getComputedStyle(span)
          .color,
      ]),
    );
    const colour = new Map(colours as [string, string][]);
    expect(colour.get("const")).toBeDefined();
    expect(colour.get("type")).toBe(colour.get("const")); // a keyword that JavaScript does not have
    expect(colour.get("const")).not.toBe(colour.get("tikhonov"));
  });

  it("runs all cells, the checks are green", { timeout: 150_000 }, async () => {
    await runAll(page);
    await show("checks: ");
    const last = await page
      .getByText(/checks: \d+ passed, \d+ failed, \d+ open/)
      .last()
      .textContent();
    expect(last).toMatch(/checks: \d+ passed, 0 failed/);
    await page.screenshot({ path: join(pictures, "notebook-00-end.png") });
  });

  it("says what a type error is, and nothing of that cell ran", async () => {
    await show('distance("7 seconds")');
    const text = (await cell('distance("7 seconds")').locator(".jp-OutputArea").textContent()) ?? "";
    expect(text).toMatch(/not assignable to parameter of type 'number'/);
    expect(text).not.toContain("you never see this line\n");
    await page.screenshot({ path: join(pictures, "notebook-00-type-error.png") });
  });

  it("draws the interactive figure", async () => {
    await show("show.record(record.waveform");
    const plot = cell("show.record(record.waveform").locator(".jp-OutputArea-output").first();
    await plot.scrollIntoViewIfNeeded();
    const picture = plot.locator("img.plot-img"); // twice the figure's pixels, shown in its size
    expect((await picture.boundingBox())!.width).toBeLessThanOrEqual(700);
    await plot.hover(); // the picture gives way to the plot under the pointer
    const drawn = cell("show.record(record.waveform").locator(".js-plotly-plot");
    await drawn.locator(".main-svg").first().waitFor({ timeout: 20_000 });
    const lines = await drawn
      .locator("path.js-line")
      .evaluateAll((paths) =>
        paths.map(
          (path) => (path as unknown as { getAttribute(n: string): string }).getAttribute("d")?.length ?? 0,
        ),
      );
    expect(lines.filter((length) => length > 1000).length).toBeGreaterThanOrEqual(3); // E, N and Z
    await page.screenshot({ path: join(pictures, "notebook-00-figure.png") });
  });

  it("completes and explains", async () => {
    await show("checks: ");
    await page.locator(".jp-CodeCell").last().locator(".cm-content").click();
    await page.keyboard.press("Escape");
    await page.keyboard.press("b"); // a new cell below
    await page.keyboard.press("Enter");
    await page.keyboard.type("signal.rick");
    await page.waitForTimeout(300);
    await page.keyboard.press("Tab");
    await page.locator(".jp-Completer", { hasText: "ricker" }).waitFor({ timeout: 10_000 });
    await page.keyboard.press("Enter");
    const fresh = page.locator(".jp-CodeCell.jp-mod-active .cm-content");
    await expect.poll(() => fresh.textContent(), { timeout: 10_000 }).toContain("signal.ricker");
    await page.keyboard.press("Shift+Tab");
    await page.locator(".jp-Tooltip").waitFor({ timeout: 10_000 });
    expect(await page.locator(".jp-Tooltip").textContent()).toMatch(/ricker\(f0: number.*Ricker wavelet/s);
    await page.screenshot({ path: join(pictures, "notebook-00-hover.png") });
    await page.keyboard.press("Escape");
  });
});

if (!executable)
  it("notebook 00 in a browser", (ctx) =>
    ctx.skip("needs Chromium: install it, or set GEODL_CHROMIUM to its path"));
