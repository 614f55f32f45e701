// What is run to grade a notebook: the original's own cells and checks, with a student's answers in the places of the exercises.
import { type Cell, matchCells } from "./grade-book.js";
import { checksIn, declares, takes } from "./grade-names.js";

/** One cell to run. */
export interface Step {
  /** own: the original's; student: what a student wrote; check: the original's test of an exercise. */
  readonly role: "own" | "student" | "check";
  /** Id of the cell. */
  readonly cell: string;
  readonly source: string;
  /** Names of the checks that stand in it, for role check and own. */
  readonly checks: readonly string[];
  /** Id of the exercise that it belongs to, for the roles student (in an exercise's cell) and check. */
  readonly exercise?: string;
}

/** What is run, and what is not. */
export interface Plan {
  readonly steps: readonly Step[];
  /** A line for each of the student's cells that is not run, with the reason. */
  readonly refused: readonly { readonly cell: string; readonly exercise?: string; readonly why: string }[];
}

/** An exercise's cell in two: what a student changes, and the test from its first `await exercise(` on. */
export function cutExercise(source: string): { readonly answer: string; readonly test: string } {
  const at = /^await exercise\(/m.exec(source)?.index ?? source.length;
  return { answer: source.slice(0, at), test: source.slice(at) };
}

const has = (cell: Cell, tag: string) => cell.tags.includes(tag);

/** The plan for a student's notebook. Cells of the original stand as they are there, whatever the student made of them, in the original's
 *  order; the text of an exercise's cell and cells that the student added are the student's. A solution is never run.
 *
 *  A student's cell that declares a name which the original's later cells take from elsewhere (`exercise`, `Math`, a variable of
 *  the notebook) is refused, for it could change what they test.
 *
 *  @param original Cells of the original.
 *  @param student Cells of the student's notebook; the original itself gives the plan with every exercise open. */
export function planOf(original: readonly Cell[], student: readonly Cell[]): Plan {
  const matched = matchCells(original, student);
  const answers = new Map<number, Cell>();
  const added = new Map<number, Cell[]>();
  let last = -1;
  for (const [i, cell] of student.entries()) {
    const at = matched[i];
    if (at === undefined) {
      if (cell.isCode && cell.source.trim() !== "") added.set(last, [...(added.get(last) ?? []), cell]);
      continue;
    }
    last = at;
    answers.set(at, cell);
  }
  const mine = new Set([...added.values()].flat().flatMap(({ source }) => [...declares(source)]));
  const steps: Step[] = [];
  const theirs = (cell: Cell, exercise?: string): Step => ({
    role: "student",
    cell: cell.id,
    source: cell.source,
    checks: [],
    exercise,
  });
  steps.push(...(added.get(-1) ?? []).map((cell) => theirs(cell)));
  for (const [k, cell] of original.entries()) {
    const extra = added.get(k) ?? [];
    const isExercise = cell.isCode && has(cell, "exercise");
    if (isExercise) {
      const { answer: stub, test } = cutExercise(cell.source);
      const answer = answers.get(k);
      // a cell that was thrown away or emptied is an exercise not done: its names are declared as they were given out
      if (answer && answer.source.trim() !== "") steps.push(theirs(answer, cell.id));
      else if (![...declares(stub)].some((name) => mine.has(name)))
        steps.push({ ...theirs(cell), role: "own", source: stub });
      steps.push(...extra.map((one) => theirs(one)));
      if (test !== "")
        steps.push({ role: "check", cell: cell.id, source: test, checks: checksIn(test), exercise: cell.id });
      continue;
    }
    if (cell.isCode && !has(cell, "solution"))
      steps.push({ role: "own", cell: cell.id, source: cell.source, checks: checksIn(cell.source) });
    steps.push(...extra.map((one) => theirs(one)));
  }
  return refuse(steps, original);
}

function refuse(steps: readonly Step[], original: readonly Cell[]): Plan {
  const stubs = new Map(original.map((cell) => [cell.id, declares(cutExercise(cell.source).answer)]));
  const needs = steps.map(({ role, source }) => (role === "student" ? new Set<string>() : takes(source)));
  const kept: Step[] = [];
  const refused: { cell: string; exercise?: string; why: string }[] = [];
  for (const [i, step] of steps.entries()) {
    const meant = step.role === "student" ? [...declares(step.source)] : [];
    const taken = meant.find((name) =>
      steps.some(
        (later, k) =>
          k > i &&
          needs[k]!.has(name) &&
          !(later.exercise !== undefined && stubs.get(later.exercise)!.has(name)),
      ),
    );
    if (taken === undefined) kept.push(step);
    else
      refused.push({
        cell: step.cell,
        exercise: step.exercise,
        why: `${step.cell} declares ${taken}, which the notebook's own cells use: not run`,
      });
  }
  return { steps: kept, refused };
}
