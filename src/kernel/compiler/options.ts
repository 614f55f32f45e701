// Compiler options of cells and of the TypeScript files that they import.
import { dirname, join } from "node:path";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** Options for checking: strict, today's language, modules resolved as a bundler would. The project's own tsconfig.json
 *  may change strictness, `paths` and the JSX factory; what belongs to the kernel stays.
 *  @param cwd The notebook's folder.
 *  @param typeRoots Where the declarations of packages without own ones are.
 *  @returns Options for the checker. */
export function checkOptions(cwd: string, typeRoots: readonly string[]): TS.CompilerOptions {
  const own: TS.CompilerOptions = {
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    target: ts.ScriptTarget.ES2022,
    noLib: true,
    types: [],
    typeRoots: [...typeRoots],
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    resolveJsonModule: true,
    esModuleInterop: true,
    allowJs: true,
  };
  return { strict: true, ...projectOptions(cwd), ...own };
}

const honoured = [
  "strict",
  "noImplicitAny",
  "strictNullChecks",
  "strictFunctionTypes",
  "strictBindCallApply",
  "strictPropertyInitialization",
  "noImplicitThis",
  "useUnknownInCatchVariables",
  "noUncheckedIndexedAccess",
  "exactOptionalPropertyTypes",
  "noImplicitOverride",
  "baseUrl",
  "paths",
  "pathsBasePath",
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxImportSource",
] as const;

function projectOptions(cwd: string): TS.CompilerOptions {
  const file = ts.findConfigFile(cwd, ts.sys.fileExists);
  if (!file) return {};
  const { config } = ts.readConfigFile(file, ts.sys.readFile);
  const parse = { ...ts.sys, readDirectory: (): string[] => [] };
  const { options } = ts.parseJsonConfigFileContent(config ?? {}, parse, dirname(file));
  return Object.fromEntries(honoured.filter((k) => options[k] !== undefined).map((k) => [k, options[k]]));
}

/** Options for turning one file into JavaScript that the executor can wrap in a function.
 *  @param check The checker's, for decorators and JSX. */
export function emitOptions(check: TS.CompilerOptions): TS.CompilerOptions {
  return {
    module: ts.ModuleKind.CommonJS,
    target: ts.ScriptTarget.ES2022,
    esModuleInterop: true,
    sourceMap: true,
    experimentalDecorators: check.experimentalDecorators,
    jsx: check.jsx ?? ts.JsxEmit.React,
    jsxFactory: check.jsxFactory,
  };
}

/** Folders named node_modules/@types from a folder upwards.
 *  @param from Folder to start in.
 *  @returns Existing ones, nearest first. */
export function typeRootsAbove(from: string): string[] {
  const found: string[] = [];
  for (let d = from; ; d = dirname(d)) {
    const root = join(d, "node_modules", "@types");
    if (ts.sys.directoryExists(root)) found.push(root);
    if (d === dirname(d)) return found;
  }
}
