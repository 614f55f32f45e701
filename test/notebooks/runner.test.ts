// The runner: a good notebook is green, and each way to fail is red for its own reason.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const geodl = join(root, "bin", "geodl.mjs");
const here = join(root, "test", "notebooks");

interface Verdict {
  readonly notebook: string;
  readonly ok: boolean;
  readonly seconds: number;
  readonly peakMB: number;
  readonly faults: readonly string[];
}

interface Cell {
  readonly cell_type: string;
  readonly outputs?: readonly unknown[];
  readonly metadata: { readonly tags?: readonly string[] };
  readonly attachments?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Why each is red. */
const reasons: Readonly<Record<string, RegExp>> = {
  "awaited-rejection": /rejected-42/,
  "false-summary": /summary is red: 1 passed, 1 failed/,
  late: /late-42/,
  "memory-limit": /memory limit of 600 MB/,
  "missing-figure": /tagged figure, but shows none/,
  "no-summary": /no summary/,
  "open-exercise": /summary is red: 1 passed, 0 failed, 1 open/,
  "process-exit": /kernel died/,
  "red-check": /two and two/,
  "syntax-error": /expected/i,
  throw: /boom-42/,
  "time-limit": /took more than 3 s/,
  timer: /timer-42/,
  "type-error": /not assignable/,
  "unawaited-rejection": /floating-42/,
  "unawaited-rejection-last": /floating-42/,
};

const names = readdirSync(here).filter((file) => file.endsWith(".ipynb"));
let verdicts: Map<string, Verdict>;
let status: number | null;

beforeAll(() => {
  const args = [geodl, "notebooks", ...names.map((name) => join(here, name)), "--profile", "ci", "--json"];
  const done = spawnSync(process.execPath, args, { encoding: "utf8" });
  status = done.status;
  const lines = done.stdout.split("\n").filter((line) => line.startsWith("{"));
  verdicts = new Map(
    lines.map((line) => JSON.parse(line) as Verdict).map((v) => [v.notebook.replace(".ipynb", ""), v]),
  );
  if (verdicts.size === 0) throw new Error(`no verdict: ${done.stdout}${done.stderr}`);
}, 240_000);

describe("runner", () => {
  it("finds a good notebook green, with time and memory", () => {
    expect(verdicts.get("good")).toMatchObject({ ok: true, faults: [] });
    expect(verdicts.get("good")!.peakMB).toBeGreaterThan(50);
    expect(verdicts.get("good")!.seconds).toBeGreaterThan(0);
  });

  it("has a reason for every notebook that must fail", () => {
    expect(Object.keys(reasons).sort()).toEqual(
      names
        .map((name) => name.replace(".ipynb", ""))
        .filter((name) => name !== "good")
        .sort(),
    );
  });

  it.each(Object.entries(reasons))("finds %s red", (name, reason) => {
    expect(verdicts.get(name)!.ok).toBe(false);
    expect(verdicts.get(name)!.faults.join("\n")).toMatch(reason);
  });

  it("exits with 1 where one is red", () => expect(status).toBe(1));
});

describe("copies for students", () => {
  const folder = mkdtempSync(join(tmpdir(), "geodl-student-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  it("have no solutions and no outputs", () => {
    const done = spawnSync(process.execPath, [
      geodl,
      "notebooks",
      join(here, "good.ipynb"),
      "--student",
      folder,
    ]);
    expect(done.status).toBe(0);
    const book = JSON.parse(readFileSync(join(folder, "good.ipynb"), "utf8")) as {
      readonly cells: readonly Cell[];
    };
    const tags = book.cells.flatMap((cell) => cell.metadata.tags ?? []);
    expect(tags).toContain("exercise");
    expect(tags).not.toContain("solution");
    expect(book.cells.flatMap((cell) => cell.outputs ?? [])).toEqual([]);
  });

  it("carry the pictures of their text inside, and find the glossary beside them", () => {
    const done = spawnSync(process.execPath, [geodl, "notebooks", "00", "--student", folder]);
    expect(done.status).toBe(0);
    const [first] = (
      JSON.parse(readFileSync(join(folder, "00-start-here.ipynb"), "utf8")) as {
        readonly cells: readonly Cell[];
      }
    ).cells;
    const picture = first!.attachments!["00-record.png"]!["image/png"]!;
    expect(Buffer.from(picture, "base64")).toEqual(
      readFileSync(join(root, "notebooks", "images", "00-record.png")),
    );
    const text = readFileSync(join(folder, "00-start-here.ipynb"), "utf8");
    expect(text).not.toMatch(/\]\((images|\.\.)\//);
    expect(text).toContain("](glossary.md)");
    expect(readFileSync(join(folder, "glossary.md"), "utf8")).toContain("](00-start-here.ipynb)");
  });
});

it.each([
  [["notebooks", "--profile", "huge"], /--profile must be ci, tutorial or paper, got huge/],
  [["notebooks", "99"], /there is no notebook 99/],
  [["notebooks", "nowhere.ipynb"], /there is no notebook or folder nowhere.ipynb/],
])("refuses a wrong call %j with status 2", (args, message) => {
  const done = spawnSync(process.execPath, [geodl, ...args], { encoding: "utf8" });
  expect(done.status).toBe(2);
  expect(done.stderr).toMatch(message);
});
