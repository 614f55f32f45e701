// A seismic section: amplitudes as colours or as wiggles, time down.
import type { Grid, TypedArray } from "../core/grid.js";
import type { ColourMap } from "./colours.js";
import { type Figure, figure, type Trace } from "./figure.js";
import { barTitle, colourBar, type Picture, pictureAxes, pictureTraces, rangeOf } from "./picture.js";
import { matrix } from "./raster.js";
import { withUnit } from "./style.js";
import { wiggleTraces } from "./wiggle.js";

/** A line over a section: a horizon, an event's travel time. */
export interface SectionLine {
  readonly name: string;
  /** Trace positions, in the horizontal axis' unit, shape [n]. */
  readonly x: ArrayLike<number>;
  /** Times, s, shape [n]; NaN leaves a gap. */
  readonly times: ArrayLike<number>;
  /** A program's answer rather than an analyst's. Default false. */
  readonly isDashed?: boolean;
}

export interface SectionOptions {
  /** Sample interval, s. */
  readonly dt: number;
  readonly title: string;
  /** Time of the first sample, s. Default 0. */
  readonly t0?: number;
  /** Distance from trace to trace, in the unit of xLabel. Default 1. */
  readonly dx?: number;
  /** Position of the first trace. Default 0. */
  readonly x0?: number;
  /** Default "trace number". */
  readonly xLabel?: string;
  /** "density": colours. "wiggle": swinging lines, at most 100 traces of 500 samples are drawn. Default "density". */
  readonly kind?: "density" | "wiggle";
  /** Default "diverging". */
  readonly colours?: ColourMap;
  /** Amplitude of the end colours, -range .. range, or [low, high]. Give several figures the same one to compare them.
   *  Default: what 99 % of the samples stay below. */
  readonly range?: number | readonly [number, number];
  /** What is shown. Default "amplitude". */
  readonly quantity?: string;
  /** Its unit. Default: none. */
  readonly unit?: string;
  /** Curves on top, such as horizons or first breaks. */
  readonly lines?: readonly SectionLine[];
  /** Default: a sentence made of title, extent and range. */
  readonly alt?: string;
}

/** Shows a section.
 *
 *  @param section [nt, nx]; NaN is light grey. Beyond 1,000 samples or traces pixels are means, and a value under the pointer is the mean of
 *    its surroundings.
 *  @param options See SectionOptions.
 *  @returns Figure, 700 pixels wide; time runs down.
 *  @throws RangeError if the shape or an option does not fit. */
export function section(section: Grid<TypedArray>, options: SectionOptions): Figure {
  const { dt, t0 = 0, dx = 1, x0 = 0, xLabel = "trace number", kind = "density", title } = options;
  const { colours = "diverging", quantity = "amplitude", unit } = options;
  const m = matrix("section", section);
  if (!(dt > 0)) throw new RangeError(`section: dt must be > 0, got ${dt}`);
  if (!(dx > 0)) throw new RangeError(`section: dx must be > 0, got ${dx}`);
  if (kind !== "density" && kind !== "wiggle")
    throw new RangeError(`section: kind must be "density" or "wiggle", got ${String(kind)}`);
  const range = rangeOf([m], kind === "wiggle" ? "diverging" : colours, options.range);
  const x = { first: x0, step: dx, label: xLabel };
  const y = { first: t0, step: dt, label: "time (s)" };
  const picture: Picture = { matrix: m, x, y, range, colours, quantity };
  const isDensity = kind === "density";
  const data = [
    ...(isDensity ? pictureTraces(picture) : wiggleTraces(m, x, y, range[1])),
    ...overlays(options.lines ?? []),
    ...(isDensity ? [colourBar(range, colours)] : []),
  ];
  const axes = pictureAxes(picture);
  const layout = {
    height: 480,
    margin: { l: 70, r: isDensity ? 100 : 20, t: 50, b: (options.lines?.length ?? 0) > 0 ? 90 : 55 },
    xaxis: axes.x,
    yaxis: axes.y,
    annotations: isDensity ? [barTitle(withUnit(quantity, unit))] : [],
    legend: { orientation: "h", x: 0, y: -0.15, yanchor: "top" },
  };
  const alt =
    options.alt ??
    `${title}. Seismic section of ${m.columns} traces and ${m.rows} samples, ${(m.rows * dt).toPrecision(3)} s; ${quantity} from ${short(range[0])} to ${short(range[1])}${unit === undefined ? "" : ` ${unit}`}.`;
  return figure({ title, alt, data, layout });
}

/** Colours of lines over a picture: dark ones vanish on the ends of the maps, so these have a white rim. */
const bright = ["#009e73", "#cc79a7", "#e69f00", "#56b4e9"] as const;

/** Lines over a picture with a white rim; the legend names them. */
export function overlays(lines: readonly SectionLine[], panel = 1): Trace[] {
  const id = panel === 1 ? "" : String(panel);
  return lines.flatMap((line, i) => {
    if (line.x.length !== line.times.length)
      throw new RangeError(
        `section: x and times of "${line.name}" must have the same length, got ${line.x.length} and ${line.times.length}`,
      );
    const common = {
      type: "scatter",
      mode: "lines",
      x: Array.from(line.x),
      y: Array.from(line.times),
      xaxis: `x${id}`,
      yaxis: `y${id}`,
    };
    return [
      { ...common, line: { color: "#ffffff", width: 4 }, hoverinfo: "skip", showlegend: false },
      {
        ...common,
        name: line.name,
        line: {
          color: bright[i % bright.length],
          width: 2,
          dash: line.isDashed === true ? "dash" : "solid",
        },
        showlegend: true,
      },
    ];
  });
}

const short = (v: number) => String(Number(v.toPrecision(3)));
