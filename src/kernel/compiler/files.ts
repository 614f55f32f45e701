// The files that the checker sees: cells in memory, everything else from disk, each read once unless it may be edited.
import { statSync } from "node:fs";
import { sep } from "node:path";
import type { TS } from "./typescript.js";
import { ts } from "./typescript.js";

interface Entry {
  readonly snapshot: TS.IScriptSnapshot;
  readonly version: string;
}

/** Whether a file belongs to an installed package, and so does not change while the kernel runs. */
export function isInstalled(file: string): boolean {
  return file.includes(`${sep}node_modules${sep}`);
}

/** Cells by path, and a cache of the disk. */
export class Files {
  readonly #cells = new Map<string, Entry>();
  readonly #disk = new Map<string, Entry>();
  /** Files outside node_modules that a cell imports: looked at again before each cell. */
  readonly #editable = new Set<string>();
  #turn = 0;
  #edits = 0;
  #hasSources = false;

  /** Puts a cell's text in place. */
  setCell(path: string, text: string): void {
    this.#cells.set(path, { snapshot: ts.ScriptSnapshot.fromString(text), version: String(++this.#turn) });
  }

  /** Puts a text in place that never changes. */
  setFixed(path: string, text: string, version = "1"): void {
    if (this.#disk.get(path)?.version === version) return;
    this.#disk.set(path, { snapshot: ts.ScriptSnapshot.fromString(text), version });
  }

  /** Text of a cell. */
  cellText(path: string): string | undefined {
    const text = this.#cells.get(path)?.snapshot;
    return text?.getText(0, text.getLength());
  }

  /** Forgets cells that nothing needs any more.
   *  @param isNeeded Asked for each path. */
  keepCells(isNeeded: (path: string) => boolean): void {
    for (const path of [...this.#cells.keys()]) if (!isNeeded(path)) this.#cells.delete(path);
  }

  /** How often a file was found changed on disk. */
  get edits(): number {
    return this.#edits;
  }

  /** A cell has imported TypeScript of the project's own, which may fail beside the cell. */
  get hasSources(): boolean {
    return this.#hasSources;
  }

  /** Looks whether editable files have changed on disk; `edits` counts it. */
  refresh(): void {
    for (const path of this.#editable)
      if (this.#disk.get(path)?.version !== stamp(path)) {
        this.#disk.delete(path);
        this.#edits++;
      }
  }

  has(path: string): boolean {
    return this.#cells.has(path) || this.#disk.has(path) || ts.sys.fileExists(path);
  }

  version(path: string): string {
    return this.#entry(path)?.version ?? "gone";
  }

  snapshot(path: string): TS.IScriptSnapshot | undefined {
    return this.#entry(path)?.snapshot;
  }

  #entry(path: string): Entry | undefined {
    const known = this.#cells.get(path) ?? this.#disk.get(path);
    if (known) return known;
    const text = ts.sys.readFile(path);
    if (text === undefined) return undefined;
    const isFixed = isInstalled(path);
    if (!isFixed) this.#editable.add(path);
    if (!isFixed && !/\.(d\.[mc]?ts|json)$/.test(path)) this.#hasSources = true;
    const entry = { snapshot: ts.ScriptSnapshot.fromString(text), version: isFixed ? "1" : stamp(path) };
    this.#disk.set(path, entry);
    return entry;
  }
}

/** What changes when a file is edited.
 *  @param path Any file.
 *  @returns Time and size, or "gone". */
export function stamp(path: string): string {
  const s = statSync(path, { throwIfNoEntry: false });
  return s ? `${s.mtimeMs}:${s.size}` : "gone";
}
