// Picking on a gather by clicks: the reader clicks, a function of the clicks answers with picks and a mask, both are drawn at once.
import type { Grid, TypedArray } from "../core/index.js";
import { type Figure, gather as gatherFigure, jupyterDisplay } from "../show/index.js";
import type { Bundle } from "./display.js";
import { pickToolCss, pickToolEsm } from "./pick-tool-view.js";
import { isLive, widget } from "./widget.js";

/** A click on a gather. */
export interface GatherClick {
  readonly trace: number;
  /** Sample, fractional, from 0. */
  readonly sample: number;
}

/** What the clicks lead to. */
export interface GatherAnswer {
  /** Picks, samples, NaN for none, shape [trace]. */
  readonly sample: ArrayLike<number>;
  /** 0 .. 1, NaN where there is no pick; drawn as opacity. Default: all sure. */
  readonly confidence?: ArrayLike<number>;
  /** What lies inside, > 0, shape [trace, time of the part shown or more]. Default: nothing is shaded. */
  readonly mask?: Grid<TypedArray>;
}

/** What `pickTool` takes. */
export interface PickToolOptions {
  /** Sample interval, s. */
  readonly dt: number;
  readonly title: string;
  /** Samples shown. Default 512 or all. */
  readonly samples?: number;
  /** Clicks to start from. Where nobody can click, those of a made-up analyst. Default none. */
  readonly clicks?: readonly GatherClick[];
  /** Name of the gather in the exported table. Default "gather". */
  readonly name?: string;
}

/** Clicks, picks, and what the buttons do. Shown by `display` or as a cell's last line. */
export interface PickTool {
  readonly clicks: readonly GatherClick[];
  /** The answer to the clicks as they are. */
  readonly answer: GatherAnswer;
  /** Adds a click, in place of an earlier one on that trace; returns the new answer. */
  click(click: GatherClick): GatherAnswer;
  /** Takes the last change back; nothing happens where there is none. */
  undo(): void;
  clear(): void;
  /** Picks as `geodl firstbreak` writes them: gather,trace,sample,time,confidence. */
  csv(): string;
  /** The gather with picks and clicks, for a page that runs nothing. */
  figure(): Figure;
  close(): void;
  [jupyterDisplay](): Bundle | Promise<Bundle>;
}

/** The part shown as grey levels, a row a sample; each trace over its largest size, weak samples raised by a square root. */
function greys({ data, shape }: Grid<TypedArray>, samples: number): Uint8Array {
  const [traces, nt] = shape as [number, number];
  const out = new Uint8Array(traces * samples);
  for (let x = 0; x < traces; x++) {
    let most = 0;
    let mean = 0;
    for (let t = 0; t < samples; t++) mean += Number(data[x * nt + t]) / samples;
    for (let t = 0; t < samples; t++) most = Math.max(most, Math.abs(Number(data[x * nt + t]) - mean));
    for (let t = 0; t < samples; t++) {
      const v = (Number(data[x * nt + t]) - mean) / (most || 1);
      out[t * traces + x] = Math.round(127.5 + 127.5 * Math.sign(v) * Math.sqrt(Math.abs(v)));
    }
  }
  return out;
}

/** The mask of the part shown, a row a sample, 1 inside. */
function inside(mask: Grid<TypedArray> | undefined, traces: number, samples: number): Uint8Array {
  const out = new Uint8Array(mask ? traces * samples : 0);
  if (!mask) return out;
  const nt = mask.shape[1]!;
  for (let x = 0; x < traces; x++)
    for (let t = 0; t < Math.min(samples, nt); t++)
      if (Number(mask.data[x * nt + t]) > 0) out[t * traces + x] = 1;
  return out;
}

/** A gather to click on. Each click asks `answer` anew; picks, mask and clicks are drawn over the gather within a tenth of a second or so, and
 *  buttons undo, clear and export the picks as a table. Where nobody can click, the first clicks stand as a picture.
 *
 *  @param gather [trace, time].
 *  @param answer From clicks to picks and a mask; pure in the clicks. Called once at the start.
 *  @param options See PickToolOptions.
 *  @returns The tool; `clicks`, `answer` and `csv()` tell at any time where the reader is.
 *  @throws RangeError for a click outside the gather, or a shape that is none.
 *  @example pickTool(gather, (clicks) => picker.pick(gather, { clicks }), { dt: 0.00025, title: "Shot 13" }) */
