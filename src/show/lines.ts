// Lines over a common axis, and the learning curve made of them.
import { type Figure, figure } from "./figure.js";
import { axis, colour } from "./style.js";

/** One line, or a cloud of points. */
export interface Line {
  /** Name in the legend. */
  readonly name: string;
  /** Horizontal values, shape [n]. Default 0, 1, 2, ... */
  readonly x?: ArrayLike<number>;
  /** Vertical values, shape [n]; NaN leaves a gap. */
  readonly y: ArrayLike<number>;
  /** Default "line". */
  readonly kind?: "line" | "dashed" | "points" | "line and points";
  /** Place in the palette, 0, 1, 2, ...: two lines of one run share it. Default: the line's place in the list. */
  readonly colour?: number;
}

export interface LinesOptions {
  readonly title: string;
  /** Quantity and unit of the horizontal axis, e.g. "offset (km)". */
  readonly xLabel: string;
  /** Quantity and unit of the vertical axis. */
  readonly yLabel: string;
  /** Ends of the vertical axis. Default: what the lines need. */
  readonly yRange?: readonly [number, number];
  /** Logarithmic axes. Default "" (none). */
  readonly log?: "" | "x" | "y" | "xy";
  /** Default: a sentence made of the title, the names and the ranges. */
  readonly alt?: string;
}

/** Lines or points over one horizontal axis.
 *
 *  @param lines The lines, in the order of the palette.
 *  @param options See LinesOptions.
 *  @returns Figure; the legend stands below the plot when there are two lines or more.
 *  @throws RangeError if x and y of a line differ in length. */
export function lines(lines: readonly Line[], options: LinesOptions): Figure {
  const data = lines.map((line, i) => {
    if (line.x !== undefined && line.x.length !== line.y.length)
      throw new RangeError(
        `lines: x and y of "${line.name}" must have the same length, got ${line.x.length} and ${line.y.length}`,
      );
    const { kind = "line", colour: place = i } = line;
    return {
      type: "scatter",
      mode: kind === "points" ? "markers" : kind === "line and points" ? "lines+markers" : "lines",
      name: line.name,
      x: line.x === undefined ? Array.from({ length: line.y.length }, (_, k) => k) : Array.from(line.x),
      y: Array.from(line.y),
      line: { color: colour(place), width: 1.8, dash: kind === "dashed" ? "dash" : "solid" },
      marker: { color: colour(place), size: 6 },
    };
  });
  const { log = "" } = options;
  const layout = {
    xaxis: axis(options.xLabel, log.includes("x") ? logarithmic(data.flatMap((d) => d.x)) : {}),
    yaxis: axis(options.yLabel, {
      ...(log.includes("y") ? logarithmic(data.flatMap((d) => d.y)) : {}),
      ...(options.yRange === undefined ? {} : { range: options.yRange }),
    }),
    showlegend: lines.length > 1,
    legend: { orientation: "h", x: 0, y: -0.22, yanchor: "top" },
    margin: { l: 70, r: 20, t: 50, b: lines.length > 1 ? 90 : 55 },
  };
  return figure({ title: options.title, alt: options.alt ?? describe(lines, options), data, layout });
}

export interface LearningCurveOptions {
  /** Default "Learning curve". */
  readonly title?: string;
  /** Steps of each training loss. Default 1, 2, 3, ... */
  readonly steps?: ArrayLike<number>;
  /** Validation losses and their steps, the same number of each. */
  readonly validation?: { readonly steps: ArrayLike<number>; readonly losses: ArrayLike<number> };
  /** What the loss is, e.g. "cross-entropy". Default "loss". */
  readonly loss?: string;
  /** Linear vertical axis instead of a logarithmic one. Default false. */
  readonly isLinear?: boolean;
}

/** Training and validation loss over steps, on a logarithmic axis.
 *
 *  @param losses Training losses, shape [n].
 *  @param options See LearningCurveOptions.
 *  @returns Figure. */
export function learningCurve(losses: ArrayLike<number>, options: LearningCurveOptions = {}): Figure {
  const steps = options.steps ?? Array.from({ length: losses.length }, (_, i) => i + 1);
  const curves: Line[] = [{ name: "training", x: steps, y: losses }];
  const { validation } = options;
  if (validation !== undefined && validation.losses.length > 0)
    curves.push({ name: "validation", x: validation.steps, y: validation.losses, kind: "line and points" });
  const all = curves.flatMap((c) => Array.from(c.y));
  const isLinear = options.isLinear ?? all.some((v) => v <= 0);
  return lines(curves, {
    title: options.title ?? "Learning curve",
    xLabel: "step",
    yLabel: options.loss ?? "loss",
    log: isLinear ? "" : "y",
  });
}

/** A logarithmic axis; under three decades its ticks stand at 1, 2 and 5, under a factor of 5 in even steps, written out. */
function logarithmic(values: readonly number[]): Record<string, unknown> {
  const shown = values.filter((v) => v > 0 && Number.isFinite(v));
  const [low, high] = [
    shown.reduce((a, b) => Math.min(a, b), 1e300),
    shown.reduce((a, b) => Math.max(a, b), 0),
  ];
  if (!(high < 1000 * low)) return { type: "log", exponentformat: "power", dtick: 1 };
  const first = Math.floor(Math.log10(low)) - 1;
  const tickvals =
    high > low && high < 5 * low
      ? evenTicks(low, high)
      : Array.from({ length: 6 }, (_, i) => first + i).flatMap((power) =>
          [1, 2, 5].map((digit) => Number(`${digit}e${power}`)),
        );
  return { type: "log", tickvals, ticktext: tickvals.map(String) };
}

/** Three to six round numbers from low to high, and one more at each end. */
function evenTicks(low: number, high: number): number[] {
  const power = Math.floor(Math.log10((high - low) / 5));
  const step = [1, 2, 5, 10].map((digit) => digit * 10 ** power).find((s) => s >= (high - low) / 5)!;
  const from = Math.max(1, Math.floor(low / step));
  return Array.from({ length: Math.ceil(high / step) - from + 1 }, (_, i) =>
    Number(((from + i) * step).toPrecision(6)),
  );
}

function describe(all: readonly Line[], { title, xLabel, yLabel }: LinesOptions): string {
  const parts = all.map((line) => {
    const values = Array.from(line.y).filter(Number.isFinite);
    if (values.length === 0) return `${line.name}: no value`;
    const [low, high] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return `${line.name} from ${short(low)} to ${short(high)}`;
  });
  return `${title}. ${yLabel} over ${xLabel}: ${parts.join("; ")}.`;
}

const short = (v: number) => String(Number(v.toPrecision(3)));
