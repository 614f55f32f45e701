// geodl grade: the original's checks decide, whatever a student's notebook does; a row each, and the others go on.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { likeness } from "../../dist/cli/grade-book.js";
import { planOf } from "../../dist/cli/grade-plan.js";
import { csvOf } from "../../dist/cli/grade-sheet.js";
import { type Cell, copy, original, right, students, write } from "./grade-class.js";

const geodl = fileURLToPath(new URL("../../bin/geodl.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "geodl-grade-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

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

/** The cheap half of the class; the other half, a kernel or two each, comes with GEODL_LONG=1. */
const always = ["all right", "as given out", "edited check", "infinite loop", "process.exit", "patches Math"];
const here = <T extends readonly [string, ...unknown[]]>(rows: readonly T[]): T[] =>
  rows.filter(([name]) => isLong || always.includes(name));
const isLong = process.env.GEODL_LONG === "1";
const present = Object.entries(students).filter(([name]) => isLong || always.includes(name));
const classroom = join(folder, "class");
const sheet = join(folder, "grades.csv");
const limits = ["--timeout", "30", "--memory", "900"];
let graded: Graded;
write(join(folder, "originals", "09-small.ipynb"), original);

const states = (name: string) => {
  const row = graded.rows.get(name);
  if (!row) throw new Error(`no row ${name}: ${[...graded.rows.keys()].join(", ")}`);
  return [row["09 four numbers"], row["09 double: twice"], row["09 sum"]];
};
const errorOf = (name: string) => graded.rows.get(name)!.error!;

describe("a class's notebooks", () => {
  beforeAll(() => {
    for (const [name, cells] of present) write(join(classroom, `${name}.ipynb`), cells);
    writeFileSync(join(classroom, "broken.ipynb"), "{ no notebook");
    write(join(classroom, "deep", "another.ipynb"), [{ id: "c0", source: "1 + 1" }]);
    graded = call(classroom, sheet, ...limits);
  }, 600_000);

  it("give a row each, though some hang, end their kernel or are no notebooks", () => {
    expect(graded.err).toBe("");
    expect(graded.status).toBe(0);
    expect(graded.rows.size).toBe(present.length + 2);
    expect(graded.rows.get("all right")).toMatchObject({
      notebook: "09-small.ipynb",
      passed: "2",
      failed: "0",
      open: "0",
      error: "",
    });
    expect(Number(graded.rows.get("all right")!.minutes)).toBeLessThan(5);
    expect(graded.out).toMatch(/^2 passed, 0 failed, 0 open +\d+\.\d min {2}all right\.ipynb$/m);
  });

  it.each(
    here([
      ["all right", ["passed", "passed", "passed"], /^$/],
      ["as given out", ["passed", "open", "open"], /^$/],
      ["one wrong", ["passed", "failed", "passed"], /^$/],
      ["own helper", ["passed", "passed", "passed"], /^$/],
      ["much output", ["passed", "passed", "passed"], /^$/],
    ] as const),
  )("%s", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it.each(
    here([
      ["edited check", ["passed", "failed", "failed"], /c4: /],
      ["deleted checks", ["passed", "passed", "open"], /c4: |^$/],
      ["edited data", ["passed", "passed", "failed"], /c4: /],
      ["declares Math", ["passed", "failed", "passed"], /c2 declares Math/],
      ["patches Math", ["passed", "failed", "passed"], /c2 changes Math.abs/],
      ["forges lines", ["passed", "failed", "passed"], /c2 changes console.log/],
      ["leaves in the test", ["passed", "failed", "passed"], /c2: the kernel ended/],
    ] as const),
  )("%s does not fool it", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it.each(
    here([
      ["infinite loop", ["passed", "failed", "passed"], /c2: took more than 10 s/],
      ["never ends", ["passed", "passed", "failed"], /c4: took more than 10 s/],
      ["process.exit", ["passed", "failed", "passed"], /c2: the kernel ended/],
      ["much memory", ["passed", "failed", "passed"], /c2: passed the memory limit of 900 MB/],
      ["type error", ["passed", "failed", "passed"], /c2: /],
    ] as const),
  )("%s costs its own check alone", (name, expected, error) => {
    expect(states(name)).toEqual(expected);
    expect(errorOf(name)).toMatch(error);
  });

  it("says which files are no copies", () => {
    expect(errorOf("broken")).toMatch(/must be a notebook/);
    expect(errorOf("deep/another")).toMatch(/copy of none of the originals/);
  });
});

const cellsOf = (cells: readonly Cell[]) =>
  cells.map(({ id, source, tags = [] }) => ({ id, isCode: true, source, tags }));
const plan = (student: readonly Cell[]) => planOf(cellsOf(original), cellsOf(student));
const shape = (student: readonly Cell[]) => plan(student).steps.map(({ role, cell }) => `${role} ${cell}`);
const whole = [
  "own c0",
  "own c1",
  "student c2",
  "check c2",
  "student c4",
  "check c4",
  "own c5",
  "own c6",
  "own c7",
];

describe("what is run", () => {
  it("is the original with the answers in it, never a solution", () => {
    expect(shape(copy(right))).toEqual(whole);
    expect(shape(original)).toEqual(whole);
    const { steps } = plan(copy({ ...right, c1: "const numbers = [10];" }));
    expect(steps.find(({ cell }) => cell === "c1")!.source).toContain("[1, 2, 3, 4]");
    expect(steps.find(({ role, cell }) => role === "check" && cell === "c2")!.source).toMatch(
      /^await exercise/,
    );
    expect(shape(copy({ c1: "", c2: "", c4: "", c6: "" }))).toEqual(
      whole.map((step) => step.replace("student", "own")),
    );
    const elsewhere = copy({ c2: "" }, [{ id: "mine", source: right.c2 }]);
    expect(shape(elsewhere)).toEqual(whole.map((step) => step.replace("student c2", "student mine")));
  });

  it("holds added cells where they stand, and finds exercises by their order where ids are lost", () => {
    const mine = { id: "mine", source: "const two = 2;" };
    expect(shape(copy(right, [mine]))).toEqual([...whole.slice(0, 2), "student mine", ...whole.slice(2)]);
    const lost = copy(right).map((cell, i) => ({ ...cell, id: `x${i}` }));
    expect(shape(lost)).toEqual(
      whole.map((step) => step.replace("student c2", "student x2").replace("student c4", "student x3")),
    );
  });

  it.each([
    ["const Math = { abs: () => 6 };", "Math"],
    ["const exercise = async () => {};", "exercise"],
    ["function summary() {}", "summary"],
    ["import { a as numbers } from 'b';", "numbers"],
  ])("leaves out an added cell that declares what the original's cells use: %s", (source, name) => {
    const { steps, refused } = plan(copy(right, [{ id: "mine", source }]));
    expect(steps.map(({ cell }) => cell)).not.toContain("mine");
    expect(refused).toMatchObject([
      { cell: "mine", why: `mine declares ${name}, which the notebook's own cells use: not run` },
    ]);
  });

  it("lets names be that the original uses only inside its functions, as properties, or declares itself", () => {
    for (const source of [
      "const f = 1;",
      "const near = 1;",
      "const later = 1;",
      "const double = (x: number) => x;",
    ])
      expect(plan(copy(right, [{ id: "mine", source }])).refused).toEqual([]);
  });
});

describe("the original of a notebook", () => {
  const common = (text: string) => text === "summary();";
  const [own, theirs] = [cellsOf(original), cellsOf(copy(right))];

  it("is found by texts, for an older Jupyter takes the ids away", () => {
    const lost = theirs.map((cell, i) => ({ ...cell, id: `#${i}` }));
    expect(likeness(own, lost, common)).toBe(4);
    expect(likeness(own, theirs, common)).toBe(4);
  });

  it("is not found by what every notebook holds", () => {
    expect(likeness(own, cellsOf([{ id: "c6", source: "summary();" }]), common)).toBe(0);
  });
});

describe("the table", () => {
  const row = (file: string, error: string) => ({
    file,
    notebook: "09-small.ipynb",
    checks: { "a, b": "passed", c: "open" } as const,
    minutes: 0.51,
    error,
  });

  it("has a column a check, and no field that a spreadsheet takes for a formula", () => {
    expect(csvOf([row("=cmd.ipynb", 'said "no"'), row("b.ipynb", "")])).toBe(
      'file,notebook,passed,failed,open,minutes,error,"09 a, b",09 c\r\n' +
        '\'=cmd.ipynb,09-small.ipynb,1,0,1,0.5,"said ""no""",passed,open\r\n' +
        "b.ipynb,09-small.ipynb,1,0,1,0.5,,passed,open\r\n",
    );
  });
});

describe("what is counted", () => {
  const own = {
    file: "a.ipynb",
    notebook: "09-small.ipynb",
    checks: { "four numbers": "passed", "double: twice": "open", sum: "failed" },
    exercises: ["double: twice", "sum"],
    minutes: 1,
    error: "",
  } as const;

  it("is exercises, and their columns come first: an untouched copy has passed nothing", () => {
    expect(csvOf([own])).toBe(
      "file,notebook,passed,failed,open,minutes,error,09 double: twice,09 sum,09 four numbers\r\n" +
        "a.ipynb,09-small.ipynb,0,1,1,1.0,,open,failed,passed\r\n",
    );
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
    expect(after.rows.get("a")).toMatchObject({ passed: "2" });
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
