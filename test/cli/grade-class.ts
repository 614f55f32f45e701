// Notebooks for the tests of geodl grade: an original with two exercises, and what a class may hand in.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A code cell. */
export interface Cell {
  readonly id: string;
  readonly source: string;
  readonly tags?: readonly string[];
}

/** Writes a notebook. */
export function write(path: string, cells: readonly Cell[]): void {
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
export const original: readonly Cell[] = [
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
  // broken on purpose, with an error that holds "; ": nobody's fault
  {
    id: "c7",
    source: "const sized: { level?: number; name?: string } = { leval: 1 };",
    tags: ["raises-exception"],
  },
];

/** Right answers. */
export const right = {
  c2: "const double = (x: number) => 2 * x;",
  c4: "const sum = (x: number[]) => x.reduce((a, b) => a + b, 0);",
};

/** A copy with some cells' texts replaced and cells put in before c2. */
export function copy(changes: Readonly<Record<string, string>>, added: readonly Cell[] = []): Cell[] {
  return original
    .filter((cell) => !cell.tags?.includes("solution"))
    .flatMap((cell) => [
      ...(cell.id === "c2" ? added : []),
      { ...cell, source: changes[cell.id] ?? cell.source },
    ])
    .filter((cell) => cell.source !== "");
}

/** What is handed in, by name. */
export const students: Readonly<Record<string, readonly Cell[]>> = {
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
