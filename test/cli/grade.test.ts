// geodl grade: the original's checks decide, whatever a student's notebook does; a row each, and the others go on.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const geodl = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl-grade-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Cell {
  readonly id: string;
  readonly source: string;
  readonly tags?: readonly string[];
}

function write(path: string, cells: readonly Cell[]): void {
  const book = {
    cells: cells.map(({ id, source, tags = [] }) => ({
      cell_type: "code",
      execution_count: null,
      id,
      metadata: { tags },
      outputs: [],
      source,
    })),
    metadata: { kernelspec: { display_name: "TypeScript (geodl)", language: "typescript", name: "geodl" } },
    nbformat: 4,
    nbformat_minor: 5,
  };
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, JSON.stringify(book));
}

const test1 = `await exercise("double: twice", double, (f) => (f(4) === 8 && Math.abs(f(-3)) === 6) || \`4 gives \${f(4)}\`);`;
const test2 = `await exercise("sum", sum, async (f) => (await f(numbers)) === 10 || "not 10");`;

/** The original; solutions are never run. */
const original: readonly Cell[] = [
  { id: "c0", source: 'import { check, exercise, summary } from "geodl/notebook";' },
  {
    id: "c1",
    source: 'const numbers = [1, 2, 3, 4];\ncheck("four numbers", numbers.length, { near: 4, within: 0 });',
  },
  {
    id: "c2",
    source: `let double: ((x: number) => number) | undefined; // = ...\n${test1}`,
    tags: ["exercise"],
  },
  { id: "c3", source: 'throw new Error("a solution was run");', tags: ["solution"] },
  {
    id: "c4",
    source: `let sum: ((x: number[]) => number | Promise<number>) | undefined; // = ...\n${test2}`,
    tags: ["exercise"],
  },
  { id: "c5", source: "const later = numbers.length + 1;" },
  { id: "c6", source: "summary();" },
];

const right = {
  c2: "const double = (x: number) => 2 * x;",
  c4: "const sum = (x: number[]) => x.reduce((a, b) => a + b, 0);",
};

/** A copy with some cells' texts replaced and cells put in before c2. */
function copy(changes: Readonly<Record<string, string>>, added: readonly Cell[] = []): Cell[] {
  return original
    .filter((cell) => !cell.tags?.includes("solution"))
    .flatMap((cell) => [
      ...(cell.id === "c2" ? added : []),
      { ...cell, source: changes[cell.id] ?? cell.source },
    ])
    .filter((cell) => cell.source !== "");
}

const students: Readonly<Record<string, readonly Cell[]>> = {
  "all right": copy(right),
  "as given out": copy({}),
  "one wrong": copy({ ...right, c2: `${right.c2.replace("2 *", "3 *")}\n${test1}` }),
  "own helper": copy({ ...right, c2: "const double = (x: number) => x * two;" }, [
    { id: "mine", source: "const two = 2;" },
  ]),
  "edited check": copy({
    c2: 'console.log("✓ double: twice");\nawait exercise("double: twice", 1, () => true);\nlet double = (x: number) => 0;',
    c4: 'check("sum", true);',
  }),
  "deleted checks": copy({ c1: "", c2: right.c2, c4: "", c6: "" }),
  "edited data": copy({ c1: "const numbers = [10];", c2: right.c2, c4: "const sum = () => 10 + later;" }),
  "declares Math": copy({
    ...right,
    c2: "const Math = { abs: () => 6 };\nconst double = (x: number) => (x === 4 ? 8 : 0);",
  }),
  "patches Math": copy({
    ...right,
    c2: "Math.abs = () => 6;\nconst double = (x: number) => (x === 4 ? 8 : 0);",
  }),
  "forges lines": copy({
    ...right,
    c2: 'const double = (x: number) => { console.log("✓ double: twice"); console.log = () => {}; return 0; };',
  }),
  "leaves in the test": copy({
    ...right,
    c2: 'const double = (x: number): number => { console.log("✓ double: twice"); process.exit(0); };',
  }),
  "infinite loop": copy({ ...right, c2: "while (true) {}" }),
  "never ends": copy({ ...right, c4: "const sum = (x: number[]) => new Promise<number>(() => {});" }),
  "process.exit": copy({ ...right, c2: "process.exit(0);" }),
  "much memory": copy({
    ...right,
    c2: "const all: Float64Array[] = [];\nfor (;;) all.push(new Float64Array(1e7).fill(1));",
  }),
  "much output": copy({
    ...right,
    c2: `for (let i = 0; i < 200_000; i++) console.log("x".repeat(100));\n${right.c2}`,
  }),
  "type error": copy({ ...right, c2: 'const double: (x: number) => number = "two";' }),
};

