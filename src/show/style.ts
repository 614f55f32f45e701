// Colours and axes that all figures share.

/** Eight colours that colour-blind readers can tell apart, after black the ones of Okabe and Ito (2008); yellow, too pale on white, comes last. */
export const palette = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#000000",
  "#e69f00",
  "#56b4e9",
  "#f0e442",
] as const;

/** Colour number i, round and round.
 *  @param i 0, 1, 2, ... */
export function colour(i: number): string {
  return palette[i % palette.length]!;
}

/** An axis with a title, a closed frame and a faint grid, in Plotly's JSON.
 *  @param title Quantity with its unit in brackets, e.g. "time (s)".
 *  @param more Whatever else Plotly knows; it wins. */
export function axis(title: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    title: { text: title, standoff: 8 },
    showline: true,
    mirror: true,
    linecolor: "#444444",
    gridcolor: "#e4e4e4",
    ticks: "outside",
    ticklen: 4,
    zeroline: false,
    automargin: true,
    exponentformat: "power",
    minexponent: 4,
    separatethousands: true,
    ...more,
  };
}

/** "time (s)" from a name and an optional unit. */
export function withUnit(name: string, unit?: string): string {
  return unit === undefined || unit === "" ? name : `${name} (${unit})`;
}
