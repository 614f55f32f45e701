// Atoms or filters as a grid of small pictures, each on its own scale.
import type { Grid, TypedArray } from "../core/grid.js";
import { type ColourMap, colourScale } from "./colours.js";
import { type Figure, figure } from "./figure.js";
import { matrix } from "./raster.js";

export interface AtomsOptions {
  readonly title: string;
  /** Pictures in a row. Default: about as many as rows. */
  readonly columns?: number;
  /** Most that are drawn, the first ones. Default 256. */
  readonly most?: number;
  /** "each": every atom over its largest size; "all": one scale. Default "each". */
  readonly scale?: "each" | "all";
  /** Default "diverging". */
  readonly colours?: ColourMap;
  /** Default: a sentence made of title, number and size. */
  readonly alt?: string;
}

/** Shows atoms of a dictionary or filters of a layer as a picture grid, row by row; 0 is white.
 *
 *  @param atoms [atom, height, width], e.g. of `dictionary.ksvd`.
 *  @param options See AtomsOptions.
 *  @returns Figure; the value under the pointer is the atom's own.
 *  @throws RangeError if the shape is not [atom, height, width] or an option does not fit. */
export function atoms(atoms: Grid<TypedArray>, options: AtomsOptions): Figure {
  const [count = 0, h = 0, w = 0] = atoms.shape;
  if (atoms.shape.length !== 3)
    throw new RangeError(`atoms: atoms must be [atom, height, width], got [${atoms.shape}]`);
  const { data } = matrix("atoms", { data: atoms.data, shape: [count, h * w] });
  const { title, most = 256, scale = "each", colours = "diverging" } = options;
  const n = Math.min(count, most);
  const columns = options.columns ?? Math.ceil(Math.sqrt((n * h) / w));
  if (!Number.isInteger(columns) || columns < 1)
    throw new RangeError(`atoms: columns must be a whole number >= 1, got ${columns}`);
  const rows = Math.ceil(n / columns);
  const peakOf = (from: number, to: number) => {
    let peak = 0;
    for (let i = from; i < to; i++) if (Math.abs(data[i]!) > peak) peak = Math.abs(data[i]!);
    return peak;
  };
  const common = peakOf(0, n * h * w);
  const width = columns * (w + 1) - 1;
  const height = rows * (h + 1) - 1;
  const z = Array.from({ length: height }, () => new Array<number>(width).fill(Number.NaN));
  const own = Array.from({ length: height }, () => new Array<string>(width).fill(""));
  for (let a = 0; a < n; a++) {
    const peak = (scale === "each" ? peakOf(a * h * w, (a + 1) * h * w) : common) || 1;
    const [top, left] = [Math.floor(a / columns) * (h + 1), (a % columns) * (w + 1)];
    for (let i = 0; i < h; i++)
      for (let j = 0; j < w; j++) {
        const v = data[(a * h + i) * w + j]!;
        z[top + i]![left + j] = Math.fround(v / peak);
        own[top + i]![left + j] = `atom ${a}: ${Number(v.toPrecision(3))}`;
      }
  }
  const cell = Math.min(640 / width, 560 / height);
  const hidden = { visible: false, showgrid: false, zeroline: false, constrain: "domain" };
  const layout = {
    width: 700,
    height: Math.round(height * cell) + 50 + 20,
    margin: { l: 20, r: 20, t: 50, b: 20 },
    plot_bgcolor: "#9a9a9a",
    xaxis: { ...hidden, range: [-0.5, width - 0.5] },
    yaxis: { ...hidden, range: [height - 0.5, -0.5], scaleanchor: "x" },
  };
  const trace = {
    type: "heatmap",
    z,
    text: own,
    hovertemplate: "%{text}<extra></extra>",
    hoverongaps: false,
    zmin: -1,
    zmax: 1,
    colorscale: colourScale(colours),
    showscale: false,
  };
  const rest = n < count ? `, the first ${n} of ${count}` : "";
  const alt =
    options.alt ??
    `${title}. ${n} atoms of ${h} by ${w} samples as small pictures in ${rows} rows${rest}, ${scale === "each" ? "each on its own scale" : "on one scale"}.`;
  return figure({ title, alt, data: [trace], layout });
}
