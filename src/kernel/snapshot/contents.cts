// What V8's start-up snapshot holds: the compiler, loaded, warm, and with the standard library read. Run once by build.ts as
// node --build-snapshot contents.cjs INPUT; a snapshot takes one CommonJS file that requires nothing but Node's modules.
import fs = require("node:fs");
import os = require("node:os");
import path = require("node:path");

type Typescript = typeof import("typescript");

/** What build.ts hands over. */
interface Input {
  readonly keys: { readonly typescript: string; readonly nodeTypes: string };
  readonly typescript: string;
  readonly cwd: string;
  readonly options: import("typescript").CompilerOptions;
  readonly ambient: { readonly path: string; readonly text: string; readonly others: readonly string[] };
  /** Cells that are checked, emitted and explained, so that this code is compiled. */
  readonly cells: readonly string[];
}

function load(file: string): Typescript {
  const source = fs.readFileSync(file, "utf8");
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})\n//# sourceURL=${file}`;
  // biome-ignore lint/complexity/noCommaOperator: an indirect eval runs in the global scope; the module vm has no place here.
  // biome-ignore lint/security/noGlobalEval: the text is the installed compiler's.
  const run = (0, eval)(wrapped) as (...args: readonly unknown[]) => void;
  const module = { exports: {} };
  // More of Node than this in a snapshot breaks it on one version or another: node:crypto aborts Node 24 once it is loaded again.
  const own: Readonly<Record<string, unknown>> = { fs, path, os };
  const requireOwn = (name: string): unknown => {
    if (name in own) return own[name];
    throw new Error(`load: only ${Object.keys(own).join(", ")} may be in a snapshot, got ${name}`);
  };
  run(module.exports, requireOwn, module, file, path.dirname(file));
  return module.exports as Typescript;
}

const input = JSON.parse(fs.readFileSync(process.argv.at(-1)!, "utf8")) as Input;
const ts = load(input.typescript);
const registry = ts.createDocumentRegistry();
const cell = path.join(input.cwd, "__cell_.ts");
let text = "";
let version = 0;
const { ambient } = input;
const service = ts.createLanguageService(
  {
    getScriptFileNames: () => [ambient.path, ...ambient.others, cell],
    getScriptVersion: (f) => (f === cell ? String(version) : "1"),
    getScriptSnapshot: (f) => {
      const t = f === cell ? text : f === ambient.path ? ambient.text : ts.sys.readFile(f);
      return t === undefined ? undefined : ts.ScriptSnapshot.fromString(t);
    },
    getCurrentDirectory: () => input.cwd,
    getCompilationSettings: () => input.options,
    getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    // What other files import from Node is declared in the ambient one.
    resolveModuleNameLiterals: (names) => names.map(() => ({ resolvedModule: undefined })),
    resolveTypeReferenceDirectiveReferences: (refs: readonly unknown[]) =>
      refs.map(() => ({ resolvedTypeReferenceDirective: undefined })),
  },
  registry,
);

for (const code of input.cells) {
  text = code;
  version++;
  const program = service.getProgram()!;
  const file = program.getSourceFile(cell)!;
  program.getSyntacticDiagnostics(file);
  program.getSemanticDiagnostics(file);
  service.getQuickInfoAtPosition(cell, 1);
  // No completion: it makes an Intl.Collator, and with one V8 refuses to write a snapshot.
  ts.transpileModule(code, {
    fileName: cell,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022, sourceMap: true },
    transformers: {
      before: [
        (context) => (f) => {
          const visit = (node: import("typescript").Node): import("typescript").Node =>
            ts.visitEachChild(node, visit, context);
          return ts.visitEachChild(f, visit, context);
        },
      ],
    },
  });
}

(globalThis as Record<symbol, unknown>)[Symbol.for("geodl.snapshot")] = {
  ...input.keys,
  ts,
  ambient: { ...ambient, registry },
};
