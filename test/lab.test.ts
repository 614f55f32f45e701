// geodl lab: prints an address with a token, listens on this machine only, passes options on, leaves the home folder alone.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { freePort } from "./free-port.js";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const base = mkdtempSync(join(tmpdir(), "geodl-lab-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Addresses on which a port is listened to, from the kernel's tables. */
function listeners(port: number): string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter((field) => field[3] === "0A" && field[1]?.endsWith(`:${hex}`))
      .map((field) => field[1]!.split(":")[0]!),
  );
}

it.runIf(process.platform === "linux")("lab", { timeout: 90_000 }, async () => {
  const home = join(base, "home");
  mkdirSync(home);
  const port = await freePort();
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...env } = process.env;
  const lab = spawn(process.execPath, [join(root, "bin", "geodl.mjs"), "lab", "--port", String(port)], {
    env: { ...env, HOME: home },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /http:\/\/127\.0\.0\.1:\d+\/lab\/tree\/notebooks\/00-start-here\.ipynb\?token=\w+/.exec(
        said,
      );
      if (found) resolve(found[0]);
    };
    lab.stdout.on("data", listen);
    lab.stderr.on("data", listen);
    lab.once("exit", () => reject(new Error(said)));
  });
  try {
    expect(said).not.toMatch(/fail|error|yarn/i); // nothing but the address
    expect(said.split("\n").length).toBeLessThan(20);
    expect(new URL(address).port).toBe(String(port));
    await expect.poll(() => listeners(port), { timeout: 20_000 }).toEqual(["0100007F"]); // 127.0.0.1 and nothing else
    const contents = `http://127.0.0.1:${port}/api/contents/notebooks`;
    expect((await fetch(contents)).status).toBe(403);
    expect((await fetch(`${contents}?${new URL(address).searchParams}`)).status).toBe(200);
    const specs = await fetch(`http://127.0.0.1:${port}/api/kernelspecs?${new URL(address).searchParams}`);
    expect(Object.keys(((await specs.json()) as { readonly kernelspecs: object }).kernelspecs)).toContain(
      "geodl",
    );
    expect(readdirSync(home)).toEqual([]);
  } finally {
    const gone = new Promise((resolve) => lab.once("exit", resolve));
    lab.kill("SIGTERM");
    await gone;
  }
  expect(readdirSync(home)).toEqual([]);
});
