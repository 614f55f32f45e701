// Interpolation of missing traces in sections of any size.
import type { Grid } from "../core/index.js";
import { liveTraces } from "../dictionary/index.js";
import type { Interpolator } from "./interpolator.js";
import { type Block, type Columns, columnsOf, inStrips } from "./strips.js";

export interface InterpolateOptions {
  /** Ends the work with an error. */
  readonly signal?: AbortSignal;
  /** Called after each strip with the share that is done, 0 .. 1. */
  readonly onReport?: (share: number) => void;
}

/** Numbers of the traces of a section that hold data: a sample other than 0, and none that is not finite.
 *  @param source Read in blocks.
 *  @returns Trace numbers from 0, ascending. */
export function findLive(source: Columns): Int32Array {
  const live: number[] = [];
  for (let from = 0; from < source.nx; from += 256) {
    const to = Math.min(from + 256, source.nx);
    for (const x of liveTraces(source.read(from, to))) live.push(from + x);
  }
  return Int32Array.from(live);
}

function maskOf(kept: ArrayLike<number>, nx: number): Uint8Array {
  const mask = new Uint8Array(nx);
  for (let i = 0; i < kept.length; i++) {
    const x = kept[i]!;
    if (!Number.isInteger(x) || x < 0 || x >= nx)
      throw new RangeError(`interpolate: kept traces must be whole numbers in 0 .. ${nx - 1}, got ${x}`);
    if (mask[x]) throw new RangeError(`interpolate: each kept trace must be given once, got ${x} twice`);
    mask[x] = 1;
  }
  if (kept.length === 0) throw new RangeError("interpolate: at least one trace must be kept, got none");
  return mask;
}

/** Fills missing traces block by block; memory holds two strips, whatever the section's size.
 *
 *  @param source The section; what missing traces hold is not read.
 *  @param kept Trace numbers from 0, any order.
 *  @param method Of `interpolators`, or a network.
 *  @param options Signal, progress.
 *  @returns Blocks from left to right; kept traces bit for bit.
 *  @throws RangeError where kept traces are none, outside or given twice, or a gap is wider than a strip; where a kept one holds NaN. */
export async function* interpolateColumns(
  source: Columns,
  kept: ArrayLike<number>,
  method: Interpolator,
  options: InterpolateOptions = {},
): AsyncGenerator<Block, void> {
  const { signal, onReport } = options;
  const mask = maskOf(kept, source.nx);
  const solve = async (strip: Grid, first: number): Promise<Grid> => {
    await new Promise((resolve) => setImmediate(resolve));
    const n = strip.shape[1]!;
    const here = Int32Array.from({ length: n }, (_, x) => x).filter((x) => mask[first + x]);
    if (here.length === n) return strip;
    if (here.length === 0)
      throw new RangeError(
        `interpolate: a gap must be narrower than ${n} traces, got more from trace ${first}`,
      );
    for (let i = 0; i < strip.data.length; i++) {
      if (!mask[first + (i % n)]) strip.data[i] = 0;
      else if (!Number.isFinite(strip.data[i]))
        throw new RangeError(
          `interpolate: kept traces must be finite, got ${strip.data[i]} in trace ${first + (i % n)}; leave it out`,
        );
    }
    const solved = await method.run(strip, here, signal);
    if (signal?.aborted) throw new Error("interpolate: interrupted");
    onReport?.(Math.min(1, (first + n) / source.nx));
    return solved;
  };
  for await (const { from, section } of inStrips(source, method.tiling, solve)) {
    const [nt, n] = section.shape as [number, number];
    const old = source.read(from, from + n).data;
    for (let i = 0; i < nt * n; i++) if (mask[from + (i % n)]) section.data[i] = old[i]!;
    yield { from, section };
  }
}

/** Fills missing traces of a section in memory.
 *
 *  @param section [nt, nx]; unchanged.
 *  @param kept Trace numbers from 0, e.g. of `dictionary.liveTraces(section)`.
 *  @param method Of `interpolators`, or a network.
 *  @param options Signal, progress.
 *  @returns New section; kept traces bit for bit.
 *  @throws As `interpolateColumns`. */
export async function interpolate(
  section: Grid,
  kept: ArrayLike<number>,
  method: Interpolator,
  options: InterpolateOptions = {},
): Promise<Grid> {
  const [nt, nx] = section.shape as [number, number];
  if (section.shape.length !== 2 || nt * nx !== section.data.length || nt * nx === 0)
    throw new TypeError(`interpolate: a section must be [nt, nx], got [${section.shape}]`);
  const data = new Float32Array(nt * nx);
  for await (const { from, section: part } of interpolateColumns(columnsOf(section), kept, method, options)) {
    const n = part.shape[1]!;
    for (let t = 0; t < nt; t++) data.set(part.data.subarray(t * n, (t + 1) * n), t * nx + from);
  }
  return { data, shape: [nt, nx] };
}
