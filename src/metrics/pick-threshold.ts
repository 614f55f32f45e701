// A threshold of picks from validation records.
import type { Phase, PickScoreOptions, PickWindow, WindowPick } from "./pick-types.js";
import { pickScores } from "./picks.js";

/** The threshold of a phase by the plateau rule: the lowest one (.05 .. .95 in steps of .01) whose mean F1 over the tolerances is within .01 of
 *  the best, held in .2 .. .5; .3 without a pick. On few records a fixed threshold does better: calibrating on 32 cost up to .04.
 *
 *  @param windows Windows of other records than those that will be scored.
 *  @param picks Picks of these, above a floor of .05 at most.
 *  @param phase P or S.
 *  @param options As for `pickScores`, without the threshold.
 *  @returns The threshold. */
export function plateauThreshold(
  windows: readonly PickWindow[],
  picks: readonly WindowPick[],
  phase: Phase,
  options: Omit<PickScoreOptions, "threshold"> = {},
): number {
  const own = picks.filter((pick) => pick.phase[0]?.toUpperCase() === phase);
  if (own.length === 0) return 0.3;
  const thresholds = Array.from({ length: 91 }, (_, i) => (i + 5) / 100);
  const means = thresholds.map((threshold) => {
    const rows = pickScores(windows, own, { ...options, threshold, resamples: 0 }).filter(
      (row) => row.phase === phase,
    );
    return rows.reduce((sum, { f1 }) => sum + f1, 0) / rows.length;
  });
  const best = means.reduce((a, b) => Math.max(a, b));
  return Math.min(Math.max(thresholds[means.findIndex((f1) => f1 >= best - 0.01)]!, 0.2), 0.5);
}
