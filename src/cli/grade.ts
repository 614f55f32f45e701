// geodl grade: runs a folder of students' notebooks, each in a fresh kernel with limits, and writes who passed which check.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { type Cell, likeness, readCells } from "./grade-book.js";
import { planOf } from "./grade-plan.js";
import { type CheckState, type Limits, runPlan } from "./grade-run.js";
import { count, csvOf, noteGrade, type Row, readGrades } from "./grade-sheet.js";
import { interrupted, withInterrupt } from "./interrupt.js";
import { outFile } from "./out-file.js";
import { root } from "./paths.js";
import { type Call, numberOption, stringOption, UsageError, type Verb } from "./verb.js";
import { writeWhole } from "./whole-file.js";

/** An original: a notebook of the course, or of the teacher's own. */
interface Original {
  readonly name: string;
  readonly cells: readonly Cell[];
}

/** Everything that a grading needs to know. */
interface Job {
  readonly limits: Limits;
  readonly profile: string;
  readonly journal: string;
  readonly signal: AbortSignal;
}

const isNotebook = (name: string) => name.endsWith(".ipynb");

/** Notebooks below a folder, sorted, but for the copies that Jupyter keeps. */
function notebooksIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => isNotebook(name) && !name.includes(".ipynb_checkpoints"))
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

const sha = (text: string) => createHash("sha256").update(text).digest("hex").slice(0, 16);

function keyOf(job: Job, original: Original, text: string): string {
  return sha(JSON.stringify(["exercises, lines", original, job.limits, job.profile, text]));
}

/** The original of a student's notebook: the one with which it shares the most cells, two at least, that no other original has. */
function originalOf(originals: readonly Original[], cells: readonly Cell[]): Original | undefined {
  const holders = (text: string) =>
    originals.filter((one) => one.cells.some(({ source }) => source.trim() === text)).length;
  const isCommon = (text: string) => holders(text) > 1;
  const scored = originals.map((original) => ({
    original,
    score: likeness(original.cells, cells, isCommon),
  }));
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score >= Math.min(2, best.original.cells.length) ? best.original : undefined;
}

const line = (text: string) => text.replace(/\s+/g, " ").slice(0, 400);

/** Runs an original with every exercise open: which checks there are, and whether they hold on this machine.
 *  @throws Error if they do not: no student's notebook would be graded fairly. */
async function reference(job: Job, original: Original, done: Map<string, Row>): Promise<Row> {
  const key = keyOf(job, original, "the original");
  const before = done.get(key);
  if (before) return before;
  const { checks, errors, seconds } = await runPlan(planOf(original.cells, original.cells), job);
  const raises = new Set(
    original.cells.filter(({ tags }) => tags.includes("raises-exception")).map(({ id }) => id),
  );
  const faults = errors.filter((error) => !raises.has(error.split(":")[0]!));
  const failed = [...checks].filter(([, state]) => state === "failed").map(([name]) => name);
  if (faults.length > 0 || failed.length > 0)
    throw new Error(
      `the original ${original.name} must be sound here before students' copies are graded, got ${faults[0] ?? `a failed check "${failed[0]}"`}; \`geodl notebooks ${original.name} --profile ${job.profile}\` says more, or allow it more by --timeout and --memory`,
    );
  const row: Row = {
    file: "",
    notebook: original.name,
    checks: Object.fromEntries(checks),
    minutes: seconds / 60,
    error: errors.join("\n"), // each is a line, and may hold any other sign
  };
  done.set(key, row);
  noteGrade(job.journal, key, row);
  return row;
}

/** Grades one notebook; whatever is wrong with it, there is a row. */
async function gradeOne(
  job: Job,
  folder: string,
  file: string,
  originals: readonly Original[],
  done: Map<string, Row>,
): Promise<Row> {
  const path = join(folder, file);
  let cells: Cell[];
  try {
    cells = readCells(path);
  } catch (error) {
    return { file, notebook: "", checks: {}, minutes: 0, error: line((error as Error).message) };
  }
  const original = originalOf(originals, cells);
  if (!original)
    return {
      file,
      notebook: "",
      checks: {},
      minutes: 0,
      error: "is a copy of none of the originals: fewer than two of its cells are as one of them has them",
    };
  const whole = await reference(job, original, done);
  const key = keyOf(job, original, file + readFileSync(path, "utf8"));
  const before = done.get(key);
  if (before) return before;
  const { checks, errors, seconds } = await runPlan(planOf(original.cells, cells), job);
  const expected = new Set(whole.error.split("\n"));
  const states: Record<string, CheckState> = {};
  for (const name of Object.keys(whole.checks)) states[name] = checks.get(name) ?? "open";
  const steps = planOf(original.cells, original.cells).steps;
  const tests = new Set(steps.flatMap((step) => (step.role === "check" ? step.checks : [])));
  const exercises = tests.size > 0 ? Object.keys(states).filter((name) => tests.has(name)) : undefined;
  const broken = Object.keys(states).filter(
    (name) => !tests.has(name) && states[name] !== whole.checks[name],
  );
  const lost = broken.slice(0, 2).map((name) => `the notebook's own check "${name}" is ${states[name]}`);
  const error = line([...errors.filter((text) => !expected.has(text)), ...lost].join("; "));
  const row = { file, notebook: original.name, checks: states, exercises, minutes: seconds / 60, error };
  noteGrade(job.journal, key, row);
  return row;
}

