// The learning curve while it grows: a small SVG. JupyterLab's Plotly draws an output once and never changes it, so only the
// last state is a figure.

/** A curve over steps. */
export interface Curve {
  readonly steps: readonly number[];
  readonly losses: readonly number[];
}

const width = 700;
const height = 400;
const box = { left: 70, right: 680, top: 50, bottom: 345 };

/** Draws curves on a logarithmic axis (a linear one where a loss is not positive).
 *  @param title Above the picture.
 *  @param label What the losses are.
 *  @param curves Drawn in turn, the second with points; steps in increasing order. Losses that are not finite leave gaps.
 *  @returns An SVG document, 700 x 400. */
export function sketch(title: string, label: string, curves: readonly Curve[]): string {
  const all = curves.flatMap((c) => c.losses).filter(Number.isFinite);
  const isLog = all.every((v) => v > 0);
  const scale = (v: number): number => (isLog ? Math.log10(v) : v);
  const low = all.reduce((a, v) => Math.min(a, v), Number.POSITIVE_INFINITY);
  const high = all.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
  const last = curves.reduce((a, c) => Math.max(a, c.steps.at(-1) ?? 0), 1);
  const x = (step: number): number => box.left + (step / last) * (box.right - box.left);
  const span = scale(high) - scale(low) || 1;
  const y = (v: number): number => box.bottom - ((scale(v) - scale(low)) / span) * (box.bottom - box.top);
  const colours = ["#1f77b4", "#ff7f0e"];
  const drawn = curves.map(({ steps, losses }, i) => {
    let isBroken = true;
    const every = Math.ceil(steps.length / (box.right - box.left)); // a point a pixel
    const path = steps.map((step, k) => {
      const v = losses[k]!;
      if (k % every !== 0 && k !== steps.length - 1) return "";
      if (!Number.isFinite(v)) {
        isBroken = true;
        return "";
      }
      const to = `${isBroken ? "M" : "L"}${x(step).toFixed(1)} ${y(v).toFixed(1)}`;
      isBroken = false;
      return to;
    });
    return `<path d="${path.join("")}" fill="none" stroke="${colours[i]}" stroke-width="1.5"/>`;
  });
  const text = (at: readonly [number, number], anchor: string, s: string): string =>
    `<text x="${at[0]}" y="${at[1]}" text-anchor="${anchor}">${s.replace(/[&<]/g, (c) => (c === "&" ? "&amp;" : "&lt;"))}</text>`;
  const marks =
    all.length === 0
      ? []
      : [
          text([box.left - 6, box.top + 4], "end", high.toPrecision(3)),
          text([box.left - 6, box.bottom + 4], "end", low.toPrecision(3)),
        ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans, Verdana, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<path d="M${box.left} ${box.top}V${box.bottom}H${box.right}" fill="none" stroke="#222222"/>`,
    ...drawn,
    ...marks,
    text([16, 28], "start", title),
    text([box.right, box.bottom + 18], "end", `step ${last}`),
    text([box.left, box.bottom + 36], "start", `${label}${isLog ? ", logarithmic" : ""}`),
    "</svg>",
  ].join("");
}
