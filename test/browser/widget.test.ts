// Widgets in JupyterLab: a slider and a click on a figure reach TypeScript code, and what that code changes is seen.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executable, type OpenNotebook, openNotebook, pictures, runAll, writeNotebook } from "./lab.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-widget-"));
let open: OpenNotebook | undefined;
let page: Page;

const cells = [
  `import { clicks, slider, widget } from "geodl/notebook";
import { figure } from "geodl/show";
const f0 = slider("peak frequency", { min: 0, max: 50, step: 1, value: 20, unit: "Hz" });
f0.on("change:value", (f) => console.log(\`now \${f.toFixed(1)} Hz\`));
f0`,
  `const ramp = widget({
  esm: \`export default { render({ model, el }) {
    const view = model.get("samples");
    const f = new Float32Array(view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength));
    const b = document.createElement("button");
    b.textContent = "sum " + f.reduce((a, x) => a + x, 0);
    b.onclick = () => model.send({ twice: true }, undefined, [f.map((x) => 2 * x).buffer]);
    el.append(b);
  } };\`,
  css: "",
  state: { samples: new Float32Array([1, 2, 3.5]) },
});
ramp.on("msg", (content, [bytes]) => console.log(JSON.stringify(content), new Float32Array(new Uint8Array(bytes!).buffer).join()));
ramp`,
  `const picked: number[] = [];
const gather = () => figure({
  title: "Gather",
  alt: "A square to click on.",
  data: [{ type: "scatter", x: [0, 10], y: [0, 2], mode: "lines" }, { type: "scatter", x: picked, y: picked.map(() => 1), mode: "markers" }],
  layout: { xaxis: { range: [0, 10] }, yaxis: { range: [0, 2] } },
});
const at = clicks(gather(), ({ x, y }) => {
  picked.push(x);
  console.log(\`picked \${x.toFixed(1)} \${y.toFixed(1)}\`);
  at.update(gather());
});`,
];

const cell = (text: string) => page.locator(".jp-CodeCell", { hasText: text }).first();
const printed = (text: string) => cell(text).locator(".jp-OutputArea").textContent();

describe.skipIf(!executable)("widgets in JupyterLab", () => {
  beforeAll(async () => {
    writeNotebook(folder, "widgets.ipynb", cells);
    open = await openNotebook(folder, "widgets.ipynb");
    page = open.page;
    await runAll(page);
  }, 150_000);

  afterAll(async () => {
    await open?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("a slider's value reaches TypeScript, which prints below the slider's cell", async () => {
    const slider = cell("const f0").locator("input[type=range]");
    await slider.waitFor({ timeout: 30_000 });
    const box = (await slider.boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => printed("const f0"), { timeout: 20_000 }).toContain("now 25.0 Hz");
    await page.mouse.click(box.x + box.width - 1, box.y + box.height / 2);
    await expect.poll(() => printed("const f0"), { timeout: 20_000 }).toContain("now 50.0 Hz");
    expect(await cell("const f0").locator("output").textContent()).toBe("50 Hz");
    await page.screenshot({ path: join(pictures, "widget-slider.png") });
  });

  it("bytes and messages go both ways", async () => {
    await cell("const ramp").getByRole("button", { name: "sum 6.5" }).click();
    await expect.poll(() => printed("const ramp"), { timeout: 20_000 }).toContain('{"twice":true} 2,4,7');
  });

  it("a click on a figure reaches TypeScript in the axes' units, which draws it in; the next one too", async () => {
    const area = cell("const picked").locator(".jp-OutputArea-output").first();
    await area.scrollIntoViewIfNeeded();
    await area.hover(); // the picture gives way to the plot under the pointer
    const plot = cell("const picked").locator(".js-plotly-plot");
    const click = async (x: number, y: number): Promise<void> => {
      const drag = plot.locator(".nsewdrag").first();
      await drag.waitFor({ timeout: 20_000 });
      const box = (await drag.boundingBox())!;
      await page.mouse.click(box.x + (x / 10) * box.width, box.y + (1 - y / 2) * box.height);
    };
    await click(4, 1.5);
    await expect.poll(() => printed("const picked"), { timeout: 20_000 }).toContain("picked 4.0 1.5");
    await plot.locator(".scatterlayer path.point").first().waitFor({ timeout: 20_000 });
    await click(7, 0.5);
    await expect.poll(() => printed("const picked"), { timeout: 20_000 }).toContain("picked 7.0 0.5");
    await expect.poll(() => plot.locator(".scatterlayer path.point").count(), { timeout: 20_000 }).toBe(2);
    await page.screenshot({ path: join(pictures, "widget-clicks.png") });
  });
});

if (!executable)
  it("widgets in a browser", (ctx) =>
    ctx.skip("needs Chromium: install it, or set GEODL_CHROMIUM to its path"));
