// A seismic record: its components stacked over one time axis, picks as labelled lines, characteristic functions below.
import type { Grid, TypedArray } from "../core/grid.js";
import { type Figure, figure } from "./figure.js";
import { labelRows } from "./labels.js";
import { axis, colour, withUnit } from "./style.js";

/** An arrival to be marked. */
export interface PickLine {
  /** Text above the line, e.g. "P, analyst". A first word P or S chooses the colour. */
  readonly name: string;
  /** Time from the record's first sample, s. */
  readonly time: number;
  /** Dashed, for what a machine picked. Default false. */
  readonly isDashed?: boolean;
}

/** A function of time drawn in a panel of its own: STA/LTA, AIC, a probability. */
export interface Characteristic {
  readonly name: string;
  /** Values, shape [sample]. */
  readonly values: ArrayLike<number>;
  /** Levels drawn as dotted lines, e.g. the trigger's thresholds. */
  readonly thresholds?: readonly number[];
}

/** A phase's probability over time. */
export interface Probability {
  /** Text of the label, e.g. "P" or "S, PhaseNet". A first word P or S chooses the colour, as for picks. */
  readonly name: string;
  /** Values 0 .. 1, shape [sample]. */
  readonly values: ArrayLike<number>;
}

export interface RecordOptions {
  /** Sample interval, s. */
  readonly dt: number;
  readonly title: string;
  /** Names of the channels. Default E, N, Z. */
  readonly channels?: readonly string[];
  /** Unit of the amplitudes. Default "counts". */
  readonly unit?: string;
  /** Upright lines through all panels. */
  readonly picks?: readonly PickLine[];
  /** Curves such as STA/LTA, a panel each below the channels. */
  readonly characteristics?: readonly Characteristic[];
  /** Probabilities, all in one panel from 0 to 1 below the others, named by a legend. */
  readonly probabilities?: readonly Probability[];
  /** Level drawn in that panel, e.g. the picks' threshold. Default: none. */
  readonly threshold?: number;
  /** Part shown, [from, to], s; cut at the record's ends. Default: all. */
  readonly window?: readonly [number, number];
  /** Default: a sentence made of title, length and picks. */
  readonly alt?: string;
}

/** Shows a record of one or more components.
 *
 *  @param waveform Samples, shape [sample, channel].
 *  @param options See RecordOptions; times count from the first sample.
 *  @returns Figure with one panel a component, then one a characteristic function, then one for the probabilities.
 *  @throws RangeError if shapes or lengths do not agree or the part shown is empty. */
