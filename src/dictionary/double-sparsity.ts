// Double sparsity: atoms that are themselves sparse in a fixed dictionary.
import type { Grid } from "../core/index.js";
import { pursuit, requireDictionary } from "./checks.js";
import { type KsvdOptions, type Learned, limitsOf, normalise } from "./ksvd.js";
import { learn } from "./learn.js";
import { type Codes, decode, omp } from "./omp.js";
import { asPatches, type Patches } from "./patches.js";

/** How a doubly sparse dictionary is learned. */
export interface SparseKsvdOptions extends KsvdOptions {
  /** Most base atoms an atom, >= 1. Default 6. */
  readonly atomSparsity?: number;
}

/** A dictionary D = A B: each atom a sum of few base atoms. */
export interface SparseLearned extends Learned {
  /** Which base atoms each atom is made of, with their weights; `decode(atoms, base)` is the dictionary. */
  readonly atoms: Codes;
}

/** Sparse K-SVD, D = A B with a fixed base B and rows of A with at most `atomSparsity` entries: the loop of `ksvd`, but the
 *  direction z = E g / |g|^2 of an atom is replaced by its own orthogonal matching pursuit over the base,
 *  a = argmin |z - a B|, |a|_0 <= atomSparsity, scaled to |a B| = 1; then g = E^T (a B).
 *
 *  @param patches Patches, or an array [count, ...patch]; they are held in memory.
 *  @param base Fixed dictionary [base atom, ...patch], unit norm, e.g. `dctAtoms([8, 8])`.
 *  @param start First atoms [atom, ...patch]; each is replaced by its sparse form in the base before the first round.
 *  @param options As for `ksvd`, and `atomSparsity`.
 *  @returns The dictionary, and its atoms as codes of the base.
 *  @throws RangeError where shapes differ or the pursuit has no end.
 *  @see Rubinstein, Zibulevsky and Elad (2010). */
export function sparseKsvd(
  patches: Patches | Grid,
  base: Grid,
  start: Grid,
  options: SparseKsvdOptions,
): SparseLearned {
  requireDictionary("sparseKsvd", base);
  requireDictionary("sparseKsvd", start);
  const all = asPatches("sparseKsvd", patches, base);
  asPatches("sparseKsvd", start, base);
  const most = pursuit("sparseKsvd", { most: options.atomSparsity ?? 6 }, base).most;
  const sparse = (atoms: Grid): Codes => omp(atoms, base, { most });
  const count = start.shape[0]!;
  const samples = start.data.length / count;
  const begin = decode(sparse(start), base);
  for (let a = 0; a < count; a++) normalise(begin.data.subarray(a * samples, (a + 1) * samples));
  const limits = limitsOf("sparseKsvd", options, start);
  const shape = [1, ...base.shape.slice(1)];
  const { dictionary, uses, last } = learn(all, begin, limits, (direction) => {
    if (!normalise(direction)) return false;
    const atom = decode(sparse({ data: direction.slice(0, samples), shape }), base).data;
    if (!normalise(atom)) return false;
    direction.set(atom);
    return true;
  });
  return {
    dictionary,
    uses,
    relativeError: last.relativeError,
    seconds: last.seconds,
    atoms: sparse(dictionary),
  };
}
