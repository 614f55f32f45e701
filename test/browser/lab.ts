// JupyterLab in a browser, for the tests of this folder: the server on a folder, Chromium on a notebook.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { freePort } from "../free-port.js";

/** The project's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url)).replace(/[\\/]$/, "");

/** Chromium, or undefined where the machine has none. */
export const executable = [
  process.env.GEODL_CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** Where screenshots go. */
export const pictures = join(root, "test-results");

async function waitFor(url: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // not up yet
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`nothing answers at ${url}`);
}

/** Writes a notebook of code cells for the kernel of this project. */
export function writeNotebook(folder: string, name: string, cells: readonly string[]): void {
  const notebook = {
    cells: cells.map((source, i) => ({
      cell_type: "code",
      execution_count: null,
      id: `c${i}`,
      metadata: {},
      outputs: [],
      source,
    })),
    metadata: {
      kernelspec: { name: "geodl", display_name: "TypeScript (geodl)", language: "typescript" },
      language_info: { name: "typescript" },
    },
    nbformat: 4,
    nbformat_minor: 5,
  };
  writeFileSync(join(folder, name), JSON.stringify(notebook));
}

/** Chromium without anything that calls home. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
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

/** A notebook, open and idle. */
export interface OpenNotebook {
  readonly page: Page;
  /** Ends browser and server. */
  close(): Promise<void>;
}

/** Opens a notebook in JupyterLab.
 *  @param folder What JupyterLab serves.
 *  @param notebook Path below it. */
export async function openNotebook(folder: string, notebook: string): Promise<OpenNotebook> {
  mkdirSync(pictures, { recursive: true });
  const port = await freePort();
  const args = [join(root, "bin", "geodl.mjs"), "lab", folder, "--port", String(port), "--no-browser"];
  const lab: ChildProcess = spawn(process.execPath, [...args, "--IdentityProvider.token=reader"], {
    env: { ...process.env, GEODL_PROFILE: "ci" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let browser: Browser | undefined;
  const close = async (): Promise<void> => {
    await browser?.close();
    if (lab.exitCode !== null) return;
    const gone = new Promise((resolve) => lab.once("exit", resolve));
    lab.kill("SIGTERM");
    await gone;
  };
  try {
    await waitFor(`http://127.0.0.1:${port}/api/status?token=reader`);
    browser = await launch();
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(`http://127.0.0.1:${port}/lab/tree/${notebook}?token=reader`);
    await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor({ timeout: 60_000 });
    // The indicator in the toolbar says "idle" before there is a kernel; the status bar does not.
    await page.getByText("TypeScript (geodl) | Idle").waitFor({ timeout: 60_000 });
    return { page, close };
  } catch (e) {
    await close();
    throw e;
  }
}

/** Runs all cells and waits until the kernel is idle again. */
export async function runAll(page: Page): Promise<void> {
  await page.getByRole("menuitem", { name: "Run", exact: true }).click();
  await page.getByText("Run All Cells", { exact: true }).click();
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status='busy']").waitFor({ timeout: 20_000 });
  await page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']").waitFor({ timeout: 120_000 });
}
