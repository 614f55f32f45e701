// Completion, inspection and "is this complete?" for the front end.
import type { Compiler } from "./compiler/compiler.js";
import type { TS } from "./compiler/typescript.js";
import { ts } from "./compiler/typescript.js";
import { memberPath, members } from "./members.js";

/** Content of complete_reply, cursors in UTF-16 units. */
export interface Completions {
  readonly status: "ok";
  readonly matches: readonly string[];
  readonly cursor_start: number;
  readonly cursor_end: number;
  readonly metadata: object;
}

/** Names that fit at the cursor, best first; those that start as typed hide the others. Where the types know no member, those of
 *  the value itself are taken.
 *  @param pos UTF-16 units before the cursor.
 *  @param variable Value of a name of the notebook, undefined where it has none. */
export function complete(
  compiler: Compiler,
  code: string,
  pos: number,
  variable: (name: string) => unknown = () => undefined,
): Completions {
  compiler.service.files.refresh();
  compiler.place(code, true);
  const path = compiler.service.current;
  const info = compiler.service.language.getCompletionsAtPosition(path, pos, {
    includeCompletionsWithInsertText: false,
    includeCompletionsForModuleExports: false,
  });
  const start = wordStart(code, pos, info);
  const typed = code.slice(start, pos);
  const entries = (info?.entries ?? []).filter((e) => !/^(__cell_\d*|\$geodl)/.test(e.name));
  const fits = [
    (n: string) => n.startsWith(typed),
    (n: string) => n.toLowerCase().startsWith(typed.toLowerCase()),
    (n: string) => n.toLowerCase().includes(typed.toLowerCase()),
  ];
  const at = memberPath(code.slice(0, pos));
  const best = (all: readonly Entry[]): Entry[] =>
    fits.map((f) => all.filter((e) => f(e.name))).find((l) => l.length > 0) ?? [];
  let shown = best(entries);
  if (shown.length === 0 && at)
    shown = best(members(at.names, variable).map((name) => ({ name, kind: "property", sortText: "" })));
  const sorted = [...shown].sort((a, b) => compare(a.sortText, b.sortText) || compare(a.name, b.name));
  const types = sorted.map((e) => ({ text: e.name, type: e.kind, start, end: pos }));
  return {
    status: "ok",
    matches: [...new Set(sorted.map((e) => e.name))],
    cursor_start: start,
    cursor_end: pos,
    metadata: { _jupyter_types_experimental: types },
  };
}

type Entry = Pick<TS.CompletionEntry, "name" | "sortText"> & { readonly kind: string };

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function wordStart(code: string, pos: number, info: TS.WithMetadata<TS.CompletionInfo> | undefined): number {
  const span = info?.optionalReplacementSpan ?? info?.entries.find((e) => e.replacementSpan)?.replacementSpan;
  if (span && span.start <= pos) return span.start;
  return pos - (/[\p{ID_Continue}$]*$/u.exec(code.slice(0, pos))?.[0].length ?? 0);
}

/** Content of inspect_reply: signature and documentation of what is at the cursor.
 *  @param pos UTF-16 units before the cursor. */
export function inspectAt(compiler: Compiler, code: string, pos: number): object {
  compiler.service.files.refresh();
  compiler.place(code);
  const path = compiler.service.current;
  const service = compiler.service.language;
  const at = service.getQuickInfoAtPosition(path, pos) ? pos : Math.max(0, pos - 1);
  compiler.service.documentAt(at);
  const info = service.getQuickInfoAtPosition(path, at);
  if (!info || info.textSpan.start >= code.length)
    return { status: "ok", found: false, data: {}, metadata: {} };
  const signature = ts
    .displayPartsToString(info.displayParts)
    .replace(/^\(alias\) /, "")
    .replace(/\nimport .*$/, "");
  const docs = ts.displayPartsToString(info.documentation);
  const tags = (info.tags ?? []).map((t) => `@${t.name} ${ts.displayPartsToString(t.text)}`.trimEnd());
  const plain = [signature, [docs, ...tags].filter((s) => s !== "").join("\n")]
    .filter((s) => s !== "")
    .join("\n\n");
  const marked = ["```typescript", signature, "```", docs, ...tags.map((t) => `- ${t}`)].join("\n");
  return {
    status: "ok",
    found: true,
    data: { "text/plain": plain, "text/markdown": marked },
    metadata: {},
  };
}

/** Content of is_complete_reply: errors at the very end mean that more is to come.
 *  @param code A cell. */
export function isComplete(code: string): object {
  const { diagnostics } = ts.transpileModule(code, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  const errors = (diagnostics ?? []).filter(
    (d) => d.category === ts.DiagnosticCategory.Error && d.code < 2000,
  );
  const end = code.trimEnd().length;
  const isAtEnd = (d: TS.Diagnostic): boolean => (d.start ?? 0) + (d.length ?? 0) >= end;
  if (errors.length === 0) return { status: "complete" };
  if (!isAtEnd(errors[0]!)) return { status: "invalid" };
  const open = code.trimEnd().endsWith("{") || code.trimEnd().endsWith("(") || code.trimEnd().endsWith("[");
  const indent = /[ \t]*(?=[^\n]*$)/.exec(code)?.[0] ?? "";
  return { status: "incomplete", indent: open ? `${indent}  ` : indent };
}
