// The progress bar: its line, and what it prints where there is no terminal.
import { bar, barLine, profile, progress, seed } from "geodl/notebook";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

let lines: string[];
beforeEach(() => {
  lines = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("barLine", () => {
  it.each([
    ["x", 0, 10, 0, /^x {2}░{24} 0 % {2}0\/10, .*starting$/],
    ["x", 5, 10, 2, /█{12}░{12} 50 % {2}5\/10, 2.50\/s, 2.0 s left$/],
    ["", 10, 10, 75, /^█{24} 100 % {2}10\/10, 0.133\/s, in 1 min 15 s$/],
    ["", 0, 0, 0, /100 %/],
    ["n", 7, undefined, 1, /^n {2}7, 7.00\/s, 1.0 s$/],
  ])("%s %d of %s after %d s", (label, done, total, seconds, line) => {
    expect(barLine(label, done, total, seconds)).toMatch(line);
  });
});

describe("progress", () => {
  it("hands out the items and prints every 10 %", () => {
    expect([...progress(100, "steps")]).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(lines.length).toBe(11);
    expect(lines.at(-1)).toMatch(/^steps {2}█{24} 100 % {2}100\/100/);
  });

  it("knows the length of arrays and sets, loops over the rest without", () => {
    expect([...progress(["a", "b"])]).toEqual(["a", "b"]);
    expect(lines.at(-1)).toMatch(/2\/2/);
    expect([...progress(new Set([1, 2, 3]))]).toEqual([1, 2, 3]);
    expect(lines.at(-1)).toMatch(/3\/3/);
    expect([...progress(new Map([[1, 2]]).keys())]).toEqual([1]);
    expect(lines.at(-1)).toMatch(/^1, /);
  });

  it("loops over async iterables", async () => {
    async function* source(): AsyncGenerator<number> {
      yield 4;
      yield 5;
    }
    const got: number[] = [];
    for await (const x of progress(source(), "items")) got.push(x);
    expect(got).toEqual([4, 5]);
    expect(lines.at(-1)).toMatch(/^items {2}2, /);
  });

  it("stays where a loop ended early", () => {
    for (const i of progress(10)) if (i === 4) break;
    expect(lines.at(-1)).toMatch(/ 40 % {2}4\/10/);
  });

  it("ends once", () => {
    const b = bar(2);
    b.update(2);
    b.end();
    expect(lines.filter((line) => line.includes("100 %")).length).toBe(1);
  });

  it.each([-1, 1.5, Number.NaN])("refuses a total of %d", (total) => {
    expect(() => [...progress(total)]).toThrow(/integer >= 0, got/);
  });
});

describe("profile and seed", () => {
  it("come from the environment, with defaults", () => {
    vi.stubEnv("GEODL_PROFILE", "");
    vi.stubEnv("GEODL_SEED", "");
    expect([profile(), seed()]).toEqual(["tutorial", 0]);
    vi.stubEnv("GEODL_PROFILE", "ci");
    vi.stubEnv("GEODL_SEED", "42");
    expect([profile(), seed()]).toEqual(["ci", 42]);
  });

  it("refuse what they do not know", () => {
    vi.stubEnv("GEODL_PROFILE", "huge");
    vi.stubEnv("GEODL_SEED", "-1");
    expect(() => profile()).toThrow(/got "huge"/);
    expect(() => seed()).toThrow(/got "-1"/);
  });
});
