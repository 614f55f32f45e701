// Any grid over two axes: an f-k or short-time spectrum, a similarity map, a field; the vertical axis runs up or down.
import type { Grid, TypedArray } from "../core/grid.js";
import { type ColourMap, colourScale } from "./colours.js";
import { type Figure, figure } from "./figure.js";
import { barStyle, barTitle, rangeOf } from "./picture.js";
import { matrix, reduced } from "./raster.js";
import { axis } from "./style.js";

/** An axis of a grid: its label with unit, and where its samples lie. */
export interface GridAxis {
  /** Quantity and unit, e.g. "wavenumber (1/m)". */
  readonly label: string;
  /** Positions, ascending and evenly spaced, shape [n]; or [first, last]. Default 0 .. n - 1. */
  readonly at?: ArrayLike<number>;
}

export interface ImageOptions {
  readonly title: string;
  /** Horizontal axis, along the grid's columns. */
  readonly x: GridAxis;
  /** Vertical axis, along its rows. */
  readonly y: GridAxis;
  /** What the colours show, with its unit, e.g. "amplitude (dB)". */
  readonly quantity: string;
  /** Default "sequential". */
  readonly colours?: ColourMap;
  /** Values of the end colours: a number r stands for -r .. r. Default: least and largest ("sequential"), else what 99 % stay below. */
  readonly range?: number | readonly [number, number];
  /** Row 0 on top. Default false. */
  readonly isDown?: boolean;
  /** Default: a sentence made of title, axes and range. */
  readonly alt?: string;
}

/** Most values along an axis that are sent: 300 x 300 are half a megabyte. */
const most = 300;

/** Shows a grid of values.
 *
 *  @param grid [rows, columns]; beyond 300 a side means are shown. NaN stays empty.
 *  @param options See ImageOptions.
 *  @returns Figure.
 *  @throws RangeError if the shape or an axis does not fit. */
export function image(grid: Grid<TypedArray>, options: ImageOptions): Figure {
  const { title, quantity, colours = "sequential", isDown = false } = options;
  const m = matrix("image", grid);
  const small = reduced(m, most);
  const range = rangeOf([m], colours, options.range);
  const [x, y] = [steps("x", options.x, m.columns, small.columns), steps("y", options.y, m.rows, small.rows)];
  const z = Array.from({ length: small.rows }, (_, i) =>
    Array.from({ length: small.columns }, (_, j) => Math.fround(small.data[i * small.columns + j]!)),
  );
  const data = [
    {
      type: "heatmap",
      z,
      x0: x.first,
      dx: x.step,
      y0: y.first,
      dy: y.step,
      zmin: range[0],
      zmax: range[1],
      colorscale: colourScale(colours),
      colorbar: barStyle,
      hovertemplate: "%{x:.4~g}, %{y:.4~g}<br>%{z:.4~g}<extra></extra>",
    },
  ];
  const layout = {
    height: 450,
    margin: { l: 70, r: 100, t: 50, b: 55 },
    annotations: [barTitle(quantity)],
    xaxis: axis(options.x.label, { range: x.ends, showgrid: false }),
    yaxis: axis(options.y.label, { range: isDown ? [...y.ends].reverse() : y.ends, showgrid: false }),
  };
  const alt =
    options.alt ??
    `${title}. ${quantity} over ${options.x.label} and ${options.y.label}, from ${short(range[0])} to ${short(range[1])}.`;
  return figure({ title, alt, data, layout });
}

/** First position, distance and ends of the axis, for n samples of which `shown` means are drawn. */
function steps(name: "x" | "y", { at }: GridAxis, n: number, shown: number) {
  if (at !== undefined && at.length !== n && at.length !== 2)
    throw new RangeError(`image: ${name}.at must have ${n} positions or 2, got ${at.length}`);
  const [first, last] = at === undefined ? [0, n - 1] : [at[0]!, at[at.length - 1]!];
  if (n > 1 && !(last > first))
    throw new RangeError(`image: ${name}.at must ascend, got ${first} .. ${last}`);
  const step = n > 1 ? (last - first) / (n - 1) : 1;
  const size = (step * n) / shown;
  return {
    first: first - step / 2 + size / 2,
    step: size,
    ends: [first - step / 2, first + (n - 0.5) * step],
  };
}

const short = (v: number) => String(Number(v.toPrecision(3)));
