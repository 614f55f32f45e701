// TypeScript's language service over cells: one program at a time, rooted in the cell that is asked about.
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import { type Ambient, ambient, documented, findNodeTypes } from "./ambient.js";
import { Files, isInstalled } from "./files.js";
import { checkOptions, typeRootsAbove } from "./options.js";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** Where things are. */
export interface Places {
  /** The notebook's folder. */
  readonly cwd: string;
  /** Root of the geodl package: `geodl/...` is found there from any folder, and its dependencies as a last resort. */
  readonly geodl: string;
}

const cellPrefix = "__cell_";

/** Language service whose root file changes from cell to cell. */
export class Service {
  readonly files = new Files();
  readonly options: TS.CompilerOptions;
  readonly cwd: string;
  readonly #geodl: string;
  readonly #cache: TS.ModuleResolutionCache;
  readonly #typeCache = new Map<string, TS.ResolvedTypeReferenceDirectiveWithFailedLookupLocations>();
  readonly #service: TS.LanguageService;
  readonly #rare = new Set<string>();
  readonly #disk = { ...ts.sys, fileExists: (f: string): boolean => this.files.has(f) };
  /** Entry of @types/node. */
  readonly nodeTypes: string;
  /** What every cell sees. */
  readonly ambient: Ambient;
  /** Cells that the program holds besides the current one and what it imports. */
  roots: readonly string[] = [];

  /** @param places The notebook's folder and geodl's own. */
  constructor(places: Places) {
    this.cwd = places.cwd;
    this.#geodl = places.geodl;
    const roots = [...typeRootsAbove(places.cwd), ...typeRootsAbove(places.geodl)];
    this.options = checkOptions(places.cwd, [...new Set(roots)]);
    this.#cache = ts.createModuleResolutionCache(places.cwd, (f) => f, this.options);
    this.nodeTypes = findNodeTypes([places.cwd, places.geodl]);
    this.ambient = ambient(this.nodeTypes);
    this.files.setFixed(this.ambient.path, this.ambient.text);
    this.#service = ts.createLanguageService(this.#host(), this.ambient.registry);
  }

  /** Path of the cell that is being asked about. Always the same, so that the next program takes over more of the last. */
  get current(): string {
    return join(this.cwd, `${cellPrefix}.ts`);
  }

  /** Path of a cell that later cells may use, in the notebook's folder so that its relative imports mean what they say. */
  path(id: number): string {
    return join(this.cwd, `${cellPrefix}${id}.ts`);
  }

  /** Whether a path is an earlier cell's. */
  isCell(path: string): boolean {
    return (
      path.startsWith(join(this.cwd, cellPrefix)) &&
      /^\d+\.ts$/.test(path.slice(this.cwd.length + 1 + cellPrefix.length))
    );
  }

  /** How one cell names another in an import. */
  specifier(id: number): string {
    return `./${cellPrefix}${id}`;
  }

  /** Has the declarations of Node's modules that come only when asked for.
   *  @param text A cell; what it names in quotes is asked for.
   *  @returns How many files of them there are by now. */
  name(text: string): number {
    for (const [, name] of text.matchAll(
      /["'`](?:node:)?(inspector(?:\/promises)?|http2|test(?:\/reporters)?)["'`]/g,
    ))
      this.#ask(name!);
    return this.#rare.size;
  }

  #ask(name: string): void {
    const path = this.ambient.rare[name.replace("node:", "")];
    if (path) this.#rare.add(path);
  }

