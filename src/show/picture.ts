// One picture of numbers in a figure: an image trace, values to hover over, a colour bar; vertical axis down.
import { type ColourMap, colourScale } from "./colours.js";
import type { Trace } from "./figure.js";
import { extent, type Matrix, raster, reduced } from "./raster.js";
import { axis } from "./style.js";

/** An axis of a picture: where its first sample lies, how far apart they are. */
export interface Steps {
  readonly first: number;
  readonly step: number;
  /** Quantity and unit, e.g. "time (s)". */
  readonly label: string;
}

/** What is drawn, where. */
export interface Picture {
  readonly matrix: Matrix;
  readonly x: Steps;
  readonly y: Steps;
  readonly range: readonly [number, number];
  readonly colours: ColourMap;
  /** Number of its axes in the figure: 1, 2, ... Default 1. */
  readonly panel?: number;
  /** What a value is called under the pointer, e.g. "amplitude". */
  readonly quantity: string;
}

/** Hover values along an axis, at most. */
const values = 100;

/** Image trace and hover values of a picture. */
export function pictureTraces({ matrix, x, y, range, colours, panel = 1, quantity }: Picture): Trace[] {
  const { uri, width, height } = raster(matrix, range, colours);
  const small = reduced(matrix, values);
  const id = panel === 1 ? "" : String(panel);
  const along = (steps: Steps, n: number, shown: number) => {
    const size = (steps.step * n) / shown;
    return { first: steps.first - steps.step / 2 + size / 2, size };
  };
  const [px, py] = [along(x, matrix.columns, width), along(y, matrix.rows, height)];
  const [hx, hy] = [along(x, matrix.columns, small.columns), along(y, matrix.rows, small.rows)];
  const rows = Array.from({ length: small.rows }, (_, i) =>
    Array.from({ length: small.columns }, (_, j) => Math.fround(small.data[i * small.columns + j]!)),
  );
  const [nameX, nameY] = [named(x.label), named(y.label)];
  return [
    {
      type: "image",
      source: uri,
      x0: px.first,
      dx: px.size,
      y0: py.first,
      dy: py.size,
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      hoverinfo: "skip",
    },
    {
      type: "heatmap",
      z: rows,
      x0: hx.first,
      dx: hx.size,
      y0: hy.first,
      dy: hy.size,
      xaxis: `x${id}`,
      yaxis: `y${id}`,
      opacity: 0, // only there for its values
      showscale: false,
      hovertemplate: `${nameX.name} %{x:.4~g}${nameX.unit}<br>${nameY.name} %{y:.4~g}${nameY.unit}<br>${quantity} %{z:.4~g}<extra></extra>`,
    },
  ];
}

/** How colour bars look. Their title is an annotation, `barTitle`: Plotly's own runs into the tick labels. */
export const barStyle = {
  thickness: 14,
  len: 1,
  lenmode: "fraction",
  outlinewidth: 1,
  outlinecolor: "#444444",
  ticks: "outside",
  nticks: 7,
  exponentformat: "SI",
  minexponent: 4,
} as const;

/** Title of the colour bar to the right of the panels; the right margin must be 100 pixels or more. */
export function barTitle(text: string): object {
  return {
    text,
    textangle: -90,
    x: 1,
    xref: "paper",
    xanchor: "center",
    xshift: 86,
    y: 0.5,
    yref: "paper",
    yanchor: "middle",
    showarrow: false,
  };
}

/** A colour bar: a trace of no points. */
export function colourBar(range: readonly [number, number], colours: ColourMap): Trace {
  return {
    type: "scatter",
    mode: "markers",
    x: [null],
    y: [null],
    showlegend: false,
    hoverinfo: "skip",
    marker: {
      color: [range[0]],
      cmin: range[0],
      cmax: range[1],
      colorscale: colourScale(colours),
      showscale: true,
      colorbar: barStyle,
    },
  };
}

/** The two axes of a picture, in its edges' units; y runs down. */
export function pictureAxes(
  { matrix, x, y }: Pick<Picture, "matrix" | "x" | "y">,
  more: {
    readonly x?: Readonly<Record<string, unknown>>;
    readonly y?: Readonly<Record<string, unknown>>;
  } = {},
): { readonly x: Record<string, unknown>; readonly y: Record<string, unknown> } {
  const ends = ({ first, step }: Steps, n: number) => [first - step / 2, first + (n - 0.5) * step];
  return {
    x: axis(x.label, { range: ends(x, matrix.columns), showgrid: false, constrain: "domain", ...more.x }),
    y: axis(y.label, {
      range: ends(y, matrix.rows).reverse(),
      showgrid: false,
      constrain: "domain",
      scaleanchor: false, // an image trace would tie the axes together
      ...more.y,
    }),
  };
}

/** Range of the colours: symmetric about 0 for the diverging and the grey map, else from the least to the largest value. */
export function rangeOf(
  all: readonly Matrix[],
  colours: ColourMap,
  given?: number | readonly [number, number],
): readonly [number, number] {
  if (typeof given === "number") {
    if (!(given > 0)) throw new RangeError(`show: range must be > 0 or [low, high], got ${given}`);
    return [-given, given];
  }
  if (given !== undefined) {
    if (!(given[1] > given[0])) throw new RangeError(`show: range must ascend, got [${given.join(", ")}]`);
    return given;
  }
  const found = all.map(extent);
  if (colours === "sequential") {
    const low = Math.min(...found.map((e) => e.low));
    const high = Math.max(...found.map((e) => e.high));
    return high > low ? [low, high] : [low - 0.5, high + 0.5];
  }
  const clip = Math.max(...found.map((e) => e.clip)) || 1;
  return [-clip, clip];
}

function named(label: string): { readonly name: string; readonly unit: string } {
  const [, name = label, unit] = /^(.*?)\s*\(([^()]*)\)$/.exec(label) ?? [];
  return { name, unit: unit === undefined ? "" : ` ${unit}` };
}
