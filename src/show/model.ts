// A velocity model: depth down, distances true to scale, sources and receivers on it.
import type { Grid, TypedArray } from "../core/grid.js";
import { type Figure, figure, type Trace } from "./figure.js";
import { barTitle, colourBar, pictureAxes, pictureTraces, rangeOf } from "./picture.js";
import { matrix } from "./raster.js";
import { withUnit } from "./style.js";

/** Places in a model, m. */
export interface Places {
  readonly x: ArrayLike<number>;
  readonly z: ArrayLike<number>;
}

export interface VelocityModelOptions {
  /** Grid spacing, m, or [dz, dx]. */
  readonly spacing: number | readonly [number, number];
  readonly title: string;
  /** Velocities of the end colours, m/s. Give several figures the same one to compare them. Default: least and largest. */
  readonly range?: readonly [number, number];
  /** Marked by stars. */
  readonly sources?: Places;
  /** Marked by triangles. */
  readonly receivers?: Places;
  /** What is shown. Default "velocity". */
  readonly quantity?: string;
  /** Its unit. Default "m/s". */
  readonly unit?: string;
  /** One kilometre down is as long as one across. Default true; false fills the figure. */
  readonly isTrueToScale?: boolean;
  /** Default: a sentence made of title, extent and range. */
  readonly alt?: string;
}

/** Shows a velocity model.
 *
 *  @param model [nz, nx], m/s.
 *  @param options See VelocityModelOptions.
 *  @returns Figure; axes in km, depth runs down.
 *  @throws RangeError if the shape or an option does not fit. */
export function velocityModel(model: Grid<TypedArray>, options: VelocityModelOptions): Figure {
  const { title, quantity = "velocity", unit = "m/s", isTrueToScale = true } = options;
  const m = matrix("velocityModel", model);
  const { spacing } = options;
  const [dz, dx] = typeof spacing === "number" ? [spacing, spacing] : spacing;
  if (!(dz > 0 && dx > 0)) throw new RangeError(`velocityModel: spacing must be > 0, got ${spacing}`);
  const range = rangeOf([m], "sequential", options.range);
  const x = { first: 0, step: dx / 1000, label: "distance (km)" };
  const y = { first: 0, step: dz / 1000, label: "depth (km)" };
  const picture = { matrix: m, x, y, range, colours: "sequential", quantity } as const;
  const wide = 700 - 70 - 110;
  const ideal = (wide * m.rows * dz) / (m.columns * dx);
  const tall = isTrueToScale ? Math.min(560, Math.max(130, ideal)) : 300;
  const data: Trace[] = [
    ...pictureTraces(picture),
    ...placed("receivers", options.receivers, "triangle-down", "#ffffff"),
    ...placed("sources", options.sources, "star", "#d55e00"),
    colourBar(range, "sequential"),
  ];
  const isNamed = options.sources !== undefined || options.receivers !== undefined;
  const axes = pictureAxes(picture, isTrueToScale ? { y: { scaleanchor: "x", scaleratio: 1 } } : {});
  const layout = {
    height: Math.round(tall) + 50 + (isNamed ? 90 : 55),
    margin: { l: 70, r: 110, t: 50, b: isNamed ? 90 : 55 },
    xaxis: axes.x,
    yaxis: axes.y,
    annotations: [barTitle(withUnit(quantity, unit))],
    legend: { orientation: "h", x: 0, y: -50 / tall, yanchor: "top" },
  };
  const size = (n: number, d: number) => ((n * d) / 1000).toPrecision(3);
  const alt =
    options.alt ??
    `${title}. Model of ${size(m.columns, dx)} km by ${size(m.rows, dz)} km depth; ${quantity} from ${short(range[0])} to ${short(range[1])} ${unit}.`;
  return figure({ title, alt, data, layout });
}

function placed(name: string, at: Places | undefined, symbol: string, color: string): Trace[] {
  if (at === undefined) return [];
  if (at.x.length !== at.z.length)
    throw new RangeError(
      `velocityModel: x and z of the ${name} must have the same length, got ${at.x.length} and ${at.z.length}`,
    );
  return [
    {
      type: "scatter",
      mode: "markers",
      name,
      x: Array.from(at.x, (v) => v / 1000),
      y: Array.from(at.z, (v) => v / 1000),
      marker: { symbol, color, size: symbol === "star" ? 11 : 7, line: { color: "#222222", width: 1 } },
      showlegend: true,
      cliponaxis: false,
    },
  ];
}

const short = (v: number) => String(Number(v.toPrecision(3)));
