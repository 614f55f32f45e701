// Set-up killed, stopped, and started twice: the next run completes, and nobody waits for the dead.
import { spawn } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { rng } from "geodl/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
// @ts-expect-error: plain JavaScript that runs before anything is installed
import { startOf } from "../../bin/setup/alive.mjs";
import { type Outcome, setup } from "./call.js";
import { listing, project, type StandIns, standIns } from "./standins.js";

let all: StandIns;
let complete: string[];
beforeAll(async () => {
  all = standIns();
  const root = project(all, "reference");
  expect((await setup(all, root)).code).toBe(0);
  complete = made(root);
});
afterAll(() => all.remove());

const names = ["npm", "python", "tensorflow", "addon", "build", "kernel"] as const;

/** All that set-up made and left; a draft of the lock goes with the next run but one. */
const made = (root: string) => listing(root).filter((name) => !/^\.setup\/lock\../.test(name));

const delay = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Processes that work in the project's folder. */
function processesOf(root: string): string[] {
  if (!existsSync("/proc")) return [];
  return readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(root);
    } catch {
      return false;
    }
  });
}

/** Kills set-up alone, not what it started, a while after a line was printed. */
function killedAfter(root: string, line: string, wait: number): Promise<Outcome> {
  let isArmed = false;
  return setup(all, root, {
    onOutput(text, child) {
      if (isArmed || !text.includes(line)) return;
      isArmed = true;
      setTimeout(() => child.kill("SIGKILL"), wait);
    },
  });
}

describe.concurrent("killed at a random moment", () => {
  it.each([1, 2, 3])("in any step, the next run completes (seed %i)", async (seed) => {
    const random = rng(seed).fork("kill");
    const root = project(all, `killed ${seed}`);
    let nKilled = 0;
    for (const [i, name] of names.entries()) {
      const { code } = await killedAfter(root, `[${i + 1}/6] ${name}`, 600 * random.uniform());
      if (code === null) nKilled++;
    }
    expect(nKilled).toBeGreaterThanOrEqual(3);
    const { code, err, out } = await setup(all, root);
    expect(err).toBe("");
    expect(code, out).toBe(0);
    expect(made(root)).toEqual(complete);
    expect(processesOf(root)).toEqual([]);
    expect((await setup(all, root)).out).toContain("everything is set up");
  });

  it.each([
    [
      "was changed",
      (root: string) => appendFileSync(join(root, "bin", "python", "requirements.txt"), "# changed\n"),
    ],
    ["lost a file", (root: string) => rmSync(join(root, ".venv", "bin", "python"))],
  ] as const)("while it makes again what %s, the next run completes", async (name, spoil) => {
    const root = project(all, name);
    expect((await setup(all, root)).code).toBe(0);
    spoil(root);
    await killedAfter(root, "installing JupyterLab", 100);
    expect((await setup(all, root)).code).toBe(0);
    expect(made(root)).toEqual(complete);
  });
});

describe.concurrent("stopped", () => {
  const cases = (["SIGINT", "SIGTERM"] as const).flatMap((signal) =>
    (["npm", "python", "addon"] as const).map((step) => ({ signal, step })),
  );
  it.each(cases)(
    "by $signal in $step it leaves nothing half-made and says how to go on",
    async ({ signal, step }) => {
      const root = project(all, `stopped ${signal} ${step}`);
      let isSent = false;
      const { code, err } = await setup(all, root, {
        onOutput(text, child) {
          if (isSent || !text.includes(`] ${step}`)) return;
          isSent = true;
          setTimeout(() => child.kill(signal), 50);
        },
      });
      expect(err).toMatch(
        new RegExp(`^set-up: \\[./6\\] ${step}: stopped; the same command goes on from there\n$`),
      );
      expect(code).toBe(1);
      expect(processesOf(root)).toEqual([]);
      const left = listing(root).filter((name) =>
        /^(\.setup\/(tmp|lock|npm-cache|aside\/)|\.dist-new)/.test(name),
      );
      expect(left).toEqual([]);
      if (step === "npm") expect(listing(join(root, "node_modules"))).toEqual([]);
      if (step === "python") expect(listing(join(root, ".venv"))).toEqual([]);
    },
  );
});

describe("two at once", () => {
  it("wait for each other, and each thing is made once", async () => {
    const root = project(all, "two at once");
    const runs = await Promise.all([
      setup(all, root),
      setup(all, root),
      delay(300).then(() => setup(all, root)),
    ]);
    expect(runs.map(({ code, err }) => `${code}${err}`)).toEqual(["0", "0", "0"]);
    const text = runs.map(({ out }) => out).join("");
    expect(text.match(/installing \d+ packages/g)).toHaveLength(1);
    expect(text.match(/compiling src/g)).toHaveLength(1);
    expect(text).toMatch(/waiting for another set-up of this folder \(process \d+\) \.\.\./);
    expect(made(root)).toEqual(complete);
  });

  const hold = (root: string, holder: object) => {
    mkdirSync(join(root, ".setup"), { recursive: true });
    writeFileSync(join(root, ".setup", "lock"), JSON.stringify({ host: hostname(), token: "t", ...holder }));
  };

  it("a lock of a dead process is taken over, and what that one started is ended", async () => {
    const root = project(all, "stale");
    const orphan = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    const ended = new Promise((resolve) => orphan.once("exit", (_, signal) => resolve(signal)));
    hold(root, { pid: 2 ** 22 + 1, start: "1", child: { pid: orphan.pid, start: startOf(orphan.pid) } });
    expect((await setup(all, root, { args: ["--only", "npm"] })).code).toBe(0);
    expect(await ended).toBe("SIGKILL");
  });

  it("a lock whose process number went to another is taken over, and the other lives", async () => {
    const root = project(all, "reused");
    const other = spawn("sleep", ["60"], { detached: true, stdio: "ignore" });
    hold(root, { pid: other.pid, start: "12", child: { pid: other.pid, start: "12" } });
    expect((await setup(all, root, { args: ["--only", "npm"] })).code).toBe(0);
    expect(other.exitCode).toBe(null);
    expect(other.signalCode).toBe(null);
    other.kill("SIGKILL");
  });

  it("a lock from another host is waited for while it shows signs of life, then taken over", async () => {
    const root = project(all, "elsewhere");
    const lock = join(root, ".setup", "lock");
    hold(root, { pid: process.pid, start: "1", host: "another-host" });
    let said = "";
    const { code } = await setup(all, root, {
      args: ["--only", "npm"],
      onOutput(text) {
        if (said === "") setTimeout(() => utimesSync(lock, 1, 1), 200);
        said = text;
      },
    });
    expect(said).toContain("on another-host");
    expect(code).toBe(0);
  });

  it("a damaged lock of long ago is taken over", async () => {
    const root = project(all, "damaged");
    hold(root, {});
    writeFileSync(join(root, ".setup", "lock"), "");
    utimesSync(join(root, ".setup", "lock"), 1, 1);
    expect((await setup(all, root, { args: ["--only", "npm"] })).code).toBe(0);
  });
});
