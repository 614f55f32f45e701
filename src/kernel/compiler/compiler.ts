// One cell from text to JavaScript: checked against everything that earlier cells declared.
import { type Fault, faults } from "./diagnostics.js";
import { type Emitted, emit, runtimeName } from "./emit.js";
import { isInstalled } from "./files.js";
import { Growth, type Placed } from "./growth.js";
import { declaredNames, isExported, type Kind, mentionedNames, withoutExports } from "./names.js";
import { emitOptions } from "./options.js";
import { checkedImports, emittedImports, Scope } from "./scope.js";
import { type Places, Service } from "./service.js";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** A cell that may run. */
export interface Compiled extends Emitted {
  readonly ok: true;
  /** Number that names this compilation, never used twice. */
  readonly id: number;
  readonly names: ReadonlyMap<string, Kind>;
}

/** A cell that must not run. */
export interface Refused {
  readonly ok: false;
  readonly faults: readonly Fault[];
}

/** Checks and emits cells; knows the names that later cells may use. */
export class Compiler {
  readonly service: Service;
  readonly scope = new Scope();
  readonly growth: Growth;
  readonly #emitOptions: TS.CompilerOptions;
  readonly #labels = new Map<number, string>();
  #id = 0;

  /** @param places The notebook's folder and geodl's own. */
  constructor(places: Places) {
    this.service = new Service(places);
    this.growth = new Growth(this.service);
    this.#emitOptions = emitOptions(this.service.options);
  }

  /** Puts a cell beside the names it may use, for completion and inspection.
   *  @param code What its author wrote; it keeps its place at the start.
   *  @param all Bring in every earlier name, not only those that occur. */
  place(code: string, all = false): void {
    this.service.files.setCell(this.service.current, this.#read(code, all).text);
  }

  /** Checks a cell and emits it.
   *  @param code What its author wrote.
   *  @param label What it is called in errors, e.g. In[7].
   *  @returns JavaScript, or what is wrong; nothing of the cell has run. */
  compile(code: string, label: string): Compiled | Refused {
    const { files } = this.service;
    files.refresh();
    const { text, names, file } = this.#read(code);
    const id = ++this.#id;
    this.#labels.set(id, label);
    let placed: Placed;
    let found: Fault[];
    try {
      placed = this.growth.place(this.service.path(id), text, () => this.#alive());
      found = this.#check(placed, code.length, label);
    } catch (e) {
      this.growth.forget();
      throw e;
    }
    if (found.length > 0) {
      this.#labels.delete(id);
      if (placed.isNew) this.growth.forget();
      if (found.some((f) => f.code === 2307)) this.service.forgetFailures();
      return { ok: false, faults: found };
    }
    this.#sortOutImports(placed, names);
    files.setCell(this.service.path(id), text);
    const values = [...names].filter(([, kind]) => kind !== "type").map(([n]) => n);
    const accessors = values.map((n) => {
      const set = names.get(n) === "let" ? `set ${n}($v) { ${n} = $v; },` : "";
      return `get ${n}() { return ${n}; },${set}`;
    });
    const earlier = this.scope.visible(names, mentionedNames(file));
    const suffix = `${runtimeName}.names({${accessors.join("")}});export {};${emittedImports(this.service, earlier)}`;
    const emitted = emit(
      this.service.current,
      `${withoutExports(code, file)}\n;${suffix}`,
      this.#emitOptions,
      {
        end: code.length,
      },
    );
    return { ok: true, id, names, ...emitted };
  }

  /** Emits a TypeScript file that a cell imports. It was checked together with the cell. */
  emitFile(path: string, text: string): Emitted {
    return emit(path, text, this.#emitOptions);
  }

  /** The project's file that a bare name means. */
  projectFile(name: string, dir: string): string | undefined {
    return this.service.projectFile(name, dir);
  }

  /** Cells that later ones may name; the one before may still run, and has then no names yet. */
  #alive(): string[] {
    const ids = new Set([...this.scope.alive, this.#id - 1]);
    const paths = [...ids].map((id) => this.service.path(id));
    return paths.filter((path) => this.service.files.cellText(path) !== undefined);
  }

  #read(code: string, all = false): { text: string; names: Map<string, Kind>; file: TS.SourceFile } {
    const parsed = ts.createSourceFile(
      this.service.current,
      `${code}\nexport {};`,
      ts.ScriptTarget.ES2022,
      false,
    );
    const names = declaredNames(parsed);
    const earlier = this.scope.visible(names, all ? undefined : mentionedNames(parsed));
    const alreadyExported = declaredNames(parsed, isExported);
    const exported = [...names.keys()].filter((n) => !alreadyExported.has(n));
    const suffix = `export { ${exported.join(", ")} };${checkedImports(this.service, earlier)}`;
    return { text: `${code}\n;${suffix}`, names, file: parsed };
  }

  #check({ program, file, isNew }: Placed, end: number, label: string): Fault[] {
    const path = file.fileName;
    const labels = (id: number): string => this.#labels.get(id) ?? label;
    const make = (d: readonly TS.Diagnostic[]): Fault[] =>
      faults(d, label, { path, end, labels }, this.service.cwd);
    const syntax = make(program.getSyntacticDiagnostics(file));
    if (syntax.length > 0) return syntax;
    const found = make(program.getSemanticDiagnostics(file));
    // A program that was there before holds no source of the project that this cell could have brought in.
    for (const f of isNew ? program.getSourceFiles() : [])
      if (
        f !== file &&
        !f.isDeclarationFile &&
        /\.[mc]?tsx?$/.test(f.fileName) &&
        this.#isProjects(f.fileName)
      )
        found.push(...make([...program.getSyntacticDiagnostics(f), ...program.getSemanticDiagnostics(f)]));
    return found;
  }

  #isProjects(file: string): boolean {
    return !isInstalled(file) && !/__cell_\d*\.ts$/.test(file);
  }

  /** Imports of types have no value at run time: the checker knows which they are. */
  #sortOutImports({ program, file }: Placed, names: Map<string, Kind>): void {
    const checker = program.getTypeChecker();
    const isType = (id: TS.Identifier): boolean => {
      const symbol = checker.getSymbolAtLocation(id);
      if (!symbol || (symbol.flags & ts.SymbolFlags.Alias) === 0) return false;
      const target = checker.getAliasedSymbol(symbol);
      return target.escapedName !== "unknown" && (target.flags & ts.SymbolFlags.Value) === 0;
    };
    const mark = (id: TS.Identifier | undefined): void => {
      if (id && names.get(id.text) === "const" && isType(id)) names.set(id.text, "type");
    };
    for (const s of file.statements) {
      if (!ts.isImportDeclaration(s)) continue;
      mark(s.importClause?.name);
      const bindings = s.importClause?.namedBindings;
      if (bindings && ts.isNamedImports(bindings)) for (const e of bindings.elements) mark(e.name);
    }
  }
}