const told = (row: Row) =>
  `${`${count(row, "passed")} passed, ${count(row, "failed")} failed, ${count(row, "open")} open`.padEnd(32)} ${row.minutes.toFixed(1).padStart(5)} min  ${row.file}${row.error ? `: ${row.error}` : ""}`;

async function gradeAll(
  job: Job,
  folder: string,
  out: string,
  originals: readonly Original[],
): Promise<number> {
  const done = readGrades(job.journal);
  const rows: Row[] = [];
  for (const file of notebooksIn(folder)) {
    if (job.signal.aborted) return interrupted;
    const row = await gradeOne(job, folder, file, originals, done).catch((error: unknown) => {
      if (job.signal.aborted) return undefined;
      throw error;
    });
    if (!row) return interrupted;
    rows.push(row);
    writeWhole(out, csvOf(rows));
    console.log(told(row));
  }
  const errors = rows.filter(({ error }) => error !== "").length;
  console.log(
    `${rows.length} notebooks in ${out}; ${errors} with an error; tests: those of the originals, profile ${job.profile}`,
  );
  return 0;
}

const positive = (call: Call, name: string, otherwise: number): number =>
  numberOption(call, name, (v) => v > 0 && v < 1e6, "a number above 0") ?? otherwise;

async function run(call: Call): Promise<number> {
  const [name] = call.positionals;
  if (name === undefined || call.positionals.length !== 1)
    throw new UsageError(`one folder of students' notebooks, got ${call.positionals.length}`);
  const folder = resolve(name);
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    throw new UsageError(`there is no folder ${name}`);
  if (notebooksIn(folder).length === 0) throw new UsageError(`there is no notebook in ${name}`);
  const given = stringOption(call, "out");
  if (given === undefined) throw new UsageError("--out FILE says where the grades go, got none");
  const source = resolve(stringOption(call, "originals") ?? join(root, "notebooks"));
  if (!existsSync(source)) throw new UsageError(`there is no folder or notebook ${source}`);
  const files = statSync(source).isDirectory()
    ? notebooksIn(source).map((file) => join(source, file))
    : [source];
  if (files.length === 0) throw new UsageError(`there is no notebook in ${source}`);
  const originals = files.map((file) => ({ name: basename(file), cells: readCells(file) }));
  const seconds = positive(call, "timeout", 300);
  const limits = {
    seconds,
    cellSeconds: Math.min(60, seconds / 3),
    megabytes: positive(call, "memory", 2000),
  };
  const profile = stringOption(call, "profile") ?? "ci";
  if (!["ci", "tutorial", "paper"].includes(profile))
    throw new UsageError(`--profile must be ci, tutorial or paper, got ${profile}`);
  const out = outFile("--out", given, []);
  return await withInterrupt(async (signal) => {
    const status = await gradeAll(
      { limits, profile, journal: `${out}.journal`, signal },
      folder,
      out,
      originals,
    );
    if (status === interrupted) console.error("geodl grade: stopped; the same call goes on from here");
    return status;
  });
}

export const verb: Verb = {
  usage: "DIR --out grades.csv [--timeout S] [--memory MB] [--profile P] [--originals DIR]",
  options: {
    out: { type: "string" },
    timeout: { type: "string" },
    memory: { type: "string" },
    profile: { type: "string" },
    originals: { type: "string" },
  },
  help: [
    "DIR         a folder of students' notebooks, at any depth, under any name",
    "--out       table as CSV: a row a notebook, how many exercises passed, a column a check (passed, failed or open); FILE.journal keeps",
    "            what is done",
    "--timeout   seconds a notebook may take, default 300; a student's cell or an exercise's test a third of them, 60 at most",
    "--memory    MB that its kernel may take, default 2000",
    "--profile   ci (default), tutorial or paper: how large the runs are",
    "--originals the notebooks that were given out, with their checks; default the course's",
    "",
    "Of a student's notebook only the answers in exercise cells and added cells are run; everything else, every check above all, is the",
    "original's. Students' code runs with your rights: grade under an account or in a container that may lose its files.",
  ],
  example: "geodl grade handed-in --out grades.csv",
  run,
};
