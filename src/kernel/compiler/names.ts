// The names that a cell declares at its top level, found in its syntax alone.
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** What later cells may do with a name: `let` is assigned to, a `const` is not, a `type` has no value. */
export type Kind = "let" | "const" | "type";

/** Names of a cell, in source order.
 *  @param file Its parsed text.
 *  @param counts Which statements are looked at. Default all.
 *  @returns Kind by name; imports are `const` until the checker knows better. */
export function declaredNames(
  file: TS.SourceFile,
  counts: (s: TS.Statement) => boolean = () => true,
): Map<string, Kind> {
  const names = new Map<string, Kind>();

  function bind(name: TS.BindingName, kind: Kind): void {
    if (ts.isIdentifier(name)) names.set(name.text, kind);
    else for (const e of name.elements) if (ts.isBindingElement(e)) bind(e.name, kind);
  }
  function list(l: TS.VariableDeclarationList): void {
    const isConst = (l.flags & ts.NodeFlags.BlockScoped & ~ts.NodeFlags.Let) !== 0;
    for (const d of l.declarations) bind(d.name, isConst ? "const" : "let");
  }
  function hoisted(node: TS.Node): void {
    if (ts.isFunctionLike(node) || ts.isClassLike(node) || ts.isModuleDeclaration(node)) return;
    if (ts.isVariableDeclarationList(node) && (node.flags & ts.NodeFlags.BlockScoped) === 0) list(node);
    ts.forEachChild(node, hoisted);
  }

  for (const s of file.statements) {
    if (!counts(s)) continue;
    if (ts.isVariableStatement(s)) list(s.declarationList);
    else if ((ts.isFunctionDeclaration(s) || ts.isClassDeclaration(s)) && s.name)
      names.set(s.name.text, "const");
    else if (ts.isEnumDeclaration(s)) names.set(s.name.text, "const");
    else if (ts.isModuleDeclaration(s)) {
      if (ts.isIdentifier(s.name) && (s.flags & ts.NodeFlags.GlobalAugmentation) === 0)
        names.set(s.name.text, isInstantiated(s) ? "const" : "type");
    } else if (ts.isInterfaceDeclaration(s) || ts.isTypeAliasDeclaration(s)) {
      if (!names.has(s.name.text)) names.set(s.name.text, "type");
    } else if (ts.isImportDeclaration(s)) importNames(s, names);
    else hoisted(s);
  }
  return names;
}

function isInstantiated(s: TS.ModuleDeclaration): boolean {
  const body = s.body;
  if (!body || !ts.isModuleBlock(body)) return body !== undefined;
  return body.statements.some((x) => !ts.isInterfaceDeclaration(x) && !ts.isTypeAliasDeclaration(x));
}

function importNames(s: TS.ImportDeclaration, names: Map<string, Kind>): void {
  const clause = s.importClause;
  if (!clause) return;
  const kindOf = (isType: boolean): Kind => (clause.isTypeOnly || isType ? "type" : "const");
  if (clause.name) names.set(clause.name.text, kindOf(false));
  const bindings = clause.namedBindings;
  if (bindings && ts.isNamespaceImport(bindings)) names.set(bindings.name.text, kindOf(false));
  if (bindings && ts.isNamedImports(bindings))
    for (const e of bindings.elements) names.set(e.name.text, kindOf(e.isTypeOnly));
}

/** Every identifier that occurs in a text, so every name of an earlier cell that it may mean.
 *  @param file Its parsed text.
 *  @returns Names, property names among them. */
export function mentionedNames(file: TS.SourceFile): Set<string> {
  const names = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) names.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return names;
}

/** Whether a statement carries `export` itself, under its own name.
 *  @param s A top-level statement. */
export function isExported(s: TS.Statement): boolean {
  const modifiers = ts.canHaveModifiers(s) ? (ts.getModifiers(s) ?? []) : [];
  const has = (kind: TS.SyntaxKind): boolean => modifiers.some((m) => m.kind === kind);
  return has(ts.SyntaxKind.ExportKeyword) && !has(ts.SyntaxKind.DefaultKeyword);
}

/** A cell's text with its exports taken back: in a notebook every name is visible anyway, and emitted as an export a
 *  variable would no longer be one. Every other character keeps its place.
 *  @param code The text.
 *  @param file The same, parsed. */
export function withoutExports(code: string, file: TS.SourceFile): string {
  let out = code;
  const put = (start: number, end: number, text: string): void => {
    const blank = code.slice(start, end).replace(/[^\n]/g, " ");
    out = out.slice(0, start) + text + blank.slice(text.length) + out.slice(end);
  };
  for (const s of file.statements) {
    const start = s.getStart(file);
    if (start >= code.length) break;
    if (ts.isExportDeclaration(s)) put(start, s.end, ";");
    else if (ts.isExportAssignment(s)) put(start, s.expression.getStart(file), "void");
    else if (ts.canHaveModifiers(s)) {
      const marks = (ts.getModifiers(s) ?? []).filter(
        (m) => m.kind === ts.SyntaxKind.ExportKeyword || m.kind === ts.SyntaxKind.DefaultKeyword,
      );
      const isNameless = (ts.isFunctionDeclaration(s) || ts.isClassDeclaration(s)) && !s.name;
      marks.forEach((m, i) => {
        put(m.getStart(file), m.end, isNameless && i === 0 ? "void" : "");
      });
    }
  }
  return out;
}
