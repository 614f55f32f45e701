// Trace numbers as short text.

/** Numbers with runs joined: "3 traces (4, 7-8)"; of very many the first ones.
 *  @param traces Trace numbers from 0, any order. */
export function traceList(traces: ArrayLike<number>): string {
  const sorted = Int32Array.from(traces).sort();
  const runs: string[] = [];
  for (let i = 0; i < sorted.length; ) {
    let j = i;
    while (j + 1 < sorted.length && sorted[j + 1] === sorted[j]! + 1) j++;
    runs.push(j === i ? `${sorted[i]}` : `${sorted[i]}-${sorted[j]}`);
    i = j + 1;
  }
  const shown = runs.length > 20 ? [...runs.slice(0, 20), "..."] : runs;
  return `${sorted.length} trace${sorted.length === 1 ? "" : "s"} (${shown.join(", ")})`;
}
