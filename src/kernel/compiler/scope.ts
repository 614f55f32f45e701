// Names of earlier cells, and the text that brings them into a new cell without moving a character of it.
import type { Kind } from "./names.js";
import type { Service } from "./service.js";

/** Where a name was last declared. */
export interface Declared {
  readonly cell: number;
  readonly kind: Kind;
}

/** All names that a new cell may use. */
export class Scope {
  readonly #names = new Map<string, Declared>();

  readonly #counts = new Map<number, number>();

  /** Adds what a cell declared; it hides earlier names.
   *  @returns Cells of which no name is left: no later cell can reach them. */
  add(cell: number, names: ReadonlyMap<string, Kind>): number[] {
    const lost: number[] = [];
    this.#counts.set(cell, names.size);
    if (names.size === 0) lost.push(cell);
    for (const [name, kind] of names) {
      const before = this.#names.get(name)?.cell;
      this.#names.set(name, { cell, kind });
      if (before === undefined) continue;
      const left = (this.#counts.get(before) ?? 0) - 1;
      this.#counts.set(before, left);
      if (left === 0) lost.push(before);
    }
    for (const id of lost) this.#counts.delete(id);
    return lost;
  }

  /** Cells of which a name is left. */
  get alive(): number[] {
    return [...this.#counts.keys()];
  }

  /** Where a name was declared. */
  get(name: string): Declared | undefined {
    return this.#names.get(name);
  }

  /** Names of earlier cells that a text may mean.
   *  @param own Names that the text declares itself.
   *  @param mentioned Names that occur in it; all when left out. */
  visible(own: ReadonlyMap<string, Kind>, mentioned?: ReadonlySet<string>): [string, Declared][] {
    return [...this.#names].filter(([name]) => !own.has(name) && (mentioned?.has(name) ?? true));
  }
}

/** Text for the checker: imports, and a declaration for each variable, so that an assignment to it is checked as one.
 *  @param names As `visible` returns them. */
export function checkedImports(service: Service, names: readonly (readonly [string, Declared])[]): string {
  return names
    .map(([name, { cell, kind }]) => {
      const from = service.specifier(cell);
      return kind === "let"
        ? `declare let ${name}: typeof import("${from}").${name};`
        : `import { ${name} } from "${from}";`;
    })
    .join("");
}

/** Text for the emitter: everything is an import there, so that it reads and writes the earlier cell's own variable. */
export function emittedImports(service: Service, names: readonly (readonly [string, Declared])[]): string {
  return names.map(([name, { cell }]) => `import { ${name} } from "${service.specifier(cell)}";`).join("");
}