export function record(waveform: Grid<TypedArray>, options: RecordOptions): Figure {
  const { dt, picks = [], characteristics = [], probabilities = [], threshold } = options;
  const { from, n, channels } = check(waveform, options);
  const panels = [
    ...channels.map((name, c) => ({
      title: withUnit(name, options.unit ?? "counts"),
      curves: [{ name, values: column(waveform, c), color: "#222222", width: 1 }] as Curve[],
      thresholds: [] as readonly number[],
    })),
    ...characteristics.map(({ name, values, thresholds = [] }) => ({
      title: name,
      curves: [{ name, values, color: colour(2), width: 1.4 }] as Curve[],
      thresholds,
    })),
    ...(probabilities.length === 0
      ? []
      : [
          {
            title: "probability",
            curves: probabilities.map(({ name, values }, i) => ({
              name,
              values,
              color: pickColour(name),
              width: 1.6,
              dash: i < 2 ? "solid" : "dot",
              showlegend: true,
            })),
            thresholds: threshold === undefined ? [] : [threshold],
          },
        ]),
  ];
  const isNamed = probabilities.length > 0;
  const start = from * dt;
  const end = (from + n - 1) * dt;
  const shown = picks.filter((p) => p.time >= start && p.time <= end);
  const rows = labelRows(
    shown.map((p) => ({ text: p.name, at: (p.time - start) / (end - start) })),
    610,
  );
  const top = 50 + 16 * (Math.max(-1, ...rows) + 1);
  const layout: Record<string, unknown> = {
    height: top + (isNamed ? 85 : 55) + 105 * panels.length,
    margin: { l: 80, r: 20, t: top, b: isNamed ? 85 : 55 },
    showlegend: isNamed,
    legend: { orientation: "h", x: 0, y: -48 / (105 * panels.length), yanchor: "top" },
    hovermode: "x",
    annotations: shown.map((p, i) => ({
      x: p.time,
      xref: "x",
      y: 1,
      yref: "paper",
      yshift: 3 + 16 * rows[i]!,
      yanchor: "bottom",
      text: p.name,
      showarrow: false,
      font: { size: 12, color: pickColour(p.name) },
    })),
    shapes: [
      ...shown.map((p) => ({
        type: "line",
        xref: "x",
        x0: p.time,
        x1: p.time,
        yref: "paper",
        y0: 0,
        y1: 1,
        line: { color: pickColour(p.name), width: 1.6, dash: p.isDashed === true ? "dash" : "solid" },
      })),
      ...panels.flatMap(({ thresholds }, k) =>
        thresholds.map((level) => ({
          type: "line",
          xref: "paper",
          x0: 0,
          x1: 1,
          yref: `y${k === 0 ? "" : k + 1}`,
          y0: level,
          y1: level,
          line: { color: colour(5), width: 1.2, dash: "dot" },
        })),
      ),
    ],
  };
  const last = panels.length - 1;
  for (const [k, panel] of panels.entries()) {
    const id = k === 0 ? "" : String(k + 1);
    const gap = 0.03;
    const domain = [
      1 - (k + 1) / panels.length + (k < last ? gap / 2 : 0),
      1 - k / panels.length - (k > 0 ? gap / 2 : 0),
    ];
    layout[`yaxis${id}`] = axis(panel.title, {
      domain,
      anchor: `x${id}`,
      nticks: 5,
      automargin: false,
      ...(isNamed && k === last ? { range: [-0.03, 1.03] } : {}),
    });
    layout[`xaxis${id}`] = axis(k === last ? "time (s)" : "", {
      anchor: `y${id}`,
      range: [start, end + dt],
      showticklabels: k === last,
      ticks: k === last ? "outside" : "",
      ...(k === 0 ? {} : { matches: "x" }),
    });
  }
  const data = panels.flatMap(({ curves }, k) =>
    curves.map(({ name, values, color, width, dash = "solid", showlegend = false }) => ({
      type: "scatter",
      mode: "lines",
      name,
      x0: start,
      dx: dt,
      y: Array.from({ length: n }, (_, i) => values[from + i]!),
      line: { color, width, dash },
      showlegend,
      xaxis: `x${k === 0 ? "" : k + 1}`,
      yaxis: `y${k === 0 ? "" : k + 1}`,
    })),
  );
  const alt = options.alt ?? describe(options.title, channels, end - start, shown);
  return figure({ title: options.title, alt, data, layout });
}

/** One line of a panel. */
interface Curve {
  readonly name: string;
  readonly values: ArrayLike<number>;
  readonly color: string;
  readonly width: number;
  readonly dash?: string;
  readonly showlegend?: boolean;
}

function check(waveform: Grid<TypedArray>, options: RecordOptions) {
  const { dt, channels, characteristics = [], probabilities = [], window } = options;
  const [length, width] = waveform.shape;
  if (waveform.shape.length !== 2 || length! * width! !== waveform.data.length)
    throw new RangeError(
      `record: the waveform must have the shape [sample, channel] of its ${waveform.data.length} values, got [${waveform.shape}]`,
    );
  if (!(dt > 0)) throw new RangeError(`record: dt must be positive, got ${dt}`);
  const names = channels ?? ["E", "N", "Z"].slice(width === 1 ? 2 : 0);
  if (names.length !== width)
    throw new RangeError(`record: channels must name ${width} channels, got ${names.join(", ") || "none"}`);
  for (const { name, values } of [...characteristics, ...probabilities])
    if (values.length !== length)
      throw new RangeError(
        `record: "${name}" must have the record's ${length} samples, got ${values.length}`,
      );
  const [start, end] = window ?? [0, Number.POSITIVE_INFINITY];
  const first = Math.max(0, Math.ceil(start / dt - 1e-9));
  const last = Math.min(length! - 1, Math.floor(end / dt + 1e-9));
  if (!(last - first >= 1))
    throw new RangeError(`record: the window must hold two samples or more, got ${start} .. ${end} s`);
  return { from: first, n: last - first + 1, channels: names };
}

function column({ data, shape }: Grid<TypedArray>, c: number): Float64Array {
  const [length, width] = shape as readonly [number, number];
  return Float64Array.from({ length }, (_, i) => Number(data[i * width + c]));
}

function pickColour(label: string): string {
  const phase = /^[PS](?![A-Za-z])/.exec(label)?.[0];
  return phase === "P" ? colour(0) : phase === "S" ? colour(1) : colour(3);
}

function describe(
  title: string,
  channels: readonly string[],
  seconds: number,
  picks: readonly PickLine[],
): string {
  const marked = picks.map((p) => `${p.name} at ${p.time.toFixed(2)} s`).join(", ");
  const what = `${channels.length === 1 ? "Component" : "Components"} ${channels.join(", ")} over ${seconds.toFixed(1)} s`;
  return `${title}. ${what}${marked === "" ? "" : `; ${marked}`}.`;
}
