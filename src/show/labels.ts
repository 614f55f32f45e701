// Labels above a plot that do not run into each other: each goes to the lowest row where it has room.

/** Rows of labels, lowest first.
 *
 *  @param labels Text and place along the axis, 0 .. 1.
 *  @param width Length of the axis, px.
 *  @returns Row of each label, 0 = next to the plot. */
export function labelRows(
  labels: readonly { readonly text: string; readonly at: number }[],
  width: number,
): number[] {
  const glyph = 7.5; // mean width of a letter at size 12, px
  const spans = labels.map(({ text, at }) => {
    const half = (text.length * glyph) / 2 + 4;
    return [at * width - half, at * width + half] as const;
  });
  const rows: number[] = [];
  for (const [i, [left, right]] of spans.entries()) {
    let row = 0;
    while (rows.some((r, k) => r === row && spans[k]![0] < right && left < spans[k]![1])) row++;
    rows[i] = row;
  }
  return rows;
}
