// The command line: help, wrong calls, and the verbs that need no kernel.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const folder = mkdtempSync(join(tmpdir(), "geodl cli ü-"));
afterAll(() => rmSync(folder, { recursive: true }));

function geodl(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const done = spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), ...args], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status: done.status, stdout: done.stdout, stderr: done.stderr };
}

const verbs = [
  "bench",
  "data",
  "denoise",
  "doctor",
  "experiment",
  "grade",
  "interpolate",
  "kernel",
  "lab",
  "new",
  "notebooks",
  "pack-offline",
  "pick",
  "propagate",
  "train",
];

describe("help", () => {
  it("lists every verb", () => {
    const { status, stdout } = geodl("--help");
    expect(status).toBe(0);
    for (const verb of verbs) expect(stdout).toMatch(new RegExp(`^ {2}${verb} +\\w`, "m"));
  });

  it.each(verbs)("of %s has an example", (verb) => {
    const { status, stdout } = geodl(verb, "--help");
    expect(status).toBe(0);
    expect(stdout).toMatch(new RegExp(`Example: geodl ${verb}`));
  });
});

describe("a wrong call", () => {
  it.each([
    [[], /geodl VERB/],
    [["dance"], /no verb "dance".*; there are bench, data, denoise/],
    [["kernel"], /must be install or uninstall, got ""/],
    [["kernel", "install", "--nonsense"], /nonsense/],
    [["new"], /one folder, got 0/],
    [["lab", "no-such-folder"], /there is no folder or notebook/],
    [["doctor", "--nonsense"], /there is no option --nonsense/],
    [["denose"], /no verb "denose"; nearest: denoise/],
    [["denoise", "a.npy", "--sigam", "3"], /there is no option --sigam; nearest: --sigma/],
    [["denoise", "a.npy", "--out"], /--out must have a value, got none/],
    [["denoise", "a.npy", "--sigma", "-3"], /--sigma must have a value.*--sigma=-/],
  ])("%j is refused with status 2 and one line", (args, message) => {
    const { status, stdout, stderr } = geodl(...args);
    expect(status).toBe(2);
    expect(stdout + stderr).toMatch(message);
    expect(stderr).not.toMatch(/ {4}at /);
  });
});

describe("kernel", () => {
  it("installs a kernelspec that points here, and takes it away", () => {
    const prefix = join(folder, "environment");
    const dir = join(prefix, "share", "jupyter", "kernels", "geodl");
    expect(geodl("kernel", "install", "--prefix", prefix).status).toBe(0);
    const spec = JSON.parse(readFileSync(join(dir, "kernel.json"), "utf8")) as {
      readonly argv: readonly string[];
      readonly language: string;
      readonly interrupt_mode: string;
    };
    expect(spec.argv).toContain(join(root, "dist", "kernel", "main.js"));
    expect(spec.argv.at(-1)).toBe("{connection_file}");
    expect(spec).toMatchObject({ language: "typescript", interrupt_mode: "message" });
    expect(geodl("kernel", "uninstall", "--prefix", prefix).status).toBe(0);
    expect(existsSync(dir)).toBe(false);
  });
});

describe("new", () => {
  it("makes a project whose notebook runs at once", () => {
    const dir = join(folder, "my project");
    expect(geodl("new", dir).status).toBe(0);
    expect(JSON.parse(readFileSync(join(dir, "package.json"), "utf8"))).toMatchObject({
      name: "my-project",
      private: true,
    });
    const done = geodl("notebooks", join(dir, "notebook.ipynb"), "--profile", "ci");
    expect(done.stdout + done.stderr).toMatch(/1 passed, 0 failed/);
    expect(done.status).toBe(0);
  });

  it("leaves a folder that holds something alone", () => {
    writeFileSync(join(folder, "mine.txt"), "keep");
    const { status, stderr } = geodl("new", folder);
    expect(status).toBe(2);
    expect(stderr).toMatch(/must be new or empty/);
    expect(readFileSync(join(folder, "mine.txt"), "utf8")).toBe("keep");
  });
});

describe("doctor", () => {
  it.each([undefined, folder])(
    "says what is installed, and agrees with its exit status (GEODL_DATA %s)",
    (data) => {
      const { GEODL_DATA: _, ...rest } = process.env;
      const done = spawnSync(process.execPath, [join(root, "bin", "geodl.mjs"), "doctor", "--json"], {
        encoding: "utf8",
        env: data === undefined ? rest : { ...rest, GEODL_DATA: data },
      });
      const rows = JSON.parse(done.stdout) as readonly {
        readonly name: string;
        readonly state: string;
        readonly detail: string;
        readonly cure?: string;
      }[];
      expect(rows.map((row) => row.name)).toEqual(
        expect.arrayContaining([
          "Node",
          "set-up",
          "Python",
          "TensorFlow",
          "kernel",
          "memory",
          "disk",
          "data",
        ]),
      );
      expect(rows.filter((row) => row.state !== "ok" && !row.cure)).toEqual([]);
      expect(rows.find((row) => row.name === "data")!.detail).toMatch(
        data === undefined ? /GEODL_DATA is not set/ : /0 of \d+ catalogued files/,
      );
      expect(done.status).toBe(rows.some((row) => row.state === "fault") ? 1 : 0);
    },
  );
});
