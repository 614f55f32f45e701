// Sections side by side with one colour scale: before, after, and what was taken off.
import type { Grid, TypedArray } from "../core/grid.js";
import type { ColourMap } from "./colours.js";
import { type Figure, figure, type Trace } from "./figure.js";
import { barTitle, colourBar, pictureAxes, pictureTraces, rangeOf } from "./picture.js";
import { type Matrix, matrix } from "./raster.js";
import { withUnit } from "./style.js";

export interface ComparisonOptions {
  /** Sample interval, s, or what `yLabel` counts in. */
  readonly dt: number;
  readonly title: string;
  /** Distance from trace to trace, in the unit of xLabel. Default 1. */
  readonly dx?: number;
  /** Default "trace number". */
  readonly xLabel?: string;
  /** Default "time (s)". */
  readonly yLabel?: string;
  /** Adds a panel, the first section minus the second. Default: true for two sections, else false. */
  readonly difference?: boolean;
  /** Default "diverging". */
  readonly colours?: ColourMap;
  /** Amplitude of the end colours, or [low, high]. Default: what 99 % of the first section stays below. */
  readonly range?: number | readonly [number, number];
  /** Default "amplitude". */
  readonly quantity?: string;
  /** Its unit. Default: none. */
  readonly unit?: string;
  /** Default: a sentence made of title, names and range. */
  readonly alt?: string;
}

/** Shows sections of one shape side by side. All have the same colours for the same amplitude, so that a difference that looks empty is empty.
 *  Zooming one zooms all.
 *
 *  @param sections Sections [nt, nx] by their names, 1 .. 6, e.g. { noisy, denoised }.
 *  @param options See ComparisonOptions.
 *  @returns Figure; up to three panels in a row.
 *  @throws RangeError if shapes differ. */
export function comparison(
  sections: Readonly<Record<string, Grid<TypedArray>>>,
  options: ComparisonOptions,
): Figure {
  const { dt, title, dx = 1, xLabel = "trace number", yLabel = "time (s)", unit } = options;
  const { colours = "diverging", quantity = "amplitude" } = options;
  const panels = Object.entries(sections).map(([name, grid]) => ({
    name,
    matrix: matrix("comparison", grid),
  }));
  const [first, second] = panels;
  if (first === undefined || panels.length > 6)
    throw new RangeError(`comparison: needs 1 to 6 sections, got ${panels.length}`);
  for (const p of panels)
    if (p.matrix.rows !== first.matrix.rows || p.matrix.columns !== first.matrix.columns)
      throw new RangeError(
        `comparison: all must have one shape, got [${first.matrix.rows}, ${first.matrix.columns}] and [${p.matrix.rows}, ${p.matrix.columns}]`,
      );
  if (!(dt > 0 && dx > 0)) throw new RangeError(`comparison: dt and dx must be > 0, got ${dt} and ${dx}`);
  if (options.difference ?? panels.length === 2) {
    if (second === undefined) throw new RangeError("comparison: a difference needs two sections, got 1");
    panels.push({ name: `${first.name} minus ${second.name}`, matrix: minus(first.matrix, second.matrix) });
  }
  const range = rangeOf(
    colours === "sequential" ? panels.map((p) => p.matrix) : [first.matrix],
    colours,
    options.range,
  );
  const columns = Math.min(3, panels.length);
  const rows = Math.ceil(panels.length / columns);
  const [x, y] = [
    { first: 0, step: dx, label: xLabel },
    { first: 0, step: dt, label: yLabel },
  ];
  const width = columns === 1 ? 700 : columns === 2 ? 800 : 860;
  const layout: Record<string, unknown> = {
    width,
    height: 50 + rows * 400,
    margin: { l: 70, r: 100, t: 75, b: 55 },
    annotations: [barTitle(withUnit(quantity, unit))],
  };
  const data: Trace[] = [];
  const gap = { x: 0.02, y: 0.13 };
  for (const [k, panel] of panels.entries()) {
    const [row, column] = [Math.floor(k / columns), k % columns];
    const id = k === 0 ? "" : String(k + 1);
    const picture = { matrix: panel.matrix, x, y, range, colours, quantity, panel: k + 1 };
    data.push(...pictureTraces(picture));
    const place = (i: number, n: number, space: number): [number, number] => {
      const size = (1 - space * (n - 1)) / n;
      return [i * (size + space), i * (size + space) + size];
    };
    const across = place(column, columns, gap.x);
    const [bottom, top] = place(rows - 1 - row, rows, gap.y);
    const isLowest = k + columns >= panels.length;
    const axes = pictureAxes(picture, {
      x: { domain: across, anchor: `y${id}`, ...(k > 0 ? { matches: "x" } : {}), nticks: 5 },
      y: {
        domain: [bottom, top],
        anchor: `x${id}`,
        ...(k > 0 ? { matches: "y" } : {}),
        showticklabels: column === 0,
      },
    });
    if (!isLowest) axes.x.title = { text: "" };
    if (column > 0) axes.y.title = { text: "" };
    layout[`xaxis${id}`] = axes.x;
    layout[`yaxis${id}`] = axes.y;
    (layout.annotations as object[]).push({
      text: panel.name,
      x: across[0],
      xref: "paper",
      xanchor: "left",
      y: top,
      yref: "paper",
      yanchor: "bottom",
      yshift: 2,
      showarrow: false,
      font: { size: 13 },
    });
  }
  data.push(colourBar(range, colours));
  const names = panels.map((p) => p.name).join(", ");
  const alt =
    options.alt ??
    `${title}. Side by side with one colour scale: ${names}; ${first.matrix.columns} traces, ${first.matrix.rows} samples, ${quantity} from ${short(range[0])} to ${short(range[1])}${unit === undefined ? "" : ` ${unit}`}.`;
  return figure({ title, alt, data, layout });
}

function minus(a: Matrix, b: Matrix): Matrix {
  const data = Float64Array.from({ length: a.data.length }, (_, i) => a.data[i]! - b.data[i]!);
  return { rows: a.rows, columns: a.columns, data };
}

const short = (v: number) => String(Number(v.toPrecision(3)));
