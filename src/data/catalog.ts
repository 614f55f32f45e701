// The catalog of public data: what each file is, where it comes from, under which licence.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where a file comes from. */
export interface CatalogSource {
  /** Address of the repository, e.g. "https://github.com/AI4EPS/PhaseNet". */
  readonly repository: string;
  readonly commit: string;
  /** Path of the file in it; of the folder where it is made from several. */
  readonly path: string;
}

/** One file of the catalog. */
export interface CatalogEntry {
  readonly bytes: number;
  /** Checksum, hexadecimal. */
  readonly sha256: string;
  readonly title: string;
  /** Undefined where it needs none: generated numbers. */
  readonly source: CatalogSource | undefined;
  /** The set it belongs to where it is not downloaded but made here; `geodl data fetch SET` makes it. */
  readonly recipe: CatalogRecipe | undefined;
  /** What was done to the upstream files. */
  readonly changes: string | undefined;
  /** The same content as geodl itself writes it, where its bytes differ from the first maker's. */
  readonly remade: { readonly bytes: number; readonly sha256: string } | undefined;
  readonly licence: string;
  /** Whose it is, as the source's licence file says; undefined where there is no such line. */
  readonly copyright: string | undefined;
  readonly citation: readonly string[];
}

/** Sets that are made here. */
export type CatalogRecipe = "stead-ncedc" | "unit-noise";

/** data/catalog.json: files that share source and licence; a file is bytes, checksum and, where it differs, its name upstream. */
interface Group {
  readonly folder: string;
  readonly title: string;
  readonly repository?: string;
  readonly commit?: string;
  readonly path?: string;
  readonly recipe?: CatalogRecipe;
  readonly changes?: string;
  readonly licence: string;
  readonly copyright?: string;
  readonly citation: readonly string[];
  readonly files: Readonly<Record<string, readonly [bytes: number, sha256: string, upstream?: string]>>;
  readonly remade?: Readonly<Record<string, readonly [bytes: number, sha256: string]>>;
}

let entries: ReadonlyMap<string, CatalogEntry> | undefined;

/** The catalog, name to entry; names are paths below the data folder, e.g. "stead/ncedc-110.hdf5". */
export function catalog(): ReadonlyMap<string, CatalogEntry> {
  entries ??= new Map(read().flatMap(entriesOf));
  return entries;
}

function read(): readonly Group[] {
  const file = fileURLToPath(new URL("../../data/catalog.json", import.meta.url));
  return JSON.parse(readFileSync(file, "utf8")) as readonly Group[];
}

function entriesOf(group: Group): [string, CatalogEntry][] {
  const { folder, title, repository, commit, path = "", recipe, changes } = group;
  const { licence, copyright, citation } = group;
  return Object.entries(group.files).map(([name, [bytes, sha256, upstream = name]]) => {
    const inside = recipe === undefined ? [path, upstream].filter((part) => part !== "").join("/") : path;
    const source =
      repository === undefined || commit === undefined ? undefined : { repository, commit, path: inside };
    const again = group.remade?.[name];
    const remade = again && { bytes: again[0], sha256: again[1] };
    return [
      `${folder}/${name}`,
      { bytes, sha256, title, source, recipe, changes, remade, licence, copyright, citation },
    ];
  });
}

/** Whether a checksum is one of a file's: the catalog's, or that of the same content as geodl writes it. */
export function isKnown(entry: CatalogEntry, sha256: string): boolean {
  return sha256 === entry.sha256 || sha256 === entry.remade?.sha256;
}
