// A program that cells are added to. TypeScript makes a new program and a new checker for each change; but a cell is a module
// that nothing before it imports, so the checker at hand can be asked about it as well, and has only the cell to look at.
import { isBuiltin } from "node:module";
import { isInstalled } from "./files.js";
import type { Service } from "./service.js";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** What a checker reads of its program and its files; TypeScript leaves it out of its declarations. */
interface OpenProgram extends TS.Program {
  getResolvedModule(
    file: TS.SourceFile,
    name: string,
    mode: unknown,
  ): { readonly resolvedModule: TS.ResolvedModuleFull | undefined } | undefined;
}
type OpenFile = TS.SourceFile &
  Record<"path" | "resolvedPath" | "originalFileName", string> & {
    imports: readonly TS.Node[];
    moduleAugmentations: readonly TS.Node[];
    ambientModuleNames: readonly string[];
  };
const { bindSourceFile } = ts as unknown as {
  bindSourceFile(file: TS.SourceFile, options: TS.CompilerOptions): void;
};

/** After so many cells a new program is made: a checker keeps what it knows of each. */
const most = 100;

/** A cell and the program that can check it. */
export interface Placed {
  readonly program: TS.Program;
  readonly file: TS.SourceFile;
  /** The program was made for this cell. */
  readonly isNew: boolean;
}

/** Programs for one cell after another. */
export class Growth {
  readonly #service: Service;
  #program: TS.Program | undefined;
  /** Cells that the program was not made with. */
  #added = new Map<string, TS.SourceFile>();
  #edits = 0;
  #rare = 0;
  #made = 0;

  constructor(service: Service) {
    this.#service = service;
  }

  /** How many programs were made. */
  get made(): number {
    return this.#made;
  }

  /** Finds a program for a cell: the one before wherever it has all that the cell imports, and the cell changes nothing
   *  for others.
   *  @param path The cell's; never used before.
   *  @param text What is checked.
   *  @param alive Cells that later cells may name. */
  place(path: string, text: string, alive: () => readonly string[]): Placed {
    const { files } = this.#service;
    const rare = this.#service.name(text);
    const isStale = this.#edits !== files.edits || this.#rare !== rare || this.#added.size >= most;
    const file = this.#program && !isStale ? this.#add(path, text) : undefined;
    if (this.#program && file) return { program: this.#program, file, isNew: false };
    this.forget();
    this.#made++;
    const { current } = this.#service;
    files.setCell(current, text);
    // A source file of the project counts only for cells that reach it, so no other cell may bring it in.
    this.#service.roots = files.hasSources ? [] : alive();
    const program = this.#service.program();
    const found = program.getSourceFile(current);
    if (!found) throw new Error(`place: the program must hold the cell, got ${current}`);
    if (!files.hasSources) files.keepCells((f) => program.getSourceFile(f) !== undefined);
    this.#open(program as OpenProgram);
    this.#edits = files.edits;
    this.#rare = this.#service.name("");
    return { program, file: found, isNew: true };
  }

  /** Lets the program go: a cell that failed may have changed what others see, or something is new on disk. */
  forget(): void {
    this.#program = undefined;
    this.#added = new Map();
  }

  #open(program: OpenProgram): void {
    const fileOf = program.getSourceFile;
    const resolved = program.getResolvedModule;
    const added = this.#added;
    program.getSourceFile = (name) => added.get(name) ?? fileOf(name);
    program.getResolvedModule = (file, name, mode) =>
      added.get(file.fileName) === file
        ? { resolvedModule: this.#service.resolve(name, file.fileName) }
        : resolved(file, name, mode);
    this.#program = program;
  }

  /** @returns Undefined where the program lacks something that the cell imports. */
  #add(path: string, text: string): TS.SourceFile | undefined {
    const { options } = this.#service;
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true) as OpenFile;
    const names = imported(file);
    if (!names?.every((name) => this.#has(name, path))) return undefined;
    Object.assign(file, { path, resolvedPath: path, originalFileName: path });
    Object.assign(file, { imports: [], moduleAugmentations: [], ambientModuleNames: [] });
    bindSourceFile(file, options);
    this.#added.set(path, file);
    return file;
  }

  #has(name: string, from: string): boolean {
    if (isBuiltin(name)) return true;
    const found = this.#service.resolve(name, from)?.resolvedFileName;
    if (found === undefined) return false;
    const isThere = this.#program?.getSourceFile(found) !== undefined;
    if (this.#service.isCell(found)) {
      if (isThere) return true;
      const text = this.#service.files.cellText(found);
      return text !== undefined && this.#add(found, text) !== undefined;
    }
    return isThere && (isInstalled(found) || /\.(d\.[mc]?ts|json)$/.test(found));
  }
}

/** What a file imports in any way.
 *  @returns Undefined where it declares something for other files, or refers to them. */
function imported(file: TS.SourceFile): string[] | undefined {
  if (file.referencedFiles.length + file.typeReferenceDirectives.length + file.libReferenceDirectives.length)
    return undefined;
  const names: string[] = [];
  let isOwn = true;
  const visit = (node: TS.Node): void => {
    const at =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isExternalModuleReference(node)
          ? node.expression
          : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
              ? node.arguments[0]
              : undefined;
    if (at && ts.isStringLiteralLike(at)) names.push(at.text);
    if (ts.isModuleDeclaration(node) && !(ts.isIdentifier(node.name) && node.name.text !== "global"))
      isOwn = false;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return isOwn ? names : undefined;
}
