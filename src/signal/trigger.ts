// From a characteristic function to triggers: where it rises above one threshold and falls below another.
import { requireSamples, type Samples } from "./samples.js";

/** One trigger, in samples. */
export interface Trigger {
  /** First sample at or above the upper threshold. */
  readonly on: number;
  /** Last sample at or above the lower threshold. */
  readonly off: number;
}

export interface TriggerOptions {
  /** Longest trigger, samples: a longer one is cut there, and the next may follow. Default: none. */
  readonly maxLength?: number;
  /** Drops a trigger that is too long instead of cutting it. Default false. */
  readonly dropLong?: boolean;
}

/** Triggers of a characteristic function (STA/LTA, a network's probability): on at c >= upper, off after c >= lower.
 *
 *  @param c Characteristic function, shape [n]; NaN counts as below.
 *  @param upper Threshold that switches on.
 *  @param lower Threshold that switches off, <= upper; two thresholds keep one arrival from triggering many times.
 *  @param options See TriggerOptions.
 *  @returns Triggers in time order; one that is still on at the end is closed at the last sample.
 *  @throws RangeError if lower > upper.
 *  @see obspy.signal.trigger.trigger_onset, to which it is equal. */
export function triggerOnset(
  c: Samples,
  upper: number,
  lower: number,
  options: TriggerOptions = {},
): Trigger[] {
  requireSamples("triggerOnset", c);
  const { maxLength = Number.POSITIVE_INFINITY, dropLong = false } = options;
  if (!(lower <= upper))
    throw new RangeError(`triggerOnset: lower must be <= upper = ${upper}, got ${lower}`);
  const triggers: Trigger[] = [];
  let done = -1;
  for (let i = 0; i < c.length; i++) {
    const isStart = c[i]! >= upper && !(i > 0 && c[i - 1]! >= upper);
    if (!isStart || i <= done) continue;
    let off = i;
    while (off + 1 < c.length && c[off + 1]! >= lower) off++;
    done = off;
    if (off - i > maxLength) {
      if (dropLong) continue;
      done = i + maxLength;
    }
    triggers.push({ on: i, off: done });
  }
  return triggers;
}
