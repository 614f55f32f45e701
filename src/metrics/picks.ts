// How good picks are against an analyst's: precision, recall, F1 within a tolerance, residuals, false picks an hour of noise.
import { pythonRandom } from "./mersenne.js";
import type {
  Phase,
  PickOutcome,
  PickScore,
  PickScoreOptions,
  PickWindow,
  ResidualStats,
  SampleRange,
  WindowPick,
} from "./pick-types.js";

const edge = 0.5; // s: an arrival nearer to a window's edge is not asked for,
const drop = 0.75; // and picks this near to it do not count

const phaseOf = (name: string): Phase => {
  const letter = name[0]?.toUpperCase();
  if (letter !== "P" && letter !== "S")
    throw new RangeError(`pickScores: a phase must begin with P or S, got ${JSON.stringify(name)}`);
  return letter;
};
const inside = (sample: number, ranges: readonly SampleRange[] = []): boolean =>
  ranges.some(([first, last]) => sample >= first && sample < last);

/** Mean, spread and mean size of residuals.
 *  @param residuals pick - analyst, any unit. */
export function residualStats(residuals: ArrayLike<number>): ResidualStats {
  const values = Array.from(residuals);
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const std = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / n);
  return { n, mean, std, mae: values.reduce((sum, x) => sum + Math.abs(x), 0) / n };
}

/** Precision, recall and F1 of counts; 0 where a ratio is 0/0.
 *  @param hits Found. @param wrong Found, but not there. @param missed There, but not found. */
export function precisionRecallF1(
  hits: number,
  wrong: number,
  missed: number,
): { readonly precision: number; readonly recall: number; readonly f1: number } {
  return {
    precision: hits + wrong > 0 ? hits / (hits + wrong) : 0,
    recall: hits + missed > 0 ? hits / (hits + missed) : 0,
    f1: hits > 0 ? (2 * hits) / (2 * hits + wrong + missed) : 0,
  };
}

/** Picks of one phase by window, best first, without those in an ignored range. */
function byWindow(
  windows: readonly PickWindow[],
  picks: readonly WindowPick[],
  phase: Phase,
): Map<string, WindowPick[]> {
  const found = new Map<string, WindowPick[]>(windows.map(({ window }) => [window, []]));
  const ignored = new Map(windows.map(({ window, ignore }) => [window, ignore]));
  for (const pick of picks) {
    if (phaseOf(pick.phase) !== phase) continue;
    if (!Number.isFinite(pick.sample) || !Number.isFinite(pick.prob))
      throw new RangeError(
        `pickScores: sample and prob must be finite, got ${pick.sample} and ${pick.prob} in ${pick.file}`,
      );
    const list = found.get(pick.file);
    if (!list) throw new RangeError(`pickScores: a pick's file must be one of the windows, got ${pick.file}`);
    if (!inside(pick.sample, ignored.get(pick.file))) list.push(pick);
  }
  for (const list of found.values()) list.sort((a, b) => b.prob - a.prob || b.sample - a.sample);
  return found;
}

/** Scores of P and of S picks by the picking protocol: every pick at or above the threshold counts, the best-scored one within the tolerance
 *  of the analyst's is the hit, all others are false. An arrival within .5 s of a window's edge is neither asked for nor punished (picks within
 *  .75 s of it are dropped).
 *
 *  @param windows What the analyst said, event and noise windows.
 *  @param picks All picks above a low floor; thresholds are applied here.
 *  @param options Threshold, tolerances, rate, length, resamples.
 *  @returns A row for each phase and tolerance: P first, tolerances in the given order.
 *  @throws RangeError for a pick of no window or no phase, a number that is not finite, or no event window.
 *  @see scoring/picks.py of the picking protocol, to whose figures these are equal, intervals included. */
