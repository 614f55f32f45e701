// TypeScript to JavaScript: CommonJS that asks `require` for its imports, shaped so that a cell keeps its names alive.

import { transpile } from "./transpile.js";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

/** Name of the object through which a running cell talks to the executor. */
export const runtimeName = "$geodl";

/** JavaScript of one cell or module. */
export interface Emitted {
  readonly js: string;
  /** Of the source map, still encoded: few lines are ever asked about. */
  readonly mappings: string;
  /** What it imports, in order; loaded before it runs. */
  readonly imports: readonly string[];
  /** It awaits at its top level, so it is wrapped in an async function. */
  readonly isAsync: boolean;
}

/** How a cell differs from a module.
 *  Text from `end` on was appended: its last statement, which shares the cell's names, moves to the front. */
export interface CellShape {
  readonly end: number;
}

/** Emits one file.
 *  @param fileName Decides between TypeScript, TSX and JavaScript.
 *  @param text Its text.
 *  @param options As `emitOptions` makes them.
 *  @param cell Given for cells: their last expression is handed over. */
export function emit(fileName: string, text: string, options: TS.CompilerOptions, cell?: CellShape): Emitted {
  const imports: string[] = [];
  let isAsync = false;
  const transformers: TS.CustomTransformers = {
    before: [
      (context) => (file) => {
        const [changed, awaits] = rewrite(file, context, cell);
        isAsync = awaits;
        return changed;
      },
    ],
    after: [
      () => (file) => {
        for (const s of file.statements) {
          const from = ts.getOriginalNode(s);
          const isImport = ts.isImportDeclaration(from) || ts.isExportDeclaration(from);
          if (isImport && from.moduleSpecifier && ts.isStringLiteral(from.moduleSpecifier))
            imports.push(from.moduleSpecifier.text);
        }
        return file;
      },
    ],
  };
  const out = cell
    ? transpile(fileName, text, options, transformers)
    : whole(ts.transpileModule(text, { fileName, compilerOptions: options, transformers }));
  const { mappings } = JSON.parse(out.map) as { mappings: string };
  const js = out.js.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n");
  return { js, mappings, imports: [...new Set(imports)], isAsync };
}

function whole(out: TS.TranspileOutput): { readonly js: string; readonly map: string } {
  return { js: out.outputText, map: out.sourceMapText ?? '{"mappings":""}' };
}

function rewrite(
  file: TS.SourceFile,
  context: TS.TransformationContext,
  cell: CellShape | undefined,
): [TS.SourceFile, boolean] {
  const f = context.factory;
  let isAsync = false;
  const runtime = (method: string, args: readonly TS.Expression[]): TS.Expression =>
    f.createCallExpression(
      f.createPropertyAccessExpression(f.createIdentifier(runtimeName), method),
      undefined,
      args,
    );

  function visit(node: TS.Node, isTop: boolean): TS.Node {
    const inside = isTop && !ts.isFunctionLike(node) && !ts.isClassStaticBlockDeclaration(node);
    const changed = ts.visitEachChild(node, (n) => visit(n, inside), context);
    if (ts.isCallExpression(changed) && changed.expression.kind === ts.SyntaxKind.ImportKeyword)
      return ts.setTextRange(runtime("load", changed.arguments), node);
    if (ts.isMetaProperty(changed) && changed.keywordToken === ts.SyntaxKind.ImportKeyword)
      return f.createPropertyAccessExpression(f.createIdentifier(runtimeName), "meta");
    if (!inside) return changed;
    if (ts.isForOfStatement(changed) && changed.awaitModifier) isAsync = true;
    if (
      ts.isVariableDeclarationList(changed) &&
      (changed.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing
    )
      isAsync = true;
    if (!ts.isAwaitExpression(changed)) return changed;
    isAsync = true;
    if (!cell) return changed;
    const line = ts.getLineAndCharacterOfPosition(file, node.getStart(file)).line + 1;
    return f.updateAwaitExpression(
      changed,
      runtime("wait", [changed.expression, f.createNumericLiteral(line)]),
    );
  }

  const visited = ts.visitEachChild(file, (n) => visit(n, true), context);
  if (!cell) return [visited, isAsync];

  const imports: TS.Statement[] = [];
  const names: TS.Statement[] = [];
  const body: TS.Statement[] = [];
  visited.statements.forEach((s, i) => {
    const from = file.statements[i];
    if (ts.isImportDeclaration(s)) imports.push(s);
    else if (from && from.pos >= cell.end) {
      if (ts.isExpressionStatement(s)) names.push(s);
    } else body.push(s);
  });
  const last = body.at(-1);
  if (last && ts.isExpressionStatement(last) && !isAssignment(last.expression))
    body[body.length - 1] = ts.setTextRange(
      f.createExpressionStatement(runtime("result", [last.expression])),
      last,
    );
  return [f.updateSourceFile(visited, [...imports, ...names, ...body]), isAsync];
}

function isAssignment(e: TS.Expression): boolean {
  const { FirstAssignment, LastAssignment } = ts.SyntaxKind;
  return (
    ts.isBinaryExpression(e) &&
    e.operatorToken.kind >= FirstAssignment &&
    e.operatorToken.kind <= LastAssignment
  );
}
