// Notebooks as grading reads them: cells with id, kind, text and tags, and which of a student's cells is which of the original's.
import { readFileSync } from "node:fs";

/** A cell. */
export interface Cell {
  readonly id: string;
  readonly isCode: boolean;
  readonly source: string;
  readonly tags: readonly string[];
}

interface Raw {
  readonly id?: unknown;
  readonly cell_type?: unknown;
  readonly source?: unknown;
  readonly metadata?: { readonly tags?: unknown };
}

/** Cells of a notebook.
 *
 *  @param file Path of an .ipynb file.
 *  @throws Error if it is no notebook. */
export function readCells(file: string): Cell[] {
  let book: { readonly cells?: unknown };
  try {
    book = JSON.parse(readFileSync(file, "utf8")) as typeof book;
  } catch (error) {
    throw new Error(`readCells: the file must be a notebook, got ${(error as Error).message.split("\n")[0]}`);
  }
  if (!Array.isArray(book?.cells)) throw new Error("readCells: the file must be a notebook, got no cells");
  return (book.cells as readonly Raw[]).map((raw, i) => {
    const { source, metadata } = raw ?? {};
    const text = Array.isArray(source) ? source.join("") : typeof source === "string" ? source : "";
    const tags = Array.isArray(metadata?.tags) ? metadata.tags.map(String) : [];
    return {
      id: typeof raw?.id === "string" ? raw.id : `#${i}`,
      isCode: raw?.cell_type === "code",
      source: text,
      tags,
    };
  });
}

/** How many cells of a student's notebook have the text of one of the original's: finds the original of a renamed file, also of one that an
 *  older Jupyter has saved, which takes the ids away.
 *
 *  @param isCommon Whether a text stands in several originals, as `summary();` does: it tells nothing. */
export function likeness(
  original: readonly Cell[],
  student: readonly Cell[],
  isCommon: (text: string) => boolean,
): number {
  const own = new Set(
    original.map(({ source }) => source.trim()).filter((text) => text !== "" && !isCommon(text)),
  );
  return new Set(student.map(({ source }) => source.trim()).filter((text) => own.has(text))).size;
}

/** Which of the original's cells each of a student's cells is: by id, else by the same text, else the exercises in their order.
 *
 *  @returns For each of the student's cells an index into `original`, or undefined for a cell of the student's own. */
export function matchCells(original: readonly Cell[], student: readonly Cell[]): (number | undefined)[] {
  const free = new Set(original.keys());
  const found: (number | undefined)[] = student.map(() => undefined);
  const take = (fits: (theirs: Cell, ours: Cell) => boolean) => {
    for (const [i, theirs] of student.entries()) {
      if (found[i] !== undefined) continue;
      const at = [...free].find((k) => original[k]!.isCode === theirs.isCode && fits(theirs, original[k]!));
      if (at === undefined) continue;
      found[i] = at;
      free.delete(at);
    }
  };
  const isExercise = (cell: Cell) => cell.tags.includes("exercise");
  take((theirs, ours) => theirs.id === ours.id);
  take((theirs, ours) => theirs.source.trim() !== "" && theirs.source.trim() === ours.source.trim());
  take((theirs, ours) => isExercise(theirs) && isExercise(ours));
  return found;
}
