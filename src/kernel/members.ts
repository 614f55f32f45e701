// Members of a value that exists, for completion where the types know none: what an `any`, a dictionary or a parsed file holds.
import { isProxy } from "node:util/types";

const path =
  /([\p{ID_Start}$_][\p{ID_Continue}$]*(?:\s*\??\.\s*[\p{ID_Start}$_][\p{ID_Continue}$]*)*)\s*\??\.\s*([\p{ID_Continue}$]*)$/u;

/** A dotted path before the cursor.
 *  @param before The code before it.
 *  @returns Names up to the last dot, and what is typed of the member; undefined where there is no plain path. */
export function memberPath(
  before: string,
): { readonly names: readonly string[]; readonly typed: string } | undefined {
  const found = path.exec(before);
  if (!found) return undefined;
  const start = before.slice(0, found.index);
  // `f().a.b`, `x[0].a`, `"s".a`: what the path starts from is no name.
  if (/(?<!\.\.)\.\s*$/.test(start)) return undefined;
  return { names: found[1]!.split(/\s*\??\.\s*/), typed: found[2]! };
}

/** Names of the members of a value found by a path. No getter is called, no proxy asked.
 *  @param names First a variable, then properties.
 *  @param variable Value of a name of the notebook.
 *  @returns Names that can follow a dot; none where the path leads nowhere. */
export function members(names: readonly string[], variable: (name: string) => unknown): string[] {
  let value = variable(names[0]!);
  for (const name of names.slice(1)) value = property(value, name);
  const found = new Set<string>();
  for (let o = objectOf(value); o && o !== Object.prototype; o = Object.getPrototypeOf(o) as object | null) {
    if (isProxy(o)) break;
    for (const key of Object.getOwnPropertyNames(o).slice(0, 2000))
      if (/^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(key) && key !== "constructor") found.add(key);
  }
  return [...found];
}

function objectOf(value: unknown): object | null {
  if (value === null || value === undefined) return null;
  return Object(value) as object;
}

function property(value: unknown, name: string): unknown {
  for (let o = objectOf(value); o && !isProxy(o); o = Object.getPrototypeOf(o) as object | null) {
    const d = Object.getOwnPropertyDescriptor(o, name);
    if (d) return d.get ? undefined : d.value;
  }
  return undefined;
}
