// The noise's standard deviation in a section that is read by columns.

import { soundTraces } from "./faults.js";
import { noiseLevel } from "./noise-level.js";
import type { Columns } from "./strips.js";

/** Samples that are looked at, at most (about). */
const enough = 4_000_000;
const blockTraces = 64;

/** Estimates the standard deviation of white noise, of the whole section or, where that is large, as the median over blocks of 64
 *  neighbouring traces that are evenly spread. Faulty traces are filled before.
 *
 *  @param source The section.
 *  @returns Standard deviation in the data's units, > 0.
 *  @throws Error where no trace is sound, or no noise is found; give it then. */
export function estimateNoise(source: Columns): number {
  const { nt, nx } = source;
  const width = nt * nx <= enough ? nx : Math.min(nx, blockTraces);
  const count = width === nx ? 1 : Math.max(5, Math.floor(enough / (nt * width)));
  const found: number[] = [];
  for (let k = 0; k < count; k++) {
    const first = count === 1 ? 0 : Math.round((k * (nx - width)) / (count - 1));
    const { section } = soundTraces(source.read(first, first + width));
    if (section) found.push(noiseLevel(section));
  }
  const sigma = found.sort((a, b) => a - b)[found.length >> 1];
  if (!(sigma !== undefined && sigma > 0))
    throw new Error(
      `estimateNoise: the section must hold noise, got ${sigma ?? "no sound trace"}; give sigma`,
    );
  return sigma;
}
