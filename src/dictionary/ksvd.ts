// K-SVD: a dictionary learned from patches, one atom at a time.
import type { Grid } from "../core/index.js";
import { type PursuitOptions, pursuit, requireDictionary } from "./checks.js";
import { type LearnLimits, type LearnReport, type LearnSeconds, learn } from "./learn.js";
import { asPatches, type Patches } from "./patches.js";

/** How a dictionary is learned. */
export interface KsvdOptions extends PursuitOptions {
  /** Rounds of coding and update, >= 1. Default 10. */
  readonly iterations?: number;
  /** Power steps an atom and iteration, >= 1: 1 is approximate K-SVD, ten and more the singular vector of the original. Default 1. */
  readonly powerSteps?: number;
  /** Called after each iteration. */
  readonly onReport?: (report: LearnReport) => void;
}

/** A learned dictionary. */
export interface Learned {
  /** Atoms of unit norm, [atom, ...patch]. */
  readonly dictionary: Grid;
  /** Patches that used each atom in the last iteration, [atom]. */
  readonly uses: Int32Array;
  /** Squared error over energy of the patches after the last iteration. */
  readonly relativeError: number;
  /** Time of coding, of the update and of both, s. */
  readonly seconds: LearnSeconds;
}

/** Checks a number of repetitions. */
export function times(name: string, what: string, value: number): number {
  if (!Number.isInteger(value) || value < 1)
    throw new RangeError(`${name}: ${what} must be a whole number >= 1, got ${value}`);
  return value;
}

/** Bounds of the learning loop, defaults filled in. */
export function limitsOf(name: string, options: KsvdOptions, start: Grid): LearnLimits {
  return {
    ...pursuit(name, options, start),
    iterations: times(name, "iterations", options.iterations ?? 10),
    powerSteps: times(name, "powerSteps", options.powerSteps ?? 1),
    onReport: options.onReport,
  };
}

/** Scales a vector to unit norm, in place; false where it is (nearly) 0. */
export function normalise(x: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * x[i]!;
  const norm = Math.sqrt(sum);
  if (!(norm > 1e-12)) return false;
  for (let i = 0; i < x.length; i++) x[i] = x[i]! / norm;
  return true;
}

/** K-SVD, min |P - C D|^2 with few coefficients a patch: orthogonal matching pursuit of all patches, then each atom d in turn with
 *  the coefficients g of the patches that use it, E = what all other atoms leave of these patches. The best rank-1 E = d g^T is
 *  found by one power step instead of a full SVD, d = E g / |E g|, g = E^T d (more with `powerSteps`); E is never formed. An atom that no patch uses stays.
 *
 *  @param patches Patches, or an array [count, ...patch]; they are held in memory.
 *  @param start First atoms [atom, ...patch], unit norm.
 *  @param options `most` and/or `error` end the pursuit; iterations, default 10; powerSteps, default 1.
 *  @returns Atoms, their uses, error, times.
 *  @throws RangeError where shapes differ or the pursuit has no end.
 *  @see Aharon, Elad and Bruckstein (2006); Rubinstein, Zibulevsky and Elad (2008), approximate K-SVD. */
export function ksvd(patches: Patches | Grid, start: Grid, options: KsvdOptions): Learned {
  requireDictionary("ksvd", start);
  const all = asPatches("ksvd", patches, start);
  const { dictionary, uses, last } = learn(all, start, limitsOf("ksvd", options, start), normalise);
  return { dictionary, uses, relativeError: last.relativeError, seconds: last.seconds };
}
