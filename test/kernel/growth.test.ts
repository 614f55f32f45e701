// Cells checked by a program that was there before them: the same answers as from a program made for each, and few programs.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { Compiler } from "../../dist/kernel/compiler/compiler.js";

const geodl = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const cwd = mkdtempSync(join(tmpdir(), "geodl-growth-"));

/** A notebook: compiles cells, and lets later ones use the names of those that were accepted. */
function notebook() {
  const compiler = new Compiler({ cwd, geodl });
  const run = (code: string) => {
    const c = compiler.compile(code, "In[1]");
    if (c.ok) compiler.scope.add(c.id, c.names);
    return c.ok ? { js: c.js, imports: c.imports, names: [...c.names] } : { faults: c.faults };
  };
  return { compiler, run };
}

const cells = [
  "let total = 0; interface Pick { readonly time: number; phase?: 'P' | 'S' }",
  "const picks: Pick[] = [{ time: 1 }, { time: 2, phase: 'S' }]; total += picks.length;",
  "picks[0].time = 3;",
  "total = 'many';",
  "const c = class { private x = 1; get() { return this.x; } }; const inferred = new c();",
  "inferred.get().toFixed() + inferred.x",
  "enum Phase { P, S }\nnamespace Deep { export const one = Phase.S; export type Two = 2 }",
  "const p: Phase = Phase.P; const two: Deep.Two = 3;",
  "const p: Phase = Phase.P; const two: Deep.Two = 2; Deep.one",
  "function generic<T extends Pick>(all: readonly T[]) { return all.map((a) => a.phase ?? two); }",
  "const made = generic(picks); made[0].toFixed()",
  "const made = generic(picks); made.length",
  "// @ts-expect-error a text is no number\nconst n: number = 'x';",
  "// @ts-expect-error nothing is wrong here\nconst m: number = 1;",
  "await Promise.all(picks.map(async (q) => q.time)); for await (const q of picks) console.log(q);",
  "import { readFileSync } from 'node:fs'; const text: string = readFileSync('x');",
  "import { readFileSync } from 'node:fs'; const bytes = readFileSync('x');",
  "bytes.readUInt8(0) + readFileSync('y', 'utf8').length",
  "const os = await import('node:os'); os.cpus().map((cpu) => cpu.speed)",
  "const t: import('node:os').CpuInfo = os.cpus()[0]!; t.speed.foo",
  "const picks = 'hidden';",
  "picks.toUpperCase(); made.length",
  "const = 3;",
  "nobody",
  "import { none } from './nowhere';",
  "total++; total--; ({ total } = { total: 4 });",
  "let total = 'again';",
  "total = 'text'; total.length",
  "total = 5;",
  "type Late = typeof inferred; function late(x: Late): number { return x.get(); }",
  "late(inferred) + late({ get: () => 1 })",
  "@(function (c: unknown, d: ClassDecoratorContext) { void [c, d]; }) class Marked<T = Late> { declare x: T }",
  "const marked: Marked<number> = new Marked(); marked.x.get()",
];

it("answers what a program made for each cell answers", { timeout: 120_000 }, () => {
  const grown = notebook();
  const anew = notebook();
  for (const code of cells) {
    anew.compiler.growth.forget();
    expect(grown.run(code), code).toEqual(anew.run(code));
  }
  expect(anew.compiler.growth.made).toBe(cells.length);
  // One at the beginning, one for the module that is nowhere, one after it.
  expect(grown.compiler.growth.made).toBeLessThanOrEqual(3);
});

it("makes a program for what is new, and one after so many cells", { timeout: 60_000 }, () => {
  const { compiler, run } = notebook();
  const made = (code: string) => {
    const before = compiler.growth.made;
    const result = run(code);
    return [compiler.growth.made - before, "faults" in result ? result.faults?.[0]?.message : "ok"];
  };
  expect(made("1")).toEqual([1, "ok"]);
  expect(made("2")).toEqual([0, "ok"]);
  expect(made("import { ricker } from 'geodl/signal'; ricker(25, 0.001, 256).length")).toEqual([1, "ok"]);
  expect(made("import { aic } from 'geodl/signal'; aic.name; ricker(1, 0.01, 9)")).toEqual([0, "ok"]);
  expect(made("declare global { interface Array<T> { own(): T } }")).toEqual([1, "ok"]);
  expect(made("[1].own().toFixed()")).toEqual([0, "ok"]);
  // Declarations of Node that are left out until someone names them.
  expect(made("import { Session } from 'node:inspector'; new Session().connekt()")[1]).toMatch(
    /'connekt' does/,
  );
  expect(made("import { Session } from 'inspector'; new Session().connect()")).toEqual([1, "ok"]);
  expect(made("process.getBuiltinModule('http2').connekt")[1]).toMatch(/'connekt' does/);
  // What a refused cell declared for others is gone with it.
  expect(made("declare global { interface String { never: 1 } }\nconst x: number = '';")[0]).toBe(1);
  expect(made("'a'.never")).toEqual([1, "Property 'never' does not exist on type '\"a\"'."]);
  for (let n = 0; n < 250; n++) run(`const v${n} = ${n > 0 ? `v${n - 1} + 1` : 0};`);
  expect(compiler.growth.made).toBeLessThan(13);
  expect(made("v249.toFixed()")[1]).toBe("ok");
});

it("an edited file is read again, and blamed only by cells that reach it", () => {
  const { run } = notebook();
  const path = join(cwd, "near.ts");
  const message = (code: string) => {
    const result = run(code);
    return "faults" in result ? result.faults?.[0]?.message : "ok";
  };
  writeFileSync(path, "export const near = 3;\n");
  expect(message("import { near } from './near'; near.toFixed()")).toBe("ok");
  expect(message("near.toFixed()")).toBe("ok");
  writeFileSync(path, "export const near: number = 'three, now a text';\n");
  expect(message("1 + 1")).toBe("ok");
  expect(message("near.toFixed()")).toMatch(/'string' is not assignable/);
  expect(message("2 + 2")).toBe("ok");
  writeFileSync(path, "export const near = 'three, rightly a text';\n");
  expect(message("near.toFixed()")).toMatch(/'toFixed' does not exist/);
  expect(message("near.length")).toBe("ok");
});
