// Copies of examples, made when asked or made once and kept: the same samples either way.
import type { Rng } from "../../core/index.js";
import type { Augmentation, Example } from "./example.js";

/** Copy number k of a list of examples, as augmentation makes it: example k modulo their number, changed by the stream "copy k".
 *  @param root Its streams decide; the same root and k give the same copy, in any order.
 *  @throws RangeError without an example. */
export function copyOf(change: Augmentation, examples: readonly Example[], root: Rng, k: number): Example {
  if (examples.length === 0) throw new RangeError("augment.copyOf: there must be an example, got none");
  return change(examples[k % examples.length]!, root.fork(`copy ${k}`));
}

/** Copies made once: what a training reads again in every epoch. Costs memory (bytes of all waveforms) where `copyOf` costs time in every epoch.
 *  @param count Copies, those of `copyOf` for k = 0 .. count - 1. */
export const precompute = (
  change: Augmentation,
  examples: readonly Example[],
  root: Rng,
  count: number,
): Example[] => Array.from({ length: count }, (_, k) => copyOf(change, examples, root, k));
