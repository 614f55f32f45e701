// A gather with picks: traces side by side over receivers or offset, time down.
import type { Grid, TypedArray } from "../core/grid.js";
import { type Figure, figure, type Trace } from "./figure.js";
import { barTitle, colourBar, pictureAxes, pictureTraces, rangeOf } from "./picture.js";
import { type Matrix, matrix, turned } from "./raster.js";
import { wiggleTraces } from "./wiggle.js";

/** Picks of one analyst or picker. */
export interface GatherPicks {
  readonly name: string;
  /** Time of each trace's pick, s from the first sample, shape [trace]; NaN: none. */
  readonly times: ArrayLike<number>;
}

export interface GatherOptions {
  /** Sample interval, s. */
  readonly dt: number;
  readonly title: string;
  /** Times on top, a kind each. */
  readonly picks?: readonly GatherPicks[];
  /** Distance from trace to trace, in the unit of xLabel. Default 1. */
  readonly dx?: number;
  /** Position of the first trace. Default 0. */
  readonly x0?: number;
  /** Default "trace number". */
  readonly xLabel?: string;
  /** Part shown, [from, to], s; cut at the gather's ends. Default: all. */
  readonly window?: readonly [number, number];
  /** "trace": each trace over its largest size, so that far traces are seen; "all": amplitudes as they are. Default "trace". */
  readonly scale?: "trace" | "all";
  /** Default "density" in grey; "wiggle" draws at most 100 traces of 500 samples. */
  readonly kind?: "density" | "wiggle";
  /** Amplitude of the end colours. Default: what 99 % of the samples stay below. */
  readonly range?: number;
  /** Default: a sentence made of title, extent and picks. */
  readonly alt?: string;
}

/** Shapes and colours of picks, told apart without colour as well. */
const marks = [
  { symbol: "circle-open", color: "#d55e00" },
  { symbol: "x-thin", color: "#0072b2" },
  { symbol: "diamond-open", color: "#009e73" },
  { symbol: "cross-thin", color: "#cc79a7" },
] as const;

/** Shows a gather.
 *
 *  @param gather [trace, time].
 *  @param options See GatherOptions.
 *  @returns Figure; time runs down, the legend below names the picks.
 *  @throws RangeError if shapes or lengths do not agree or the part shown is empty. */
export function gather(gather: Grid<TypedArray>, options: GatherOptions): Figure {
  const { dt, title, picks = [], dx = 1, x0 = 0, xLabel = "trace number" } = options;
  const { kind = "density", scale = "trace" } = options;
  if (!(dt > 0)) throw new RangeError(`gather: dt must be > 0, got ${dt}`);
  const all = matrix("gather", gather);
  for (const { name, times } of picks)
    if (times.length !== all.rows)
      throw new RangeError(
        `gather: "${name}" must have a time for each of ${all.rows} traces, got ${times.length}`,
      );
  const [from, to] = cut(all.columns, dt, options.window);
  const m = turned(prepared(all, from, to, scale));
  const range = rangeOf([m], "grey", options.range);
  const x = { first: x0, step: dx, label: xLabel };
  const y = { first: from * dt, step: dt, label: "time (s)" };
  const quantity = scale === "trace" ? "amplitude / trace's largest" : "amplitude";
  const isDensity = kind === "density";
  const data: Trace[] = [
    ...(isDensity
      ? pictureTraces({ matrix: m, x, y, range, colours: "grey", quantity })
      : wiggleTraces(m, x, y, range[1])),
    ...picks.map(({ name, times }, i) => ({
      type: "scatter",
      mode: "markers",
      name,
      x: Array.from(times, (_, k) => x0 + k * dx),
      y: Array.from(times, (t) => (t >= from * dt && t <= to * dt ? t : Number.NaN)),
      marker: {
        ...marks[i % marks.length],
        size: 7,
        line: { width: 1.6, color: marks[i % marks.length]!.color },
      },
      showlegend: true,
      hovertemplate: `${name}: %{y:.4~g} s<extra></extra>`,
    })),
    ...(isDensity ? [colourBar(range, "grey")] : []),
  ];
  const axes = pictureAxes({ matrix: m, x, y });
  const layout = {
    height: 480 + (picks.length > 0 ? 30 : 0),
    margin: { l: 70, r: isDensity ? 100 : 20, t: 50, b: picks.length > 0 ? 90 : 55 },
    xaxis: axes.x,
    yaxis: axes.y,
    annotations: isDensity ? [barTitle(quantity)] : [],
    legend: { orientation: "h", x: 0, y: -0.15, yanchor: "top" },
  };
  return figure({ title, alt: options.alt ?? describe(options, all.rows, m.rows * dt), data, layout });
}

function cut(n: number, dt: number, window: readonly [number, number] | undefined): [number, number] {
  const [start, end] = window ?? [0, Number.POSITIVE_INFINITY];
  const from = Math.max(0, Math.ceil(start / dt - 1e-9));
  const to = Math.min(n - 1, Math.floor(end / dt + 1e-9));
  if (!(to - from >= 1))
    throw new RangeError(`gather: the window must hold two samples or more, got ${start} .. ${end} s`);
  return [from, to];
}

/** Samples from .. to of each trace, over its largest size if wanted. */
function prepared(all: Matrix, from: number, to: number, scale: "trace" | "all"): Matrix {
  const n = to - from + 1;
  const data = new Float64Array(all.rows * n);
  for (let i = 0; i < all.rows; i++) {
    let peak = 0;
    for (let t = from; t <= to; t++) {
      const v = Math.abs(all.data[i * all.columns + t]!);
      if (v > peak) peak = v;
    }
    const factor = scale === "all" ? 1 : peak > 0 ? 1 / peak : 0;
    for (let t = 0; t < n; t++) data[i * n + t] = all.data[i * all.columns + from + t]! * factor;
  }
  return { rows: all.rows, columns: n, data };
}

function describe({ title, picks = [] }: GatherOptions, traces: number, seconds: number): string {
  const made = picks.map(({ name, times }) => `${name}: ${Array.from(times).filter(Number.isFinite).length}`);
  return `${title}. Gather of ${traces} traces over ${seconds.toPrecision(3)} s${made.length === 0 ? "" : `; picks of ${made.join(", ")} traces`}.`;
}
