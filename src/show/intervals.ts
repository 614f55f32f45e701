// Estimates with their intervals: one row each, as a forest of points or as bars.
import { type Figure, figure } from "./figure.js";
import { axis, colour } from "./style.js";

/** An estimate with its interval. */
export interface Estimate {
  /** Name of the row, e.g. "DnCNN". */
  readonly name: string;
  readonly value: number;
  /** Ends of the interval, e.g. of 95 %; without them only the value is drawn. */
  readonly low?: number;
  readonly high?: number;
  /** Rows of one group have one colour. Default: one group. */
  readonly group?: string;
}

export interface IntervalsOptions {
  readonly title: string;
  /** Quantity and unit, e.g. "SNR (dB)". */
  readonly label: string;
  /** "forest": points; "bars": bars from 0, for shares and counts. Default "forest". */
  readonly kind?: "forest" | "bars";
  /** A line to compare with: chance, the peer, no effect. */
  readonly reference?: { readonly value: number; readonly name: string };
  /** What the intervals are, e.g. "95 %, 5 seeds". Default "95 % interval". */
  readonly interval?: string;
  /** Default: a sentence made of title and rows. */
  readonly alt?: string;
}

/** Shows estimates with intervals, the first row on top.
 *
 *  @param estimates One or more.
 *  @param options See IntervalsOptions.
 *  @returns Figure, as high as its rows need.
 *  @throws RangeError if there is none or an interval does not hold its value. */
export function intervals(estimates: readonly Estimate[], options: IntervalsOptions): Figure {
  if (estimates.length === 0) throw new RangeError("intervals: needs at least one estimate, got none");
  for (const { name, value, low, high } of estimates)
    if ((low !== undefined && low > value) || (high !== undefined && high < value))
      throw new RangeError(
        `intervals: the interval of "${name}" must hold its value ${value}, got ${low} .. ${high}`,
      );
  const { title, label, kind = "forest", reference, interval = "95 % interval" } = options;
  const groups = [...new Set(estimates.map((e) => e.group ?? ""))];
  const isBars = kind === "bars";
  const data = groups.map((group, g) => {
    const rows = estimates.map((e, i) => ({ ...e, i })).filter((e) => (e.group ?? "") === group);
    return {
      type: isBars ? "bar" : "scatter",
      ...(isBars ? { orientation: "h", width: 0.65 } : { mode: "markers" }),
      name: group,
      x: rows.map((e) => e.value),
      y: rows.map((e) => e.i),
      marker: isBars ? { color: colour(g), opacity: 0.75 } : { color: colour(g), size: 9 },
      error_x: {
        type: "data",
        symmetric: false,
        array: rows.map((e) => (e.high ?? e.value) - e.value),
        arrayminus: rows.map((e) => e.value - (e.low ?? e.value)),
        color: isBars ? "#222222" : colour(g),
        thickness: 1.8,
        width: 5,
      },
      showlegend: groups.length > 1 && group !== "",
      hovertemplate: rows.map((e) => `${words(e)}<extra></extra>`),
    };
  });
  const longest = Math.max(...estimates.map((e) => e.name.length));
  const hasIntervals = estimates.some((e) => e.low !== undefined || e.high !== undefined);
  const bottom = 55 + (groups.length > 1 ? 30 : 0);
  const top = 50 + (reference === undefined ? 0 : 18);
  const tall = (estimates.length > 20 ? 22 : 34) * estimates.length + 16; // many rows stand closer
  const layout = {
    height: top + tall + bottom,
    margin: { l: Math.min(320, 30 + 7.2 * longest), r: 30, t: top, b: bottom },
    xaxis: axis(
      hasIntervals ? `${label}, whiskers: ${interval}` : label,
      isBars ? { rangemode: "tozero" } : {},
    ),
    yaxis: axis("", {
      tickvals: estimates.map((_, i) => i),
      ticktext: estimates.map((e) => e.name),
      range: [estimates.length - 0.4, -0.6],
      automargin: false,
    }),
    legend: { orientation: "h", x: 0, y: -48 / tall, yanchor: "top" },
    ...(reference === undefined ? {} : marked(reference)),
  };
  const alt =
    options.alt ??
    `${title}. ${label}: ${estimates.map(words).join("; ")}${reference === undefined ? "" : `; ${reference.name}: ${short(reference.value)}`}.`;
  return figure({ title, alt, data, layout });
}

function marked({ value, name }: { readonly value: number; readonly name: string }) {
  return {
    shapes: [
      {
        type: "line",
        x0: value,
        x1: value,
        yref: "paper",
        y0: 0,
        y1: 1,
        line: { color: "#555555", width: 1.4, dash: "dash" },
        layer: "below",
      },
    ],
    annotations: [
      {
        text: name,
        x: value,
        y: 1,
        yref: "paper",
        yanchor: "bottom",
        showarrow: false,
        font: { color: "#555555" },
      },
    ],
  };
}

function words({ name, value, low, high }: Estimate): string {
  const range =
    low === undefined && high === undefined ? "" : ` (${short(low ?? value)} to ${short(high ?? value)})`;
  return `${name} ${short(value)}${range}`;
}

const short = (v: number) => String(Number(v.toPrecision(3)));
