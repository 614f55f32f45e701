// What a reader sees: JupyterLab opens notebook 00, runs it, and figures, colours, completion and hover are there.
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "../free-port.js";

const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");
const executable = [
  process.env.GEODL_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));
const pictures = join(root, "test-results");
const course = mkdtempSync(join(tmpdir(), "geodl-browser-")); // a copy: JupyterLab saves what it opens

let lab: ChildProcess | undefined;
let browser: Browser | undefined;
let page: Page;

async function waitFor(url: string): Promise<void> {
  for (let i = 0; i < 300; i++) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // not up yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

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
    mkdirSync(pictures, { recursive: true });
    cpSync(join(root, "notebooks"), join(course, "notebooks"), { recursive: true });
    const port = await freePort();
    const args = [join(root, "bin", "geodl.mjs"), "lab", course, "--port", String(port), "--no-browser"];
    lab = spawn(process.execPath, [...args, "--IdentityProvider.token=reader"], {
      env: { ...process.env, GEODL_PROFILE: "ci" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    await waitFor(`http://127.0.0.1:${port}/api/status?token=reader`);
    browser = await chromium.launch({
      executablePath: executable!,
      args: [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    });
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(`http://127.0.0.1:${port}/lab/tree/notebooks/00-start-here.ipynb?token=reader`);
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 60_000 });
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").waitFor({ timeout: 60_000 });
  }, 150_000);

  afterAll(async () => {
    await browser?.close();
    if (lab && lab.exitCode === null) {
      const gone = new Promise((resolve) => lab!.once("exit", resolve));
      lab.kill("SIGTERM");
      await gone;
    }
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
    await page.getByRole("menuitem", { name: "Run", exact: true }).click();
    await page.getByText("Run All Cells", { exact: true }).click();
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='busy']").waitFor({ timeout: 20_000 });
    await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").waitFor({ timeout: 120_000 });
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
