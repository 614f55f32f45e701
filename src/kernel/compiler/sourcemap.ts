// Reads a version 3 source map: from a place in emitted JavaScript back to the TypeScript that someone wrote.

const digits = new Map(
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"].map((c, i) => [c, i]),
);

/** A place in text, both from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** For each emitted line: [emitted column, source line, source column], by column. */
export type Mappings = readonly (readonly (readonly [number, number, number])[])[];

/** Decodes the `mappings` of a map with one source.
 *  @param mappings Base64 VLQ text.
 *  @returns Segments line by line. */
export function decode(mappings: string): Mappings {
  const lines: [number, number, number][][] = [];
  let line = 0;
  let column = 0;
  for (const group of mappings.split(";")) {
    const segments: [number, number, number][] = [];
    let emitted = 0;
    for (const segment of group === "" ? [] : group.split(",")) {
      const fields: number[] = [];
      let value = 0;
      let shift = 0;
      for (const c of segment) {
        const d = digits.get(c) ?? 0;
        value += (d & 31) << shift;
        shift += 5;
        if (d & 32) continue;
        fields.push(value & 1 ? -(value >> 1) : value >> 1);
        value = 0;
        shift = 0;
      }
      emitted += fields[0] ?? 0;
      if (fields.length < 4) continue;
      line += fields[2] ?? 0;
      column += fields[3] ?? 0;
      segments.push([emitted, line, column]);
    }
    lines.push(segments);
  }
  return lines;
}

/** Where an emitted place came from.
 *  @param mappings As `decode` returns them.
 *  @param at Place in the emitted text.
 *  @returns Place in the source, or undefined where the compiler added the line. */
export function original(mappings: Mappings, at: Place): Place | undefined {
  let best: Place | undefined;
  for (const [emitted, line, column] of mappings[at.line] ?? []) {
    if (emitted > at.column && best) break;
    best = { line, column };
  }
  return best;
}