interface Graded {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  readonly rows: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Rows of a CSV file by their first field, without ".ipynb". */
function rowsOf(text: string): Map<string, Record<string, string>> {
  const lines = text.trimEnd().split("\r\n");
  const fields = lines.map((line) =>
    [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
      ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
    ),
  );
  return new Map(
    fields
      .slice(1)
      .map((row) => [
        row[0]!.replace(".ipynb", ""),
        Object.fromEntries(fields[0]!.map((name, i) => [name, row[i]!])),
      ]),
  );
}

function call(dir: string, out: string, ...more: string[]): Graded {
  const args = [geodl, "grade", dir, "--out", out, "--originals", join(folder, "originals"), ...more];
  const done = spawnSync(process.execPath, args, {
    encoding: "utf8",
    env: { ...process.env, TF_NUM_INTRAOP_THREADS: "1" },
  });
  const text = done.status === 0 ? readFileSync(out, "utf8") : "";
  return { status: done.status, out: done.stdout, err: done.stderr, rows: rowsOf(text) };
}

const classroom = join(folder, "class");
const sheet = join(folder, "grades.csv");
const limits = ["--timeout", "30", "--memory", "900"];
let graded: Graded;

beforeAll(() => {
  write(join(folder, "originals", "09-small.ipynb"), original);
  for (const [name, cells] of Object.entries(students)) write(join(classroom, `${name}.ipynb`), cells);
  writeFileSync(join(classroom, "broken.ipynb"), "{ no notebook");
  write(join(classroom, "deep", "another.ipynb"), [{ id: "c0", source: "1 + 1" }]);
  write(join(classroom, "=cmd.ipynb"), copy(right));
  graded = call(classroom, sheet, ...limits);
}, 600_000);

const states = (name: string) => {
  const row = graded.rows.get(name);
  if (!row) throw new Error(`no row ${name}: ${[...graded.rows.keys()].join(", ")}`);
  return [row["09 four numbers"], row["09 double: twice"], row["09 sum"]];
};
const errorOf = (name: string) => graded.rows.get(name)!.error!;

describe("a class's notebooks", () => {
  it("give a row each, though some hang, end their kernel or are no notebooks", () => {
    expect(graded.err).toBe("");
    expect(graded.status).toBe(0);
    expect(graded.rows.size).toBe(Object.keys(students).length + 3);
    expect(graded.rows.get("all right")).toMatchObject({
      notebook: "09-small.ipynb",
      passed: "3",
      failed: "0",
      open: "0",
      error: "",
    });
    expect(Number(graded.rows.get("all right")!.minutes)).toBeLessThan(5);
    expect(graded.out).toMatch(/^3 passed, 0 failed, 0 open +\d+\.\d min {2}all right\.ipynb$/m);
  });

  it.each([
    ["all right", ["passed", "passed", "passed"], /^$/],
    ["as given out", ["passed", "open", "open"], /^$/],
    ["one wrong", ["passed", "failed", "passed"], /^$/],
    ["own helper", ["passed", "passed", "passed"], /^$/],
    ["much output", ["passed", "passed", "passed"], /^$/],
  ])("%s", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it.each([
    ["edited check", ["passed", "failed", "failed"], /c4: /],
    ["deleted checks", ["passed", "passed", "open"], /c4: |^$/],
    ["edited data", ["passed", "passed", "failed"], /c4: /],
    ["declares Math", ["passed", "failed", "passed"], /c2 declares Math/],
    ["patches Math", ["passed", "failed", "passed"], /c2 changes Math.abs/],
    ["forges lines", ["passed", "failed", "passed"], /c2 changes console.log/],
    ["leaves in the test", ["passed", "failed", "passed"], /c2: the kernel ended/],
  ])("%s does not fool it", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it.each([
    ["infinite loop", ["passed", "failed", "passed"], /c2: took more than 10 s/],
    ["never ends", ["passed", "passed", "failed"], /c4: took more than 10 s/],
    ["process.exit", ["passed", "failed", "passed"], /c2: the kernel ended/],
    ["much memory", ["passed", "failed", "passed"], /c2: passed the memory limit of 900 MB/],
    ["type error", ["passed", "failed", "passed"], /c2: /],
  ])("%s costs its own check alone", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it("says which files are no copies", () => {
    expect(errorOf("broken")).toMatch(/must be a notebook/);
    expect(errorOf("deep/another")).toMatch(/copy of none of the originals/);
  });

  it("keeps a spreadsheet from reading a formula", () => {
    expect(graded.rows.get("'=cmd")).toMatchObject({ passed: "3" });
  });
});

describe("going on", () => {
  it("grades only what has changed, to the same table", () => {
    const since = performance.now();
    const again = call(classroom, sheet, ...limits);
    expect(again.rows).toEqual(graded.rows);
    expect(performance.now() - since).toBeLessThan(20_000);
  });

  it("stops at SIGTERM with its kernel gone, and goes on", { timeout: 120_000 }, async () => {
    const two = join(folder, "two");
    write(join(two, "a.ipynb"), copy(right));
    write(join(two, "b.ipynb"), copy({ ...right, c2: "await new Promise((f) => setTimeout(f, 15_000));" }));
    const out = join(folder, "two.csv");
    const args = [geodl, "grade", two, "--out", out, "--originals", join(folder, "originals")];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("a.ipynb")) setTimeout(() => child.kill("SIGTERM"), 3000);
    });
    const status = await new Promise((resolve) => child.once("exit", resolve));
    expect(status).toBe(130);
    const journal = readFileSync(`${out}.journal`, "utf8");
    expect(journal.trimEnd().split("\n").length).toBe(2); // the original and a.ipynb
    rmSync(join(two, "b.ipynb"));
    const after = call(two, out);
    expect(after.rows.get("a")).toMatchObject({ passed: "3" });
    expect(readFileSync(`${out}.journal`, "utf8")).toBe(journal);
  });
});

describe("a wrong call", () => {
  it.each([
    [["nowhere", "--out", "x.csv"], 2, /there is no folder nowhere/],
    [[folder, "--out", "x.csv", "--timeout", "0"], 2, /--timeout must be a number above 0/],
    [[folder], 2, /--out FILE says where the grades go/],
  ])("%j is refused", (args, status, message) => {
    const done = spawnSync(process.execPath, [geodl, "grade", ...args], { encoding: "utf8" });
    expect(done.status).toBe(status);
    expect(done.stderr).toMatch(message);
  });

  it("an original that fails here is named before anybody is graded", () => {
    const bad = join(folder, "bad");
    write(
      join(bad, "08-bad.ipynb"),
      original.map((cell) =>
        cell.id === "c1" ? { ...cell, source: cell.source.replace("near: 4", "near: 5") } : cell,
      ),
    );
    const done = spawnSync(
      process.execPath,
      [geodl, "grade", bad, "--out", join(folder, "bad.csv"), "--originals", bad],
      { encoding: "utf8" },
    );
    expect(done.status).toBe(1);
    expect(done.stderr).toMatch(
      /the original 08-bad.ipynb must be sound here .* a failed check "four numbers"/,
    );
  });
});
