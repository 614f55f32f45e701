// One case of the bench in a process of its own: node bench-case.js NAME REPEATS BUDGET; prints its result as a JSON line.
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./paths.js";

interface Harness {
  measure(bench: unknown, repeats: number, budget: number): Promise<unknown>;
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

const [name, repeats, budget] = process.argv.slice(2);
const folder = compile();
const load = (file: string) => import(pathToFileURL(join(folder, file)).href);
const { measure } = (await load("harness.js")) as Harness;
const { bench } = (await load(`${name}.js`)) as { bench: { readonly usesTensors?: boolean } };
if (bench.usesTensors !== false) await (await import("../index.js")).tensor.ready();
console.log(JSON.stringify(await measure(bench, Number(repeats), Number(budget))));
