// Checks and exercises: a notebook's own tests, summed up in its last cell.

/** What a number is compared with; every field that is given must hold. */
export interface Expectation {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Target value; needs `within`. */
  readonly near?: number;
  /** Largest allowed distance from `near`, same unit. */
  readonly within?: number;
}

type State = "passed" | "failed" | "open";

const results = new Map<string, State>();

const marks: Record<State, string> = { passed: "✓", failed: "✗", open: "○" };

function note(name: string, state: State, detail = ""): void {
  results.set(name, state);
  console.log(`${marks[state]} ${name}${detail ? `: ${detail}` : ""}`);
}

function text(x: number): string {
  return String(Number(x.toPrecision(6)));
}

function rule(expected: Expectation): string {
  const parts: string[] = [];
  if (expected.near !== undefined) parts.push(`${text(expected.near)} ± ${text(expected.within!)}`);
  if (expected.atLeast !== undefined) parts.push(`at least ${text(expected.atLeast)}`);
  if (expected.atMost !== undefined) parts.push(`at most ${text(expected.atMost)}`);
  return parts.join(", ");
}

function holds(value: number, expected: Expectation): boolean {
  if (!Number.isFinite(value)) return false;
  if (expected.near !== undefined && !(Math.abs(value - expected.near) <= expected.within!)) return false;
  if (expected.atLeast !== undefined && !(value >= expected.atLeast)) return false;
  return expected.atMost === undefined || value <= expected.atMost;
}

/** Notes whether something holds and prints one line; `summary` counts it. A failed check does not stop the cell. A name noted again replaces the earlier result.
 *
 *  @param name What is checked, unique in the notebook.
 *  @param value true or false, or a number to compare with `expected`.
 *  @param expected For a number: `{ near, within }`, `{ atLeast }`, `{ atMost }` or several. NaN fails every one.
 *  @throws TypeError if a number comes without, or a boolean with, an expectation.
 *  @example check("P pick", error, { near: 0, within: 0.1 }); */
export function check(name: string, value: boolean): void;
export function check(name: string, value: number, expected: Expectation): void;
export function check(name: string, value: boolean | number, expected?: Expectation): void {
  if (typeof value === "boolean") {
    if (expected !== undefined)
      throw new TypeError(`check: an expectation needs a number to compare, got ${value} for "${name}"`);
    note(name, value ? "passed" : "failed");
    return;
  }
  if (typeof value !== "number")
    throw new TypeError(`check: the value must be a boolean or a number, got ${typeof value} for "${name}"`);
  if (expected === undefined || rule(withTarget(name, expected)) === "")
    throw new TypeError(
      `check: a number needs an expectation such as { atLeast: 1 }, got ${value} alone for "${name}"`,
    );
  const passed = holds(value, expected);
  note(name, passed ? "passed" : "failed", `${text(value)} (${passed ? "" : "expected "}${rule(expected)})`);
}

function withTarget(name: string, expected: Expectation): Expectation {
  if ((expected.near === undefined) !== (expected.within === undefined))
    throw new TypeError(`check: near and within go together, got ${JSON.stringify(expected)} for "${name}"`);
  return expected;
}

/** Tries a reader's answer. Not done yet (undefined) is open, not wrong.
 *
 *  @param name Name of the exercise, unique in the notebook.
 *  @param answer What the reader wrote: a value or a function; undefined while it is not done.
 *  @param test Gets the answer; returns true, or false or a hint where it is wrong. May be async. A throw counts as wrong.
 *  @example await exercise("rms", rms, (f) => Math.abs(f([3, 4]) - 3.5355) < 1e-3 || "divide by n before the root"); */
export async function exercise<T>(
  name: string,
  answer: T | undefined,
  test: (answer: T) => boolean | string | Promise<boolean | string>,
): Promise<void> {
  if (answer === undefined) {
    note(name, "open", "your turn");
    return;
  }
  let verdict: boolean | string;
  try {
    verdict = await test(answer);
  } catch (error) {
    verdict = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  if (verdict === true) note(name, "passed");
  else note(name, "failed", verdict === false ? "not yet" : verdict);
}

/** Prints the line that ends every notebook, `checks: N passed, N failed, N open`.
 *
 *  @throws Error that names the failed checks, if there are any. */
export function summary(): void {
  const counts: Record<State, number> = { passed: 0, failed: 0, open: 0 };
  for (const state of results.values()) counts[state]++;
  console.log(`checks: ${counts.passed} passed, ${counts.failed} failed, ${counts.open} open`);
  if (counts.failed > 0) {
    const failed = [...results].filter(([, state]) => state === "failed").map(([name]) => `"${name}"`);
    throw new Error(`summary: every check must pass, got ${counts.failed} failed: ${failed.join(", ")}`);
  }
}
