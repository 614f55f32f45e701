// The catalog of public data: what each file is, where it comes from, under which licence.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** One file of the catalog. */
export interface CatalogEntry {
  readonly bytes: number;
  /** Checksum, hexadecimal. */
  readonly sha256: string;
  readonly title: string;
  readonly source: {
    readonly repository: string;
    readonly commit: string;
    readonly path: string;
    /** What was done to the upstream files. */
    readonly changes: string;
  };
  readonly licence: string;
  readonly citation: readonly string[];
}

let entries: ReadonlyMap<string, CatalogEntry> | undefined;

/** The catalog, name to entry; names are paths below the data folder, e.g. "stead/ncedc-110.hdf5". */
export function catalog(): ReadonlyMap<string, CatalogEntry> {
  const file = fileURLToPath(new URL("../../data/catalog.json", import.meta.url));
  entries ??= new Map(Object.entries(JSON.parse(readFileSync(file, "utf8")) as Record<string, CatalogEntry>));
  return entries;
}
