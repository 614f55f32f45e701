// Stacking: records laid on top of each other with P on P and S on S.
import { type Augmentation, type Example, live, peak, sizes, withData } from "./example.js";
import type { Source } from "./superpose.js";
import { cut, delayS, firstP } from "./time.js";

export interface StackOptions {
  /** The other records, each with P and S. */
  readonly other: Source;
  /** Records in a stack, this one among them: a whole number of the range from .. to. Default [2, 4]. */
  readonly count?: readonly [from: number, to: number];
}

/** Stacking: other records moved so that their P falls on this one's, a piece of their P coda cut out or played twice so that S falls on S, each as strong as this
 *  one (peak), added and divided by the number. Onsets and labels stay; noise falls with the root of the number, and so does whatever is not common
 *  to the records but the onsets. A record whose S cannot be moved so far is left out; without P and S nothing is done. A channel that was not recorded stays so.
 *  @throws RangeError unless count is a range of whole numbers >= 1. */
export function stackSP({ other, count = [2, 4] }: StackOptions): Augmentation {
  const [from, to] = count;
  if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 1 && from <= to))
    throw new RangeError(`augment.stackSP: count must be whole numbers [from, to] >= 1, got [${count}]`);
  return (example, rng) => {
    const { n, channels } = sizes("stackSP", example);
    const gap = gapOf(example);
    const mine = peak(example.waveform.data);
    if (gap === undefined || mine === 0) return example;
    const alive = live(example);
    const sum = Float64Array.from(example.waveform.data);
    const many = rng.fork("count").integer(from, to + 1);
    let stacked = 1;
    for (let k = 1; k < many; k++) {
      const more = laidOn(example, other(rng.fork(`other ${k}`)), gap, n);
      if (!more || more.waveform.shape[1] !== channels) continue;
      const gain = mine / peak(more.waveform.data);
      more.waveform.data.forEach((v, i) => {
        if (alive[i % channels]) sum[i]! += gain * v;
      });
      stacked++;
    }
    return withData(
      example,
      Float32Array.from(sum, (v) => v / stacked),
    );
  };
}

/** Samples from P to S; undefined without both. */
function gapOf({ arrivals }: Example): number | undefined {
  const p = firstP({ arrivals } as Example);
  const s = arrivals.find(({ phase, sample }) => phase === "S" && p !== undefined && sample > p)?.sample;
  return p === undefined || s === undefined ? undefined : s - p;
}

/** The other record with P and S where this one has them, undefined where that cannot be. */
function laidOn(example: Example, other: Example, gap: number, n: number): Example | undefined {
  const theirs = gapOf(other);
  const moved = theirs === undefined ? undefined : delayS(other, Math.round(gap - theirs));
  if (!moved || peak(moved.waveform.data) === 0) return undefined;
  return cut(moved, Math.round(firstP(moved)! - firstP(example)!), n);
}
