// Cells from text to JavaScript: what is checked, which names live on, which line is blamed.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { complete, inspectAt, isComplete } from "../../dist/kernel/answers.js";
import { Compiler } from "../../dist/kernel/compiler/compiler.js";
import { excerpt } from "../../dist/kernel/compiler/diagnostics.js";
import { decode, original } from "../../dist/kernel/compiler/sourcemap.js";
import { errorFields, faultFields } from "../../dist/kernel/errors.js";

const geodl = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const cwd = mkdtempSync(join(tmpdir(), "geodl-compiler-"));
const compiler = new Compiler({ cwd, geodl });

function good(code: string) {
  const c = compiler.compile(code, "In[1]");
  if (!c.ok) throw new Error(`${code}: ${c.faults[0]?.message}`);
  compiler.scope.add(c.id, c.names);
  return c;
}
function bad(code: string) {
  const c = compiler.compile(code, "In[2]");
  if (c.ok) throw new Error(`${code}: it was accepted`);
  return c.faults;
}

describe("names across cells", () => {
  it("types, values and enums of earlier cells are known and checked", () => {
    good(
      "interface Pick { time: number }\nenum Phase { P, S }\nlet best: Pick | undefined;\nconst all: Pick[] = [];",
    );
    good("best = { time: 3 }; all.push(best); best.time + Phase.S");
    expect(bad("best = { time: 'x' };")[0]?.code).toBe(2322);
    expect(bad("all = [];")[0]?.message).toMatch(/earlier cell/);
    expect(bad("nobody + 1")[0]?.code).toBe(2304);
  });

  it("a later declaration hides an earlier one", () => {
    good("const shot = 1;");
    good("const shot = 'one';");
    good("shot.toUpperCase();");
    expect(bad("shot.toFixed();")[0]?.message).toMatch(/'toFixed' does not exist on type/);
  });

  it("a class expression with private members, symbols and inferred types need no annotation", () => {
    good("const Hidden = class { private x = 1; get() { return this.x; } };\nconst key = Symbol('k');");
    good("new Hidden().get().toFixed(); ({ [key]: 1 })[key].toFixed();");
  });

  it("destructuring assignments write the earlier cell's variable", () => {
    good("let left = 1, right = 2;");
    const { js } = good("[left, right] = [right, left]; ({ left } = { left: 5 }); left++;");
    expect(js).toMatch(/\[__cell_\d+_\d+\.left, __cell_\d+_\d+\.right\] =/);
    expect(js).toMatch(/__cell_\d+_\d+\.left\+\+/);
  });

  it("export is allowed and changes nothing", () => {
    const { js } = good("export const depth = 5; export default function deeper() { return depth; }");
    expect(js).toContain("return depth;");
    good("deeper() + depth;");
    good("export { depth };\nexport default class { x = 1 }");
    good("export default depth + 1;");
  });

  it("imports of types alone are not loaded", () => {
    expect(good('import { Layout } from "plotly.js"; const l: Partial<Layout> = {};').imports).toEqual([]);
    expect(good('import * as os from "node:os"; import fs from "node:fs";').imports).toEqual([
      "node:os",
      "node:fs",
    ]);
    expect(
      good("os.cpus().length + fs.readdirSync('.').length").imports.every((i) => i.startsWith("./__cell_")),
    ).toBe(true);
  });

  it("TypeScript of today: satisfies, const type parameters, using", () => {
    good(
      "function tuple<const T extends readonly unknown[]>(t: T): T { return t; }\nconst three: readonly [1, 2, 3] = tuple([1, 2, 3]);",
    );
    good("const table = { a: 1 } satisfies Record<string, number>; table.a.toFixed();");
    good("{ using file = { [Symbol.dispose]() {} }; void file; }");
  });
});

