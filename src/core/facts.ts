// Facts for the provenance table, left by whichever room knows them (TensorFlow's version, files read and their checksums).

const facts = new Map<string, string | (() => string)>();

/** Leaves one line for `notebook.provenance()`; the last value of a name wins.
 *  @param name First column, e.g. "TensorFlow" or "data stead/ncedc-110.hdf5".
 *  @param value Second column; a function is asked when the table is made. */
export function remember(name: string, value: string | (() => string)): void {
  facts.set(name, value);
}

/** All facts so far, in the order in which their names first came.
 *  @returns A copy. */
export function remembered(): ReadonlyMap<string, string> {
  return new Map([...facts].map(([name, value]) => [name, typeof value === "string" ? value : value()]));
}