export function pickScores(
  windows: readonly PickWindow[],
  picks: readonly WindowPick[],
  options: PickScoreOptions = {},
): PickScore[] {
  const { threshold = 0.3, tolerances = [0.1, 0.5], rate = 100, length = 3001, resamples = 500 } = options;
  const events = windows.filter(({ kind }) => kind === "event");
  if (events.length === 0) throw new RangeError("pickScores: there must be an event window, got none");
  return (["P", "S"] as const).flatMap((phase) => {
    const least = typeof threshold === "number" ? threshold : threshold[phase];
    const found = byWindow(windows, picks, phase);
    const noise = noiseCount(windows, found, least, rate);
    return tolerances.map((tolerance) => {
      const records = new Map<string, [number, number, number]>();
      const outcomes: PickOutcome[] = [];
      for (const w of events) {
        const counts = records.get(w.file) ?? [0, 0, 0];
        records.set(w.file, counts);
        const counted = found
          .get(w.window)!
          .filter((p) => p.prob >= least && p.sample >= 0 && p.sample < length);
        const truth = phase === "P" ? w.p : w.s;
        const isAsked = truth !== undefined && truth >= edge * rate && truth < length - edge * rate;
        const kept =
          truth === undefined || isAsked
            ? counted
            : counted.filter((p) => Math.abs(p.sample - truth) > drop * rate);
        const hit = isAsked
          ? kept.find((p) => Math.abs(p.sample - truth) <= tolerance * rate + 1e-9)
          : undefined;
        if (hit) counts[0]++;
        counts[1] += kept.length - (hit ? 1 : 0);
        if (isAsked && !hit) counts[2]++;
        for (const p of kept)
          outcomes.push(p === hit ? { ...p, residual: (p.sample - truth!) / rate } : { ...p });
      }
      const rows = [...records.values()];
      const total = rows.reduce<[number, number, number]>(
        (sum, row) => [sum[0] + row[0], sum[1] + row[1], sum[2] + row[2]],
        [0, 0, 0],
      );
      const residuals = outcomes.flatMap((o) => (o.residual === undefined ? [] : [o.residual]));
      return {
        phase,
        threshold: least,
        tolerance,
        n: total[0] + total[2],
        ...precisionRecallF1(...total),
        ...(resamples > 0 ? { f1Interval: interval(rows, resamples) } : {}),
        residuals: residualStats(residuals),
        ...noise,
        falsePerHour: noise.noiseHours > 0 ? noise.noisePicks / noise.noiseHours : Number.NaN,
        outcomes,
      };
    });
  });
}

/** False picks and hours of the noise windows. */
function noiseCount(
  windows: readonly PickWindow[],
  found: ReadonlyMap<string, readonly WindowPick[]>,
  least: number,
  rate: number,
): { readonly noisePicks: number; readonly noiseHours: number } {
  let noisePicks = 0;
  let noiseHours = 0;
  for (const { window, kind, scored, ignore = [] } of windows) {
    if (kind !== "noise") continue;
    const quiet = ignore.reduce((sum, [first, last]) => sum + last - first, 0);
    noiseHours += (scored[1] - scored[0] - quiet) / rate / 3600;
    noisePicks += found.get(window)!.filter((p) => p.prob >= least && inside(p.sample, [scored])).length;
  }
  return { noisePicks, noiseHours };
}

/** 95 % interval of F1: records drawn with replacement. */
function interval(rows: readonly (readonly [number, number, number])[], resamples: number): [number, number] {
  const random = pythonRandom(1);
  const draws = new Float64Array(resamples);
  for (let k = 0; k < resamples; k++) {
    let [hits, wrong, missed] = [0, 0, 0];
    for (let i = 0; i < rows.length; i++) {
      const row = rows[Math.floor(random() * rows.length)]!;
      hits += row[0];
      wrong += row[1];
      missed += row[2];
    }
    draws[k] = precisionRecallF1(hits, wrong, missed).f1;
  }
  draws.sort();
  const last = Math.max(Math.trunc(0.975 * resamples) - 1, 0);
  return [draws[Math.trunc(0.025 * resamples)]!, draws[last]!];
}