export function pickTool(
  gather: Grid<TypedArray>,
  answer: (clicks: readonly GatherClick[]) => GatherAnswer,
  options: PickToolOptions,
): PickTool {
  const [traces = 0, nt = 0] = gather.shape;
  if (gather.shape.length !== 2 || gather.data.length !== traces * nt || traces < 1 || nt < 2)
    throw new RangeError(`pickTool: the gather must be [trace, time], got [${gather.shape}]`);
  const { dt, title, name = "gather" } = options;
  const samples = Math.min(options.samples ?? 512, nt);
  const checked = ({ trace, sample }: GatherClick): GatherClick => {
    if (!(Number.isInteger(trace) && trace >= 0 && trace < traces && sample >= 0 && sample <= nt - 1))
      throw new RangeError(
        `pickTool: a click must lie in traces 0 .. ${traces - 1} and samples 0 .. ${nt - 1}, got ${trace}, ${sample}`,
      );
    return { trace, sample };
  };
  let clicks: readonly GatherClick[] = (options.clicks ?? []).map(checked);
  const past: (readonly GatherClick[])[] = [];
  let now = answer(clicks);
  const drawn = (serial: number) => ({
    serial,
    clicks: clicks.map(({ trace, sample }) => [trace, sample]),
    picks: Array.from(now.sample, (v, x) =>
      Number.isFinite(v)
        ? [x, v, Number.isFinite(now.confidence?.[x] ?? Number.NaN) ? now.confidence![x]! : 1]
        : [x, -1, 0],
    ),
    mask: inside(now.mask, traces, samples),
  });
  const view = widget<Record<string, unknown>>({
    esm: pickToolEsm,
    css: pickToolCss,
    state: {
      settings: { traces, samples, dt, title, name },
      image: greys(gather, samples),
      ...drawn(0),
    },
  });
  let serial = 0;
  const move = (next: readonly GatherClick[], isUndo = false): GatherAnswer => {
    const answered = answer(next);
    if (!isUndo) past.push(clicks);
    [clicks, now] = [next, answered];
    serial++;
    view.set(drawn(serial));
    return now;
  };
  const tool: PickTool = {
    get clicks() {
      return clicks;
    },
    get answer() {
      return now;
    },
    click(one) {
      const click = checked(one);
      return move([...clicks.filter(({ trace }) => trace !== click.trace), click]);
    },
    undo() {
      const before = past.pop();
      if (before) move(before, true);
    },
    clear() {
      if (clicks.length > 0) move([]);
    },
    csv() {
      const rows = Array.from(now.sample, (v, x) => {
        const sure = now.confidence?.[x];
        return Number.isFinite(v)
          ? `${name},${x},${v.toFixed(3)},${(v * dt).toFixed(7)},${Number.isFinite(sure) ? sure!.toFixed(3) : ""}`
          : `${name},${x},,,`;
      });
      return `${["gather,trace,sample,time,confidence", ...rows].join("\n")}\n`;
    },
    figure() {
      const at = new Float64Array(traces).fill(Number.NaN);
      for (const { trace, sample } of clicks) at[trace] = sample * dt;
      return gatherFigure(gather, {
        dt,
        title,
        window: [0, samples * dt],
        picks: [
          { name: "picks", times: Float64Array.from(now.sample, (v) => v * dt) },
          { name: "clicks", times: at },
        ],
      });
    },
    close: () => view.close(),
    [jupyterDisplay]: () => (isLive() ? view[jupyterDisplay]() : tool.figure()[jupyterDisplay]()),
  };
  view.on("msg", (content) => {
    const m = content as {
      readonly add?: GatherClick;
      readonly undo?: true;
      readonly clear?: true;
      readonly export?: true;
    };
    if (m.add) tool.click(m.add);
    else if (m.undo) tool.undo();
    else if (m.clear) tool.clear();
    else if (m.export) view.send({ csv: tool.csv() });
  });
  return tool;
}
