// Names in a cell's text: what it declares for later cells, what it takes from outside, which checks it makes.
import { declaredNames } from "../kernel/compiler/names.js";
import { type TS, ts } from "../kernel/compiler/typescript.js";

const parse = (source: string): TS.SourceFile =>
  ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, true);

/** Names that a cell declares at its top level. */
export function declares(source: string): Set<string> {
  return new Set(declaredNames(parse(source)).keys());
}

/** Names that a cell takes from earlier cells or from JavaScript itself: those that occur and that nothing in the cell declares,
 *  at whatever depth. Names of properties do not count. */
export function takes(source: string): Set<string> {
  const used = new Set<string>();
  const own = new Set<string>();
  const visit = (node: TS.Node): void => {
    if (ts.isIdentifier(node)) {
      const parent = node.parent as TS.Node & { readonly name?: TS.Node; readonly propertyName?: TS.Node };
      const isName = parent.name === node;
      const isProperty =
        (isName && (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent))) ||
        (isName && (ts.isMethodDeclaration(parent) || ts.isPropertySignature(parent))) ||
        parent.propertyName === node;
      if (isName && !isProperty && !ts.isShorthandPropertyAssignment(parent)) own.add(node.text);
      else if (!isProperty) used.add(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  return new Set([...used].filter((name) => !own.has(name)));
}

/** Names of the checks and exercises in a cell that stand there as plain strings. */
export function checksIn(source: string): string[] {
  const names: string[] = [];
  const visit = (node: TS.Node): void => {
    if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
      const first = node.arguments[0];
      if (/^(check|exercise)$/.test(node.expression.text) && first && ts.isStringLiteralLike(first))
        names.push(first.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(parse(source));
  return names;
}
