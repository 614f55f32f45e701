// Learning rates as functions of the step.

/** The rate of step `step` (from 0) of `steps`. */
export type Schedule = (step: number, steps: number) => number;

/** The same rate always. @param rate Default of all optimisers that are given a number. */
export const constant =
  (rate: number): Schedule =>
  () =>
    rate;

/** rate(s) = last + (first - last) (1 + cos(pi s / steps)) / 2, after `warmUp` steps that rise linearly from first / warmUp.
 *  @param first Highest rate. @param last Rate at the end, default 0. @param warmUp Steps, or a share of all below 1; default 0. */
export const cosine =
  (first: number, last = 0, warmUp = 0): Schedule =>
  (step, steps) => {
    const warm = warmUp < 1 ? Math.round(warmUp * steps) : warmUp;
    if (step < warm) return (first * (step + 1)) / warm;
    return (
      last + ((first - last) * (1 + Math.cos((Math.PI * (step - warm)) / Math.max(steps - warm, 1)))) / 2
    );
  };

/** The rate times `factor` after every `every` steps. */
export const stepwise =
  (rate: number, every: number, factor = 0.1): Schedule =>
  (step) => {
    let now = rate;
    for (let k = Math.floor(step / every); k > 0; k--) now *= factor;
    return now;
  };

/** Any schedule after a linear rise over `steps` steps. */
export const warmUp =
  (steps: number, then: Schedule): Schedule =>
  (step, all) =>
    step < steps ? (then(steps, all) * (step + 1)) / steps : then(step, all);
