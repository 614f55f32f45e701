// Traces without data: found, and filled for a while so that their neighbours do not suffer.
import type { Grid } from "../core/index.js";
import { interpolateLinear, liveTraces } from "../dictionary/index.js";

/** What of a section can be worked on. */
export interface Sound {
  /** The section with its faulty traces interpolated linearly; the section itself where there are none. */
  readonly section: Grid;
  /** Traces that are dead (all zero) or hold a sample that is not finite, from 0. */
  readonly faulty: Int32Array;
}

/** Looks for faulty traces and fills them from their neighbours.
 *
 *  @param section [nt, nx].
 *  @returns The filled section; undefined in its place where no trace is sound. */
export function soundTraces(
  section: Grid,
): Sound | { readonly section: undefined; readonly faulty: Int32Array } {
  const nx = section.shape[1]!;
  const live = liveTraces(section);
  if (live.length === nx) return { section, faulty: new Int32Array(0) };
  const isLive = new Uint8Array(nx);
  for (const x of live) isLive[x] = 1;
  const faulty = Int32Array.from({ length: nx }, (_, x) => x).filter((x) => !isLive[x]);
  if (live.length === 0) return { section: undefined, faulty };
  return { section: interpolateLinear(section, live), faulty };
}
