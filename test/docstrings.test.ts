// What is asked of the docstring of every name that a room exports: it is there, it names the arrays that go into a function, says what
// array comes back, and that the function throws where it does.
import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const config = ts.getParsedCommandLineOfConfigFile(
  join(root, "tsconfig.json"),
  {},
  { ...ts.sys, onUnRecoverableConfigFileDiagnostic: () => {} },
)!;
const rooms = readdirSync(join(root, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["cli", "kernel"].includes(entry.name))
  .map(({ name }) => name);
const program = ts.createProgram(
  rooms.map((room) => join(root, "src", room, "index.ts")),
  config.options,
);
const checker = program.getTypeChecker();

/** A public name and where it is declared. */
interface Export {
  readonly name: string;
  readonly node: ts.Declaration;
}

const followed = (symbol: ts.Symbol) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** Public names below a module; those of `export * as name` too. */
function exportsOf(file: ts.SourceFile, before: string): Export[] {
  return checker.getExportsOfModule(checker.getSymbolAtLocation(file)!).flatMap((symbol) => {
    const node = followed(symbol).declarations?.[0];
    if (!node?.getSourceFile().fileName.startsWith(join(root, "src"))) return [];
    const name = `${before}.${symbol.name}`;
    return ts.isSourceFile(node) ? exportsOf(node, name) : [{ name, node }];
  });
}

const all = rooms.flatMap((room) =>
  exportsOf(program.getSourceFile(join(root, "src", room, "index.ts"))!, room),
);

/** The docstring of a declaration, "" where there is none. */
function textOf(node: ts.Declaration): string {
  let at: ts.Node = node;
  if (ts.isVariableDeclaration(node)) at = node.parent.parent;
  const full = at.getSourceFile().text;
  const ranges = ts.getLeadingCommentRanges(full, at.getFullStart()) ?? [];
  const doc = ranges.map(({ pos, end }) => full.slice(pos, end)).filter((text) => text.startsWith("/**"));
  return doc.at(-1) ?? "";
}

/** The function that a declaration is, if it is one; one whose type is named is described there. */
function functionOf(node: ts.Declaration): ts.SignatureDeclaration | undefined {
  if (ts.isFunctionDeclaration(node)) return node;
  const value = ts.isVariableDeclaration(node) && !node.type ? node.initializer : undefined;
  return value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value)) ? value : undefined;
}

/** Whether a body throws an error of its own, the functions inside left out. */
function throwsItself(node: ts.Node): boolean {
  let found = false;
  const visit = (each: ts.Node): void => {
    if (ts.isThrowStatement(each) && ts.isNewExpression(each.expression)) found = true;
    else if (!ts.isFunctionLike(each)) ts.forEachChild(each, visit);
  };
  ts.forEachChild(node, visit);
  return found;
}

/** Options whose names say it all. */
const plain = ["title", "seed", "signal", "onReport"];

const where = ({ name, node }: Export) => `${name} (${relative(root, node.getSourceFile().fileName)})`;

const functions = all.flatMap((one) => {
  const signature = functionOf(one.node);
  return signature ? [{ ...one, signature, doc: textOf(one.node) }] : [];
});

/** Whether a type holds numbers one after the other: shape and unit matter. */
function isArray(type: ts.Type): boolean {
  const name = checker.typeToString(type);
  return /\b(Float(32|64)Array|U?[Ii]nt(8|16|32)Array|TypedArray|Grid<|Tensor\b|Samples\b|Reals\b|number\[\]|ArrayLike<number>)/.test(
    name,
  );
}

describe("docstrings", () => {
  it("are looked for at every public name", () => {
    expect(all.length).toBeGreaterThan(500);
    expect(functions.length).toBeGreaterThan(200);
  });

  it("are there; of options, at every field", () => {
    const faults = all.flatMap((one) => {
      if (textOf(one.node) !== "") return [];
      const isOptions = ts.isInterfaceDeclaration(one.node) && /(Options|Settings)$/.test(one.name);
      if (!isOptions) return [where(one)];
      return one.node.members
        .filter((member) => textOf(member) === "" && !plain.includes(member.name?.getText() ?? ""))
        .map((member) => `${where(one)}: ${member.name?.getText()}`);
    });
    expect(faults).toEqual([]);
  });

  it("name each array that goes into a function", () => {
    const faults = functions.flatMap((one) =>
      one.signature.parameters.flatMap((parameter) => {
        const name = parameter.name.getText();
        const isNamed = !ts.isIdentifier(parameter.name) || new RegExp(`\\b${name}\\b`).test(one.doc);
        return isNamed || !isArray(checker.getTypeAtLocation(parameter)) ? [] : [`${where(one)}: ${name}`];
      }),
    );
    expect(faults).toEqual([]);
  });

  it("say the shape, or what it is, of an array that comes back", () => {
    const faults = functions.filter(({ signature, doc }) => {
      const back = checker.getSignatureFromDeclaration(signature)!.getReturnType();
      return isArray(back) && !/@returns|\[\w/.test(doc);
    });
    expect(faults.map(where)).toEqual([]);
  });

  it("say that a function throws", () => {
    const faults = functions.filter(({ signature, doc }) => {
      const { body } = signature as ts.FunctionDeclaration;
      return body && throwsItself(body) && !/@throws/.test(doc);
    });
    expect(faults.map(where)).toEqual([]);
  });
});
