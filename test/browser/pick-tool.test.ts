// The click tool in JupyterLab: a click on the gather, the network's picks and mask change, undo, export; how long an answer takes.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, type OpenNotebook, openNotebook, pictures, runAll, writeNotebook } from "./lab.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-pick-tool-"));
let open: OpenNotebook | undefined;
let page: Page;

const source = `import { apply, data, tensor } from "geodl";
import { rng } from "geodl/core";
import { pickTool } from "geodl/notebook";
await tensor.ready();
const { gather } = data.synthetic.firstBreakGather(rng(3), { noise: 0.05 });
const picker = await apply.loadFirstBreakPicker();
const tool = pickTool(gather, (clicks) => picker.pick(gather, { clicks }), { dt: 0.00025, title: "Generated gather", name: "made" });
tool`;

const cell = () => page.locator(".jp-CodeCell").first();
const canvas = () => cell().locator("canvas.geodl-pick-canvas");
const status = () => cell().locator(".geodl-pick-bar output");

/** Clicks on a place of the gather, as a share of its width and height. */
async function click(across: number, down: number): Promise<void> {
  const box = (await canvas().boundingBox())!;
  const [left, top, wide, high] = [62, 26, 672, 430];
  const unit = box.width / (left + wide + 12);
  await page.mouse.click(box.x + unit * (left + across * wide), box.y + unit * (top + down * high));
}

/** What is drawn, as a short number. */
const drawn = (): Promise<number> =>
  canvas().evaluate((node) => {
    const c = node as unknown as {
      width: number;
      height: number;
      getContext(kind: "2d"): {
        getImageData(x: number, y: number, w: number, h: number): { data: Uint8ClampedArray };
      };
    };
    return c
      .getContext("2d")
      .getImageData(0, 0, c.width, c.height)
      .data.reduce((sum, v, i) => (sum * 31 + v + i) % 1_000_003, 7);
  });

describe.skipIf(!executable)("the click tool in JupyterLab", () => {
  beforeAll(async () => {
    writeNotebook(folder, "tool.ipynb", [source]);
    open = await openNotebook(folder, "tool.ipynb");
    page = open.page;
    await runAll(page);
    await canvas().waitFor({ timeout: 60_000 });
    await canvas().scrollIntoViewIfNeeded();
  }, 240_000);

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("a click moves the picks, fast; undo brings the old ones back", { timeout: 60_000 }, async () => {
    expect(await status().textContent()).toContain("click where");
    const first = await drawn();
    const times: number[] = [];
    for (const [i, [across, down]] of (
      [
        [0.2, 0.3],
        [0.8, 0.4],
        [0.5, 0.25],
        [0.4, 0.2],
        [0.6, 0.3],
      ] as const
    ).entries()) {
      await click(across, down);
      await expect
        .poll(() => status().textContent(), { timeout: 20_000 })
        .toMatch(new RegExp(`^${i + 1} clicks?, answered in \\d+ ms`));
      await page.waitForTimeout(150);
      times.push(Number(/in (\d+) ms/.exec((await status().textContent())!)![1]));
    }
    times.sort((a, b) => a - b);
    console.log(`answers, ms from the click to the drawing: ${times.join(", ")}`);
    expect(times[2]).toBeLessThan(Number(process.env.GEODL_CLICK_MS ?? 300));
    expect(await drawn()).not.toBe(first);
    await page.screenshot({ path: join(pictures, "pick-tool.png") });
    for (let i = 4; i >= 1; i--) {
      await cell().getByRole("button", { name: "Undo" }).click();
      await expect.poll(() => status().textContent(), { timeout: 20_000 }).toMatch(new RegExp(`^${i} click`));
    }
    await cell().getByRole("button", { name: "Clear" }).click();
    await expect.poll(() => status().textContent(), { timeout: 20_000 }).toContain("click where");
  });

  it("exports the picks as a table", { timeout: 60_000 }, async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download", { timeout: 20_000 }),
      cell().getByRole("button", { name: "Export CSV" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("made-picks.csv");
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines[0]).toBe("gather,trace,sample,time,confidence");
    expect(lines).toHaveLength(49);
    expect(lines.filter((line) => /^made,\d+,[\d.]+,[\d.]+,0\.\d+$/.test(line)).length).toBeGreaterThan(40);
  });
});

if (!executable)
  it("the click tool in a browser", (ctx) =>
    ctx.skip("needs Chromium: install it, or set GEODL_CHROMIUM to its path"));
