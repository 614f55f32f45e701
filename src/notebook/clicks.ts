// Clicks on a figure reach TypeScript: picking by hand, choosing a trace.
import { randomUUID } from "node:crypto";
import { type Figure, jupyterDisplay } from "../show/index.js";
import { type Bundle, display } from "./display.js";
import { isLive, widget } from "./widget.js";

/** Where the reader clicked. */
export interface Click {
  /** In the units of the figure's axes, also where there is no point. Dates are milliseconds since 1970. */
  readonly x: number;
  readonly y: number;
  /** Number of the curve under the pointer and of its point, from 0; undefined beside them. */
  readonly curve?: number;
  readonly point?: number;
  readonly shift: boolean;
}

// Plotly covers the page while a button is down, so no click reaches the figure: the press and the release are watched. A drag
// zooms and is no click.
const esm = `export default {
  render({ el }) {
    el.style.display = "none";
  },
  // Once for each model: JupyterLab renders a view again and again.
  initialize({ model }) {
    const id = model.get("figure");
    let down;
    const press = (e) => {
      const plot = e.button === 0 && e.target.closest?.(".js-plotly-plot");
      down = plot && plot.layout?.meta?.geodl === id ? { plot, x: e.clientX, y: e.clientY, near: plot._hoverdata?.[0] } : undefined;
    };
    const release = (e) => {
      if (!down || Math.hypot(e.clientX - down.x, e.clientY - down.y) > 4) return;
      const { plot, near } = down;
      const { xaxis, yaxis } = plot._fullLayout;
      const box = plot.getBoundingClientRect();
      const at = (axis, p) => (p < 0 || p > axis._length ? undefined : number(axis.p2d(p)));
      const number = (v) => (typeof v === "number" ? v : Date.parse(String(v).replace(" ", "T") + "Z"));
      const x = at(xaxis, e.clientX - box.left - xaxis._offset);
      const y = at(yaxis, e.clientY - box.top - yaxis._offset);
      const point = near?.pointNumber;
      if (x === undefined || y === undefined) return;
      model.send({ x, y, curve: near?.curveNumber, point: typeof point === "number" ? point : undefined, shift: e.shiftKey });
    };
    document.addEventListener("mousedown", press, true);
    document.addEventListener("mouseup", release, true);
    return () => {
      document.removeEventListener("mousedown", press, true);
      document.removeEventListener("mouseup", release, true);
    };
  },
};`;

/** Shows a figure and calls f at each click on it. Where nobody can click, the figure is shown all the same.
 *
 *  @param figure As `show.figure` makes it; one plot with linear axes, logarithmic ones or dates.
 *  @param f Gets the place in the axes' units. What it prints is shown below this cell.
 *  @returns `update` shows another figure in its place, with the picks drawn in, say; `close` ends the listening.
 *  @example const at = clicks(gather, ({ x, y }) => { picks.push({ x, y }); at.update(drawn(picks)); }); */
export function clicks(
  figure: Figure,
  f: (click: Click) => unknown,
): { update(figure: Figure): void; close(): void } {
  const id = randomUUID();
  const shown = display(marked(figure, id, true), { id: true });
  const listener = widget({ esm, state: { figure: id } });
  listener.on("msg", (content) => f(content as Click));
  if (isLive()) display(listener);
  return {
    update(next) {
      // JupyterLab's Plotly draws an output once and never again; after something else it starts afresh.
      if (isLive()) shown.update({ "text/plain": next.alt });
      shown.update(marked(next, id, !isLive()));
    },
    close: () => listener.close(),
  };
}

const plotly = "application/vnd.plotly.v1+json";

/** The figure with a mark by which the browser's half finds it.
 *  @param isStatic With the picture, which takes a third of a second. */
function marked(figure: Figure, id: string, isStatic: boolean): object {
  return {
    async [jupyterDisplay](): Promise<Bundle> {
      if (!isStatic) {
        const { data, layout } = figure;
        return { [plotly]: { data, layout: { ...layout, meta: { geodl: id } } }, "text/plain": figure.alt };
      }
      const bundle = await figure[jupyterDisplay]();
      const shown = bundle[plotly] as { readonly layout: object };
      return { ...bundle, [plotly]: { ...shown, layout: { ...shown.layout, meta: { geodl: id } } } };
    },
  };
}
