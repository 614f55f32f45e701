// The noise's standard deviation in a section that is read by columns.

import { noiseLevel } from "../signal/index.js";
import { soundTraces } from "./faults.js";
import type { Columns } from "./strips.js";

/** Samples that are looked at, at most (about). */
const enough = 4_000_000;
const blockTraces = 64;

/** Estimates the standard deviation of white noise by `signal.noiseLevel`, of the whole section or, where that is large, as the median over blocks of 64
 *  neighbouring traces that are evenly spread. Faulty traces do not count.
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
    const block = source.read(first, first + width);
    const { section, faulty } = soundTraces(block);
    if (!section) continue;
    // windows with a dead trace do not count; where all have one, the filled section must do
    for (const x of faulty) for (let t = 0; t < nt; t++) block.data[t * width + x] = 0;
    found.push(noiseLevel(block) || noiseLevel(section));
  }
  const sigma = found.sort((a, b) => a - b)[found.length >> 1];
  if (!(sigma !== undefined && sigma > 0))
    throw new Error(
      `estimateNoise: the section must hold noise, got ${sigma ?? "no sound trace"}; give sigma`,
    );
  return sigma;
}