  /** Program and checker for the current cell. */
  program(): TS.Program {
    let program = this.#service.getProgram();
    // A package may have asked for more on the way.
    for (let had = -1; had !== this.#rare.size; program = this.#service.getProgram()) had = this.#rare.size;
    if (!program) throw new Error("program: the language service must return a program, got undefined");
    return program;
  }

  /** Brings in the documentation of the standard library and of Node where the name at a place is theirs; slow the
   *  first time.
   *  @param pos UTF-16 offset in the current cell. */
  documentAt(pos: number): void {
    const found = this.#service.getDefinitionAtPosition(this.current, pos) ?? [];
    if (!found.some((d) => d.fileName === this.ambient.path)) return;
    this.files.setFixed(this.ambient.path, documented(this.nodeTypes), "documented");
  }

  /** The project's own TypeScript file that a bare name means by tsconfig's `paths` or package.json's `imports`.
   *  @param name As an import says it.
   *  @param dir Folder of the file that imports it. */
  projectFile(name: string, dir: string): string | undefined {
    if (!this.options.paths && !this.options.baseUrl && !name.startsWith("#")) return undefined;
    const from = join(dir, `${cellPrefix}.ts`);
    const found = ts.resolveModuleName(name, from, this.options, ts.sys, this.#cache).resolvedModule;
    return found && !isInstalled(found.resolvedFileName) ? found.resolvedFileName : undefined;
  }

  /** Completion and quick info at the current cell. */
  get language(): TS.LanguageService {
    return this.#service;
  }

  /** What an import means to the checker.
   *  @param name As the import says it.
   *  @param from Path of the file that imports it.
   *  @returns Undefined where nothing is found, and for Node's modules: the ambient file declares them. */
  resolve(name: string, from: string): TS.ResolvedModuleFull | undefined {
    if (isBuiltin(name)) {
      // Node's own declarations name every module that there is.
      if (!from.startsWith(dirname(this.nodeTypes))) this.#ask(name);
      return undefined;
    }
    if (name.startsWith(`./${cellPrefix}`)) {
      const file = join(dirname(from), `${name.slice(2)}.ts`);
      if (this.files.has(file)) return { resolvedFileName: file, extension: ts.Extension.Ts };
    }
    if (name === "geodl" || name.startsWith("geodl/")) {
      const file = join(this.#geodl, "dist", name.slice("geodl/".length), "index.d.ts");
      if (this.files.has(file))
        return { resolvedFileName: file, extension: ts.Extension.Dts, isExternalLibraryImport: true };
    }
    const look = (place: string): TS.ResolvedModuleFull | undefined =>
      ts.resolveModuleName(name, place, this.options, this.#disk, this.#cache).resolvedModule;
    const found = look(from);
    return found || name.startsWith(".") ? found : look(join(this.#geodl, "index.ts"));
  }

  /** `getModuleResolutionCache` is read by TypeScript though not in its types: without it each package.json is read again. */
  #host(): TS.LanguageServiceHost & { getModuleResolutionCache(): TS.ModuleResolutionCache } {
    // Whoever refers to Node's declarations means the joined ones.
    const nodeTypes: TS.ResolvedTypeReferenceDirectiveWithFailedLookupLocations = {
      resolvedTypeReferenceDirective: {
        primary: true,
        resolvedFileName: this.ambient.path,
        isExternalLibraryImport: true,
      },
    };

    return {
      getScriptFileNames: () => [
        this.ambient.path,
        ...this.ambient.others,
        ...this.#rare,
        ...this.roots,
        this.current,
      ],
      getScriptVersion: (f) => this.files.version(f),
      getScriptSnapshot: (f) => this.files.snapshot(f),
      getCurrentDirectory: () => this.cwd,
      getCompilationSettings: () => this.options,
      getDefaultLibFileName: (o) => ts.getDefaultLibFilePath(o),
      getModuleResolutionCache: () => this.#cache,
      fileExists: this.#disk.fileExists,
      readFile: ts.sys.readFile,
      directoryExists: ts.sys.directoryExists,
      getDirectories: ts.sys.getDirectories,
      readDirectory: ts.sys.readDirectory,
      resolveModuleNameLiterals: (names, from) =>
        names.map((n) => ({ resolvedModule: this.resolve(n.text, from) })),
      resolveTypeReferenceDirectiveReferences: (refs, from, _redirect, options) =>
        refs.map((r: TS.FileReference | string) => {
          const name = typeof r === "string" ? r : r.fileName;
          const key = `${name}\n${dirname(from)}`;
          const known = this.#typeCache.get(key);
          if (known) return known;
          const found =
            name === "node" ? nodeTypes : ts.resolveTypeReferenceDirective(name, from, options, this.#disk);
          this.#typeCache.set(key, found);
          return found;
        }),
    };
  }

  /** Forgets which modules were not found, so that a package or file that came later is seen. */
  forgetFailures(): void {
    this.#cache.clear();
    this.#typeCache.clear();
  }
}