describe("files beside the notebook", () => {
  it("are typed from their source, and edits are seen", () => {
    const path = join(cwd, "near.ts");
    writeFileSync(path, "export const near = 3;\n");
    good('import { near } from "./near"; near.toFixed();');
    writeFileSync(path, "export const near = 'three, now a text';\n");
    expect(bad('import { near } from "./near"; near.toFixed();')[0]?.message).toMatch(
      /'toFixed' does not exist/,
    );
  });

  it("tsconfig.json may loosen what is strict", () => {
    const folder = mkdtempSync(join(tmpdir(), "geodl-loose-"));
    const loose = () =>
      new Compiler({ cwd: folder, geodl }).compile("function f(a) { return a; }", "In[1]").ok;
    expect(loose()).toBe(false);
    writeFileSync(
      join(folder, "tsconfig.json"),
      '{ "compilerOptions": { "strict": true, "noImplicitAny": false } }',
    );
    expect(loose()).toBe(true);
  });
});

describe("faults", () => {
  it("show the line and carets", () => {
    const [f] = bad('console.log("RAN");\nconst wrong: number = "text";');
    expect(f).toMatchObject({ where: "In[2] line 2", code: 2322, isSyntax: false });
    expect(f?.excerpt).toBe('2 | const wrong: number = "text";\n          ^^^^^');
    expect(faultFields([f!]).evalue).toBe("In[2] line 2: Type 'string' is not assignable to type 'number'.");
  });
  it("syntax errors come alone", () => expect(bad("const = = 3;").every((f) => f.isSyntax)).toBe(true));
  it("excerpts keep tabs and stay within the line", () => {
    expect(excerpt("a\n\tbc d\n", 4, 99)).toBe("2 | \tbc d\n    \t ^^^");
  });
});

describe("source maps", () => {
  it("decode the example of the format's own description", () => {
    // One line: columns 0 and 9 of the output come from lines 1 and 2 of the source.
    const m = decode("AAAA,SACA");
    expect(original(m, { line: 0, column: 4 })).toEqual({ line: 0, column: 0 });
    expect(original(m, { line: 0, column: 9 })).toEqual({ line: 1, column: 0 });
    expect(original(m, { line: 3, column: 0 })).toBeUndefined();
  });
  it("lead back through types that vanish", () => {
    const c = good(
      "interface Long {\n  a: number;\n}\n\nconst thing: Long = { a: 1 };\nthrow new Error(String(thing.a));",
    );
    const line = c.js.split("\n").findIndex((l) => l.includes("throw"));
    expect(original(decode(c.mappings), { line, column: 0 })?.line).toBe(5);
  });
});

describe("errors", () => {
  it("anything can be thrown", () => {
    expect(errorFields("text")).toMatchObject({ ename: "Thrown", evalue: "text" });
    expect(errorFields(undefined).evalue).toBe("undefined");
    expect(errorFields({ a: 1 }).evalue).toBe("{ a: 1 }");
  });
  it("causes and parts are told", () => {
    const text = errorFields(
      new AggregateError([new TypeError("one")], "many", { cause: "why" }),
    ).traceback.join("\n");
    expect(text).toContain("TypeError");
    expect(text).toContain("Caused by 'why'");
  });
  it("a circle of causes ends", () => {
    const e = new Error("round");
    e.cause = e;
    expect(errorFields(e).traceback.length).toBeLessThan(200);
  });
});

describe("help", () => {
  it("completes members of a value of an earlier cell, best first", () => {
    good("const trace = { samples: [1], sampleRate: 100, other: 0 };");
    expect(complete(compiler, "trace.sam", 9)).toMatchObject({
      matches: ["sampleRate", "samples"],
      cursor_start: 6,
    });
    expect(complete(compiler, "Math.hypo", 9).matches).toEqual(["hypot"]);
  });
  it("completes import paths of geodl", () => {
    const code = 'import { rick } from "geodl/signal";';
    expect(complete(compiler, code, code.indexOf("rick") + 4).matches).toContain("ricker");
  });
  it("shows a docstring of geodl", () => {
    good('import { ricker } from "geodl/signal";');
    const text = JSON.stringify(inspectAt(compiler, "ricker(25, 0.001, 256)", 3));
    expect(text).toContain("Peak frequency");
    expect(text).not.toContain("import ricker");
  });
  it.each([
    ["const a = [1,", "incomplete"],
    ["`open", "incomplete"],
    ["/* open", "incomplete"],
    ["if (true) {\n  1", "incomplete"],
    ["await fetch('x')", "complete"],
    ["let 1a = 2;\nf()", "invalid"],
  ])("%j is %s", (code, status) => expect(isComplete(code)).toMatchObject({ status }));
});
