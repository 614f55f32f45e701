// Classical pickers of first breaks on whole gathers.
import type { Grid } from "../core/index.js";
import {
  medianOfPicks,
  pickAic,
  pickBaer,
  pickCoppens,
  pickEnergyRatio,
  pickStaLta,
} from "../signal/index.js";

/** A picker's answer for one trace less its median, peak 1: a sample, or undefined for none. */
type Pick = (trace: Float64Array) => number | undefined;

const pickers = {
  stalta: (x) => pickStaLta(x),
  mer: (x) => pickEnergyRatio(x, 60),
  coppens: (x) => pickCoppens(x),
  aic: (x) => pickAic(x),
  // 10^6 at 4,000 Hz whatever the file says: the protocol's constants are in samples
  baer: (x) =>
    pickBaer(
      x.map((v) => 1e6 * v),
      1 / 4000,
    ),
} satisfies Record<string, Pick>;

/** A classical picker. */
export type ClassicalFirstBreak = keyof typeof pickers;

/** Names of the classical pickers: "stalta", "mer" (modified energy ratio, windows of 60), "coppens", "aic", "baer". */
export const classicalFirstBreaks = Object.keys(pickers) as readonly ClassicalFirstBreak[];

/** A trace less its median, divided by its largest |x|; samples that are not finite count as 0.
 *  @param trace Samples, shape [n].
 *  @returns New samples; undefined for a dead trace. */
function preparedTrace(trace: ArrayLike<number>): Float64Array | undefined {
  const n = trace.length;
  const x = Float64Array.from(trace, (v) => (Number.isFinite(v) ? v : 0));
  const sorted = x.slice().sort();
  const median = (sorted[(n - 1) >> 1]! + sorted[n >> 1]!) / 2;
  let peak = 0;
  for (let i = 0; i < n; i++) {
    x[i]! -= median;
    peak = Math.max(peak, Math.abs(x[i]!));
  }
  return peak > 0 ? x.map((v) => v / peak) : undefined;
}

/** Picks every trace of a gather by itself, by a picker with the constants of PROTOCOLS 2, which are samples.
 *
 *  @param gather [trace, time].
 *  @param which A name of `classicalFirstBreaks`, or a picker of your own: a trace less its median with peak 1 to a sample.
 *  @param options.samples Only the first ones are looked at. Default all.
 *  @param options.median Traces of the running median of the picks, odd. Default none.
 *  @returns Samples, NaN for none (dead traces always), shape [trace].
 *  @throws RangeError for a name that is none. */
export function classicalPicks(
  { data, shape }: Grid<Float32Array | Float64Array>,
  which: ClassicalFirstBreak | Pick,
  options: { readonly samples?: number; readonly median?: number } = {},
): Float64Array {
  const [traces, nt] = shape as [number, number];
  if (typeof which === "string" && !Object.hasOwn(pickers, which))
    throw new RangeError(
      `classicalPicks: the picker must be one of ${classicalFirstBreaks.join(", ")}, got ${which}`,
    );
  const pick: Pick = typeof which === "string" ? pickers[which] : which;
  const used = Math.min(options.samples ?? nt, nt);
  const isDead = new Uint8Array(traces);
  const picks = Float64Array.from({ length: traces }, (_, x) => {
    const trace = preparedTrace(data.subarray(x * nt, x * nt + used));
    if (!trace) isDead[x] = 1;
    return (trace && pick(trace)) ?? Number.NaN;
  });
  if (options.median === undefined) return picks;
  return medianOfPicks(picks, options.median).map((v, x) => (isDead[x] ? Number.NaN : v));
}
