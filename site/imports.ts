// What src/ imports, read from its text: the picture of the house and the test of the import matrix stand on it.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/** One import, re-export, require or import() of a file. */
export interface Import {
  /** Path of the importing file below src/. */
  readonly file: string;
  /** The room it lies in; "index.ts" for the table of contents. */
  readonly room: string;
  /** What it names, as written. */
  readonly target: string;
  /** The room that it names where the path is relative, otherwise undefined. */
  readonly leansOn?: string;
}

/** Reads every import below a folder of rooms.
 *  @param src Path of src/.
 *  @returns In the order of the file names; rooms import themselves as well. */
export function readImports(src: string): Import[] {
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith(".ts"),
  );
  return files.sort().flatMap((file) => {
    const text = readFileSync(join(src, file), "utf8");
    const room = file.split(sep)[0]!;
    return [...text.matchAll(/(?:from|import|require|resolve)\s*\(?\s*"([^"\n]+)"/g)].map(([, target]) => {
      if (!target!.startsWith(".")) return { file, room, target: target! };
      const path = relative(src, resolve(src, dirname(file), target!));
      return { file, room, target: target!, leansOn: path.startsWith("..") ? room : path.split(sep)[0]! };
    });
  });
}

/** A room as the picture shows it. */
export interface Room {
  readonly name: string;
  /** Other rooms that it imports, sorted. */
  readonly leansOn: readonly string[];
  /** Dependencies of the project that it imports, sorted. */
  readonly packages: readonly string[];
}

/** The rooms of src/ with what they import.
 *  @param src Path of src/.
 *  @param packages Names of the packages that count, as package.json lists them.
 *  @returns Sorted by name, without the table of contents. */
export function readRooms(src: string, packages: readonly string[]): Room[] {
  const imports = readImports(src);
  const names = [...new Set(imports.map(({ room }) => room))].filter((name) => !name.endsWith(".ts"));
  const sorted = (list: readonly string[]) => [...new Set(list)].sort();
  return names.sort().map((name) => {
    const own = imports.filter(({ room }) => room === name);
    return {
      name,
      leansOn: sorted(
        own.flatMap(({ leansOn }) =>
          leansOn && leansOn !== name && names.includes(leansOn) ? [leansOn] : [],
        ),
      ),
      packages: sorted(
        packages.filter((each) => own.some(({ target }) => `${target}/`.startsWith(`${each}/`))),
      ),
    };
  });
}
