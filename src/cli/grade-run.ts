// Runs a plan in fresh kernels and reads the states of its checks out of what the original's own cells print.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plan, Step } from "./grade-plan.js";
import { jupyterEnvironment, python, root } from "./paths.js";

/** What became of a check. */
export type CheckState = "passed" | "failed" | "open";

/** Limits of a notebook. */
export interface Limits {
  /** All cells together, s. */
  readonly seconds: number;
  /** A student's cell, or the test of an exercise, s. */
  readonly cellSeconds: number;
  /** Memory of the kernel and what it starts, MB. */
  readonly megabytes: number;
}

/** What a graded notebook comes to. */
export interface Graded {
  /** By name, in the order in which they were noted; one that was never noted is not in it. */
  readonly checks: ReadonlyMap<string, CheckState>;
  /** What went wrong, a line each; of the original's own cells too. */
  readonly errors: readonly string[];
  readonly seconds: number;
  /** Largest memory, MB. */
  readonly peak: number;
}

interface CellResult {
  readonly status: "ok" | "error" | "timeout" | "died";
  readonly text: string;
  readonly error: string | null;
  readonly changed: readonly string[];
}

interface Life {
  readonly cells: readonly CellResult[];
  readonly fault: string | null;
  readonly seconds: number;
  readonly peakMB: number;
}

/** The cast keeps the cell's type check from looking for the module's types. */
const guard = `(await import(${JSON.stringify(new URL("./grade-guard.js", import.meta.url).href)} as string)).report();`;
const marks: Readonly<Record<string, CheckState>> = { "✓": "passed", "✗": "failed", "○": "open" };
const rank: readonly CheckState[] = ["passed", "open", "failed"];

/** One kernel from its start to its end. */
function live(steps: readonly Step[], limits: Limits, profile: string, signal: AbortSignal): Promise<Life> {
  const folder = mkdtempSync(join(tmpdir(), "geodl-grade-"));
  const cells = steps.map(({ role, source }) => ({ role, source }));
  const env = {
    ...jupyterEnvironment(),
    GEODL_PROFILE: profile,
    GEODL_STATIC: "1",
    PYTHONDONTWRITEBYTECODE: "1",
  };
  return new Promise<Life>((resolve, reject) => {
    const child = spawn(python(), [join(root, "bin", "grade.py")], { env, signal });
    let out = "";
    let said = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said = (said + text).slice(-2000);
    });
    child.once("error", reject);
    child.once("close", (code) => {
      try {
        resolve(JSON.parse(out.slice(out.indexOf("{"))) as Life);
      } catch {
        const why = said.trim().split("\n").at(-1) || `exit status ${code}`;
        reject(new Error(`runPlan: the runner must answer, got ${why}`));
      }
    });
    child.stdin.on("error", () => {}); // it ended before it read: "close" tells
    child.stdin.end(JSON.stringify({ ...limits, cells, folder, guard }));
  }).finally(() => rmSync(folder, { recursive: true, force: true }));
}

/** Checks that a cell's text tells of. @param known Names that may hold ": ". */
function noted(text: string, known: readonly string[]): [string, CheckState][] {
  return text.split("\n").flatMap((line): [string, CheckState][] => {
    const state = marks[line[0] ?? ""];
    if (state === undefined || line[1] !== " ") return [];
    const rest = line.slice(2).trimEnd();
    const fits = known.filter((name) => rest === name || rest.startsWith(`${name}: `));
    const longest = fits.sort((a, b) => b.length - a.length)[0];
    return [[longest ?? rest.split(": ")[0]!, state]];
  });
}

/** Runs a plan. A cell of the student's that ends the kernel is left out, and what follows is run again in another one.
 *
 *  @param options.signal Aborted: ends the kernel at work. @throws AbortError then; Error if no kernel starts. */
export async function runPlan(
  plan: Plan,
  options: { readonly limits: Limits; readonly profile: string; readonly signal: AbortSignal },
): Promise<Graded> {
  const { limits, profile, signal } = options;
  const failed = new Set(plan.refused.map(({ exercise }) => exercise));
  const errors = plan.refused.map(({ why }) => why);
  let steps = plan.steps.filter((step) => step.role !== "check" || !failed.has(step.exercise));
  let seconds = 0;
  let peak = 0;
  for (;;) {
    const life = await live(steps, limits, profile, signal);
    seconds += life.seconds;
    peak = Math.max(peak, life.peakMB);
    const last = steps[life.cells.length - 1];
    if (life.cells.at(-1)?.status === "died" && last && last.role !== "own") {
      errors.push(`${last.cell}: ${life.cells.at(-1)!.error}`);
      if (last.exercise !== undefined) failed.add(last.exercise);
      steps = steps.filter((step) => step !== last && !(step.role === "check" && failed.has(step.exercise)));
      continue;
    }
    if (life.fault) errors.push(life.fault);
    return { ...read(plan, steps, life, failed, errors), seconds, peak };
  }
}

function read(
  plan: Plan,
  steps: readonly Step[],
  life: Life,
  lost: ReadonlySet<string | undefined>,
  before: readonly string[],
): { readonly checks: ReadonlyMap<string, CheckState>; readonly errors: readonly string[] } {
  const checks = new Map<string, CheckState>();
  const errors = [...before];
  const note = (name: string, state: CheckState) => {
    const old = checks.get(name);
    checks.set(name, old !== undefined && rank.indexOf(old) > rank.indexOf(state) ? old : state);
  };
  const tampered = new Set<string | undefined>();
  for (const [i, { status, text, error, changed }] of life.cells.entries()) {
    const step = steps[i]!;
    if (changed.length > 0) {
      tampered.add(step.exercise ?? step.cell);
      errors.push(`${step.cell} changes ${changed.slice(0, 3).join(", ")}`);
    }
    const isTold = step.role === "check" && errors.some((line) => line.startsWith(`${step.cell}: `));
    if (error && !isTold && !/^Error: summary: /.test(error))
      errors.push(`${step.cell}: ${error.split("\n")[0]!.replace(/\bIn\[\d+\] (?=line )/, "")}`);
    if (step.role === "student") continue;
    const isSound = step.role === "own" || (status === "ok" && !tampered.has(step.exercise));
    for (const [name, state] of noted(text, step.checks)) if (isSound) note(name, state);
    if (!isSound) for (const name of step.checks) note(name, "failed");
  }
  for (const step of plan.steps)
    if (step.role === "check" && lost.has(step.exercise))
      for (const name of step.checks) note(name, "failed");
  return { checks, errors };
}
