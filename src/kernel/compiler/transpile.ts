// Cells to JavaScript by one program that is kept: TypeScript's own transpileModule makes a program and a checker for each text,
// which is most of what it does for a short one.
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

const internal = ts as unknown as {
  bindSourceFile(file: TS.SourceFile, options: TS.CompilerOptions): void;
  readonly transpileOptionValueCompilerOptions: readonly {
    readonly name: string;
    readonly transpileOptionValue: TS.CompilerOptionsValue;
  }[];
};

interface Kept {
  readonly program: TS.Program;
  readonly options: TS.CompilerOptions;
  times: number;
}

const kept = new WeakMap<TS.CompilerOptions, Kept>();

/** After so many texts the program is made anew: its checker keeps what it knows of each. */
const most = 200;

/** As TypeScript's transpileModule, for a module whose imports nobody has to find.
 *  @param fileName Its extension decides about the syntax.
 *  @param text A module: it imports or exports something.
 *  @param options As for transpileModule; the same object is the same program.
 *  @param transformers As for transpileModule.
 *  @returns JavaScript and its source map, as JSON. */
export function transpile(
  fileName: string,
  text: string,
  options: TS.CompilerOptions,
  transformers: TS.CustomTransformers,
): { readonly js: string; readonly map: string } {
  const before = kept.get(options);
  const emitter = before && before.times < most ? before : make(options);
  kept.set(options, emitter);
  emitter.times++;
  const file = ts.createSourceFile(fileName, text, emitter.options.target ?? ts.ScriptTarget.ES2022);
  const resolved = { path: fileName, resolvedPath: fileName, originalFileName: fileName };
  Object.assign(file, resolved, { imports: [], moduleAugmentations: [], ambientModuleNames: [] });
  internal.bindSourceFile(file, emitter.options);
  let js = "";
  let map = '{"mappings":""}';
  const write: TS.WriteFileCallback = (name, written) => {
    if (name.endsWith(".map")) map = written;
    else js = written;
  };
  try {
    emitter.program.emit(file, write, undefined, false, transformers);
  } catch (e) {
    kept.delete(options);
    throw e;
  }
  return { js, map };
}

function make(given: TS.CompilerOptions): Kept {
  const options: TS.CompilerOptions = { ...given };
  for (const o of internal.transpileOptionValueCompilerOptions) options[o.name] = o.transpileOptionValue;
  Object.assign(options, { suppressOutputPathCheck: true, allowNonTsExtensions: true });
  Object.assign(options, { declaration: false, declarationMap: false });
  const host: TS.CompilerHost = {
    getSourceFile: () => undefined,
    writeFile: () => undefined,
    getDefaultLibFileName: () => "lib.d.ts",
    useCaseSensitiveFileNames: () => true,
    getCanonicalFileName: (f) => f,
    getCurrentDirectory: () => "",
    getNewLine: () => "\n",
    fileExists: () => false,
    readFile: () => undefined,
  };
  return { program: ts.createProgram([], options, host), options, times: 0 };
}
