// How values are spread: bars, with an interval and its middle marked.
import { type Figure, figure } from "./figure.js";
import { axis, colour } from "./style.js";

export interface HistogramOptions {
  readonly title: string;
  /** Quantity and unit of the values, e.g. "pick error (s)". */
  readonly xLabel: string;
  /** Number of bars. Default: Freedman and Diaconis' rule, 5 .. 80. */
  readonly bins?: number;
  /** Range of the bars; values outside are counted in the end bars and said in the alt text. Default: all. */
  readonly range?: readonly [number, number];
  /** Shaded interval with its middle, e.g. the mean and its 95 % interval. Default: median and the middle 95 % of the values. */
  readonly interval?: {
    readonly low: number;
    readonly middle: number;
    readonly high: number;
    /** What it is, e.g. "mean and 95 % interval". */
    readonly name: string;
  };
  /** Default: a sentence made of title, number and interval. */
  readonly alt?: string;
}

/** Shows a histogram with an interval.
 *
 *  @param values Shape [n], n >= 1; NaN does not count.
 *  @param options See HistogramOptions.
 *  @returns Figure.
 *  @throws RangeError if there is no value or an option does not fit. */
export function histogram(values: ArrayLike<number>, options: HistogramOptions): Figure {
  const sorted = Float64Array.from(values).filter(Number.isFinite).sort();
  const n = sorted.length;
  if (n === 0) throw new RangeError("histogram: needs at least one finite value, got none");
  const quantile = (p: number) => {
    const at = p * (n - 1);
    const i = Math.floor(at);
    return sorted[i]! + (at - i) * (sorted[Math.min(n - 1, i + 1)]! - sorted[i]!);
  };
  const [low, high] = options.range ?? [sorted[0]!, sorted[n - 1]!];
  if (!(high >= low)) throw new RangeError(`histogram: range must ascend, got [${low}, ${high}]`);
  const width = high > low ? high - low : 1;
  const rule = (2 * (quantile(0.75) - quantile(0.25))) / Math.cbrt(n);
  const bins = options.bins ?? Math.min(80, Math.max(5, rule > 0 ? Math.ceil(width / rule) : 5));
  if (!Number.isInteger(bins) || bins < 1)
    throw new RangeError(`histogram: bins must be a whole number >= 1, got ${bins}`);
  const first = high > low ? low : low - 0.5;
  const size = width / bins;
  const counts = new Array<number>(bins).fill(0);
  let outside = 0;
  for (const v of sorted) {
    const k = Math.floor((v - first) / size);
    if (v < first || v > first + width) outside++;
    counts[Math.min(bins - 1, Math.max(0, k))]!++;
  }
  const {
    title,
    xLabel,
    interval = {
      low: quantile(0.025),
      middle: quantile(0.5),
      high: quantile(0.975),
      name: "median and middle 95 %",
    },
  } = options;
  const { name } = interval;
  const text = `${name}: ${short(interval.middle)} (${short(interval.low)} to ${short(interval.high)})`;
  const upright = (at: number, dash: string, thick: number) => ({
    type: "line",
    x0: at,
    x1: at,
    yref: "paper",
    y0: 0,
    y1: 1,
    line: { color: colour(1), width: thick, dash },
  });
  const data = [
    {
      type: "bar",
      x: counts.map((_, k) => first + (k + 0.5) * size),
      y: counts,
      width: size,
      marker: { color: "#8fb8d8", line: { color: "#ffffff", width: 0.7 } },
      hovertemplate: "%{x:.4~g}: %{y}<extra></extra>",
    },
  ];
  const layout = {
    bargap: 0,
    xaxis: axis(xLabel, { range: [first, first + width] }),
    yaxis: axis(`count (of ${n})`, { rangemode: "tozero" }),
    margin: { l: 70, r: 20, t: 70, b: 55 },
    shapes: [
      {
        type: "rect",
        x0: interval.low,
        x1: interval.high,
        yref: "paper",
        y0: 0,
        y1: 1,
        fillcolor: colour(1),
        opacity: 0.1,
        line: { width: 0 },
        layer: "below",
      },
      upright(interval.middle, "solid", 2),
      upright(interval.low, "dash", 1.2),
      upright(interval.high, "dash", 1.2),
    ],
    annotations: [
      {
        text,
        x: 0,
        xref: "paper",
        xanchor: "left",
        y: 1,
        yref: "paper",
        yanchor: "bottom",
        yshift: 2,
        showarrow: false,
        font: { size: 12, color: "#a34700" },
      },
    ],
  };
  const beyond = outside === 0 ? "" : ` ${outside} values outside the range are counted in its end bars.`;
  return figure({
    title,
    alt: options.alt ?? `${title}. Histogram of ${n} values of ${xLabel}; ${text}.${beyond}`,
    data,
    layout,
  });
}

const short = (v: number) => String(Number(v.toPrecision(3)));
