// One case of the bench in a process of its own: node bench-case.js NAME measure REPEATS BUDGET | NAME once | NAME output; prints a JSON line.
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.js";

interface Case {
  readonly usesTensors?: boolean;
  prepare(): Promise<{
    run(): unknown;
    output?(): ArrayLike<number> | Promise<ArrayLike<number>>;
    readonly inputs?: unknown;
  }>;
}

interface Harness {
  measure(bench: Case, repeats: number, budget: number, fresh: () => unknown): Promise<unknown>;
  timed(run: () => unknown): Promise<unknown>;
  checksum(inputs: unknown): string | undefined;
}

/** The cases are TypeScript beside src/: they are stripped of their types into the cache, so that this needs no second build. */
function compile(): string {
  const require = createRequire(import.meta.url);
  const ts = require("typescript") as typeof import("typescript");
  const folder = join(root, ".cache", "bench");
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(join(root, "bench")).filter((name) => name.endsWith(".ts"))) {
    const { outputText } = ts.transpileModule(readFileSync(join(root, "bench", file), "utf8"), {
      compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 },
    });
    const partial = join(folder, `${file}.${process.pid}`);
    writeFileSync(partial, outputText);
    renameSync(partial, join(folder, file.replace(/\.ts$/, ".js")));
  }
  return folder;
}

const [name, what, repeats, budget] = process.argv.slice(2);
const folder = compile();
const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
const { measure, timed, checksum } = (await load("harness.js")) as Harness;
const { bench } = (await load(`${name}.js`)) as { bench: Case };
if (bench.usesTensors !== false) await (await import("../index.js")).tensor.ready();

/** A run in a process of its own. */
const fresh = () =>
  JSON.parse(execFileSync(process.execPath, [process.argv[1]!, name!, "once"], { encoding: "utf8" }));

async function result(): Promise<unknown> {
  if (what === "measure") return measure(bench, Number(repeats), Number(budget), fresh);
  const { run, output, inputs } = await bench.prepare();
  if (what === "once") return timed(run);
  return output ? { inputs: checksum(inputs), output: Array.from(await output()) } : {};
}
console.log(JSON.stringify(await result()));
