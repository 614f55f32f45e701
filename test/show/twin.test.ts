import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import { createTwin, type Twin } from "../../dist/show/static/twin.js";
import { decode } from "./png.js";

const folder = mkdtempSync(join(tmpdir(), "geodl-twin-"));
afterAll(() => rmSync(folder, { recursive: true }));
const drawing = { data: [{ type: "scatter", y: [1, 2] }], layout: { width: 300, height: 200 } };
const twins: Twin[] = [];
const twin = (...options: Parameters<typeof createTwin>) => {
  twins.push(createTwin(...options));
  return twins.at(-1)!;
};
afterEach(() => {
  for (const t of twins.splice(0)) t.stop();
});
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100 && !condition(); i++) await new Promise((r) => setTimeout(r, 50));
  expect(condition()).toBe(true);
}

describe("the drawing process", () => {
  it("starts with the first figure, stays for the next, and draws several asked for at once", async () => {
    const t = twin();
    expect(t.pid).toBeUndefined();
    expect(decode(await t.draw(drawing)).width).toBe(600);
    const pid = t.pid;
    const wide = { ...drawing, layout: { width: 400, height: 200 } };
    const widths = (await Promise.all([t.draw(drawing), t.draw(wide)])).map((png) => decode(png).width);
    expect(widths).toEqual([600, 800]);
    expect(t.pid).toBe(pid);
  });
  it("is started again when it was killed, in the middle of a figure too", async () => {
    const t = twin();
    await t.draw(drawing);
    const first = t.pid!;
    process.kill(first, "SIGKILL");
    await until(() => t.pid !== first);
    expect(decode(await t.draw(drawing)).width).toBe(600);
    const pending = t.draw(drawing);
    process.kill(t.pid!, "SIGKILL");
    expect(decode(await pending).width).toBe(600);
  });
  it("survives an interrupt, which reaches a whole process group", async () => {
    const t = twin();
    await t.draw(drawing);
    const pid = t.pid!;
    process.kill(pid, "SIGINT");
    await t.draw(drawing);
    expect(t.pid).toBe(pid);
  });
  it("answers with the reason when a figure cannot be drawn, and goes on", async () => {
    const t = twin();
    await expect(t.draw({ data: [], layout: { width: -5, height: "x" } as never })).rejects.toThrow();
    expect(decode(await t.draw(drawing)).width).toBe(600);
  });
  it("names a package that is missing", async () => {
    const alone = join(folder, "alone"); // the child's programs where no node_modules is in sight
    cpSync(fileURLToPath(new URL("../../dist/show/static", import.meta.url)), alone, { recursive: true });
    writeFileSync(join(alone, "package.json"), '{"type":"module"}');
    const t = twin({ script: join(alone, "child.js") });
    await expect(t.draw(drawing)).rejects.toThrow("Cannot find package '@");
    await expect(t.draw(drawing)).rejects.toThrow("Cannot find package '@");
  });
  it("is given up after two losses, and after its time limit", async () => {
    const crash = join(folder, "crash.mjs");
    writeFileSync(crash, "process.on('message', () => process.exit(3));");
    await expect(twin({ script: crash }).draw(drawing)).rejects.toThrow("the drawing process ended (3)");
    const hang = join(folder, "hang.mjs");
    writeFileSync(hang, "process.on('message', () => { for (;;); });");
    await expect(twin({ script: hang, limit: 300 }).draw(drawing)).rejects.toThrow("SIGKILL");
  });
});

describe("the parent process", () => {
  const show = fileURLToPath(new URL("../../dist/show/index.js", import.meta.url));
  const twinModule = fileURLToPath(new URL("../../dist/show/static/twin.js", import.meta.url));
  const run = (script: string) => {
    const file = join(folder, "script.mjs");
    writeFileSync(file, script);
    return spawnSync(process.execPath, [file], { encoding: "utf8", timeout: 30_000 });
  };
  it("ends by itself, and the child with it", async () => {
    const { stdout, status } = run(`
      import { createTwin } from ${JSON.stringify(twinModule)};
      const t = createTwin();
      await t.draw(${JSON.stringify(drawing)});
      console.log(t.pid);`);
    expect(status).toBe(0);
    await until(() => !isAlive(Number(stdout)));
  });
  it("shows figures without PNG where the twin fails, with one warning line", () => {
    const { stdout, stderr, status } = run(`
      import { drawStatic, createTwin } from ${JSON.stringify(twinModule)};
      import { lines, jupyterDisplay } from ${JSON.stringify(show)};
      const broken = createTwin({ script: ${JSON.stringify(join(folder, "crash.mjs"))} });
      console.log(await drawStatic(${JSON.stringify(drawing)}, broken), await drawStatic(${JSON.stringify(drawing)}, broken));`);
    expect([status, stdout, stderr]).toEqual([
      0,
      "undefined undefined\n",
      "show: figures are shown without PNG: the drawing process ended (3)\n",
    ]);
  });
});
