// The experiments of an inversion: all shots, some of them, or sums of them with random signs.
import type { Grid } from "../core/grid.js";
import { rng } from "../core/rng.js";
import type { Place, Shot } from "../wave/index.js";

type Floats = Float32Array | Float64Array;

/** Which shots a step simulates. "subset": `subset` of them, drawn anew each step. "encoded": one in which all sources fire with random signs. */
export type Selection = "all" | "subset" | "encoded";

/** Shots with one source each, receivers that all share, and one wavelet. */
export interface FixedSurvey {
  readonly sources: readonly Place[];
  readonly receivers: readonly Place[];
  /** [nt]. */
  readonly wavelet: Floats;
}

/** Shots of a step with their observed records, [receiver, time] each. */
export interface Experiment {
  readonly shots: readonly Shot[];
  readonly observed: readonly Floats[];
  /** What they cost in gradients of all shots. */
  readonly cost: number;
  /** The part of the misfit of all shots that theirs is, on average. */
  readonly share: number;
}

/** The plain shots of a survey. */
export const shotsOf = ({ sources, receivers, wavelet }: FixedSurvey): Shot[] =>
  sources.map((source) => ({ sources: [source], receivers, wavelet }));

/** Chooses the experiment of a step; the same step always gives the same one.
 *
 *  @param observed [shot, receiver, time].
 *  @param options.subset Shots of a subset, default 2.
 *  @see Krebs et al. (2009), doi:10.1190/1.3230502, for encoding. */
export function experimentOf(
  survey: FixedSurvey,
  observed: Grid<Floats>,
  selection: Selection,
  seed: number,
  step: number,
  options: { readonly subset?: number | undefined } = {},
): Experiment {
  const count = survey.sources.length;
  const length = observed.data.length / count;
  const of = (i: number) => observed.data.subarray(i * length, (i + 1) * length) as Floats;
  const shots = shotsOf(survey);
  if (selection === "all") return { shots, observed: shots.map((_, i) => of(i)), cost: 1, share: 1 };
  const random = rng(seed).fork(`step ${step}`);
  if (selection === "subset") {
    const size = Math.min(options.subset ?? 2, count);
    const chosen = [...random.permutation(count)].slice(0, size).sort((a, b) => a - b);
    const part = size / count;
    return { shots: chosen.map((i) => shots[i]!), observed: chosen.map(of), cost: part, share: part };
  }
  const signs = survey.sources.map(() => (random.uniform() < 0.5 ? -1 : 1));
  const sum = new Float64Array(length);
  signs.forEach((sign, i) => {
    const one = of(i);
    for (let k = 0; k < length; k++) sum[k]! += sign * one[k]!;
  });
  const { sources, receivers, wavelet } = survey;
  const wavelets = signs.map((sign) => wavelet.map((w: number) => sign * w) as Floats);
  return { shots: [{ sources, receivers, wavelet: wavelets }], observed: [sum], cost: 1 / count, share: 1 };
}
