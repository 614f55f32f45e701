// Wiggle traces: each trace swings about its place, positive lobes filled; time runs down.
import type { Trace } from "./figure.js";
import type { Steps } from "./picture.js";
import type { Matrix } from "./raster.js";

/** Most traces and samples that are drawn: more cannot be told apart at 700 pixels. */
const most = { traces: 100, samples: 500 } as const;

/** Two traces of Plotly, lobes and lines, for a matrix [time, trace]; beyond 100 traces every second, third ... is drawn, beyond 500
 *  samples likewise.
 *
 *  @param clip Amplitude that swings over 1.5 trace distances; what exceeds it is cut there. */
export function wiggleTraces(m: Matrix, x: Steps, y: Steps, clip: number, panel = 1): Trace[] {
  const skipX = Math.ceil(m.columns / most.traces);
  const skipY = Math.ceil(m.rows / most.samples);
  const reach = 1.5 * x.step * skipX;
  const line: { x: (number | null)[]; y: (number | null)[] } = { x: [], y: [] };
  const lobes: typeof line = { x: [], y: [] };
  const add = (to: typeof line, px: number | null, py: number | null) => {
    to.x.push(px === null ? null : Number(px.toPrecision(5)));
    to.y.push(py === null ? null : Number(py.toPrecision(6)));
  };
  for (let j = 0; j < m.columns; j += skipX) {
    const base = x.first + j * x.step;
    const times: number[] = [];
    const swings: number[] = [];
    for (let i = 0; i < m.rows; i += skipY) {
      const v = m.data[i * m.columns + j]!;
      swings.push(Number.isNaN(v) || clip === 0 ? 0 : Math.max(-1, Math.min(1, v / clip)) * reach);
      times.push(y.first + i * y.step);
    }
    for (const [i, swing] of swings.entries()) {
      add(line, base + swing, times[i]!);
      const isEdge = i === 0 || i === swings.length - 1;
      // one closed outline a trace: along the lobes, straight between them
      if (isEdge || swing > 0 || swings[i - 1]! > 0 || swings[i + 1]! > 0)
        add(lobes, base + (isEdge ? 0 : Math.max(0, swing)), times[i]!);
    }
    add(lobes, null, null);
    add(line, null, null);
  }
  const id = panel === 1 ? "" : String(panel);
  const common = {
    type: "scatter",
    mode: "lines",
    hoverinfo: "skip",
    showlegend: false,
    xaxis: `x${id}`,
    yaxis: `y${id}`,
  };
  return [
    { ...common, ...lobes, fill: "toself", fillcolor: "#222222", line: { width: 0 } },
    { ...common, ...line, line: { color: "#222222", width: 0.7 } },
  ];
}
