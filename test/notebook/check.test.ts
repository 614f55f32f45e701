// Checks, exercises and the summary that ends a notebook.
import { check, exercise, summary } from "geodl/notebook";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => vi.restoreAllMocks());

describe("check", () => {
  it.each([
    [1.05, { near: 1, within: 0.1 }, true],
    [1.2, { near: 1, within: 0.1 }, false],
    [3, { atLeast: 3 }, true],
    [2.9, { atLeast: 3 }, false],
    [3, { atMost: 3 }, true],
    [3.1, { atMost: 3 }, false],
    [2, { atLeast: 1, atMost: 1.5 }, false],
    [Number.NaN, { atLeast: 0 }, false],
    [Number.NaN, { near: 0, within: 1 }, false],
    [Number.POSITIVE_INFINITY, { atLeast: 0 }, false],
  ])("%d against %j is %s", (value, expected, result) => {
    check("a", value, expected);
    expect(lines[0]).toMatch(result ? /^✓ a: / : /^✗ a: .*expected/);
  });

  it("takes a plain condition", () => {
    check("a", true);
    check("a", false);
    expect(lines).toEqual(["✓ a", "✗ a"]);
  });

  it.each([[{}], [{ near: 1 }], [{ within: 1 }]])("refuses the expectation %j", (expected) => {
    expect(() => check("a", 1, expected)).toThrow(TypeError);
  });

  it("refuses a number alone", () => {
    expect(() => (check as unknown as (name: string, value: number) => void)("a", 1)).toThrow(
      /needs an expectation.*got 1/,
    );
  });
});

describe("exercise", () => {
  it("is open until it is done", async () => {
    await exercise("e", undefined, () => true);
    expect(lines).toEqual(["○ e: your turn"]);
  });

  it("passes, fails with the hint, and counts a throw as wrong", async () => {
    await exercise("e", 3, (x) => x === 3);
    await exercise("e", 3, async () => "count again");
    await exercise("e", 3, () => {
      throw new RangeError("too far");
    });
    expect(lines).toEqual(["✓ e", "✗ e: count again", "✗ e: RangeError: too far"]);
  });
});

describe("summary", () => {
  it("counts the last result of each name, and throws while one failed", async () => {
    for (const name of ["a", "e"]) check(name, true);
    check("b", false);
    await exercise("c", undefined, () => true);
    lines = [];
    expect(() => summary()).toThrow(/got 1 failed: "b"/);
    expect(lines).toEqual(["checks: 2 passed, 1 failed, 1 open"]);
    check("b", true);
    lines = [];
    summary();
    expect(lines).toEqual(["checks: 3 passed, 0 failed, 1 open"]);
  });
});
