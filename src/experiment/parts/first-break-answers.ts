// Picks of labelled gathers as small plain numbers, as a journal keeps them, and back.
import type { firstbreak } from "../../data/index.js";
import type { Json } from "../../nn/index.js";

/** Answers of a picker: pick - label of each trace in tenths of a sample, cut
 *  off towards 0 so that a hit within whole samples stays one, one gather after the other, null for no pick; confidence in
 *  thousandths. */
export type Answers = {
  readonly gathers: readonly number[];
  readonly errors: readonly (number | null)[];
  readonly confidence?: readonly number[];
} & { readonly [key: string]: Json };

/** The errors behind answers, samples: the middle of the tenth that was cut off; NaN for no pick. */
export const errorsOf = ({ errors }: Answers): Float64Array =>
  Float64Array.from(errors, (e) => (e === null ? Number.NaN : (e + 0.5 * Math.sign(e)) / 10));

/** What a picker says of a gather. */
export interface Said {
  readonly sample: ArrayLike<number>;
  readonly confidence?: ArrayLike<number>;
}

/** Answers of a picker for gathers.
 *  @param keepConfidence Default: where it gives some. */
export function answersOf(
  gathers: readonly firstbreak.LabelledGather[],
  pick: (gather: firstbreak.LabelledGather) => Said,
  keepConfidence = true,
): Answers {
  const said = gathers.map(pick);
  const errors = gathers.flatMap(({ labels }, g) =>
    Array.from(labels, (label, x) => {
      const at = said[g]!.sample[x]!;
      return Number.isFinite(at) ? Math.trunc(10 * (at - label)) || 0 : null;
    }),
  );
  const all = { gathers: gathers.map(({ number }) => number), errors };
  if (!keepConfidence || !said.every(({ confidence }) => confidence)) return all;
  const confidence = said.flatMap(({ confidence }) =>
    Array.from(confidence!, (c) => (Number.isFinite(c) ? Math.round(1000 * c) : 0)),
  );
  return { ...all, confidence };
}
