// Sections larger than memory, or than a network takes: overlapping pieces, blended, column block by column block.
import type { Grid } from "../core/index.js";

/** A section that is read by columns. */
export interface Columns {
  readonly nt: number;
  readonly nx: number;
  /** Traces [from, to), as [nt, to - from]; a new array. */
  read(from: number, to: number): Grid;
}

/** How pieces overlap along an axis. */
export interface Tiling {
  /** Length of a piece; the whole axis where that is shorter. */
  readonly size: number;
  /** Outermost samples of a piece that count nothing, for they lack neighbours. */
  readonly margin: number;
  /** Least number of samples over which a piece goes over into the next one. */
  readonly ramp: number;
}

/** A piece of an axis and the weight of each of its samples. */
export interface Place {
  readonly from: number;
  readonly to: number;
  readonly weights: Float32Array;
}

/** Pieces of an axis, evenly spread, the last one at its end. Towards a neighbour a weight rises from 0 behind the margin to 1,
 *  linearly over what both share; at the axis' ends it is 1.
 *
 *  @param n Length of the axis, >= 1.
 *  @param tiling size > 2 margin + ramp.
 *  @returns One piece at least.
 *  @throws RangeError where pieces would not advance. */
export function placesAlong(n: number, { size, margin, ramp }: Tiling): Place[] {
  if (n <= size) return [{ from: 0, to: n, weights: new Float32Array(n).fill(1) }];
  const most = size - 2 * margin - ramp;
  if (!(most >= 1))
    throw new RangeError(`placesAlong: size must exceed 2 margin + ramp, got ${size}, ${margin}, ${ramp}`);
  const count = Math.ceil((n - size) / most) + 1;
  const starts = Array.from({ length: count }, (_, k) => Math.round((k * (n - size)) / (count - 1)));
  const rising = (d: number, shared: number) =>
    Math.min(1, Math.max(0, (d + 0.5 - margin) / (shared - 2 * margin)));
  return starts.map((from, k) => {
    const left = k === 0 ? undefined : starts[k - 1]! + size - from;
    const right = k === count - 1 ? undefined : from + size - starts[k + 1]!;
    const weights = Float32Array.from({ length: size }, (_, i) => {
      const one = left === undefined ? 1 : rising(i, left);
      return right === undefined ? one : Math.min(one, rising(size - 1 - i, right));
    });
    return { from, to: from + size, weights };
  });
}

/** A block of finished columns. */
export interface Block {
  readonly from: number;
  /** [nt, traces]. */
  readonly section: Grid;
}

/** Solves a section strip by strip; holds two strips at a time.
 *
 *  @param source The section.
 *  @param tiling Of the strips, along x.
 *  @param solve Answers a strip [nt, traces] that begins at trace `from`; same shape.
 *  @returns Blocks from left to right, each trace once: sum_k w_k f_k / sum_k w_k. */
export async function* inStrips(
  source: Columns,
  tiling: Tiling,
  solve: (strip: Grid, from: number) => Grid | Promise<Grid>,
): AsyncGenerator<Block, void> {
  const { nt, nx } = source;
  const places = placesAlong(nx, tiling);
  const width = Math.min(tiling.size, nx);
  // columns [begin, begin + width) under way, trace by trace
  let sum = new Float32Array(width * nt);
  let over = new Float32Array(width);
  for (let k = 0; k < places.length; k++) {
    const { from, to, weights } = places[k]!;
    const solved = await solve(source.read(from, to), from);
    if (solved.data.length !== (to - from) * nt)
      throw new RangeError(`inStrips: a strip must stay [${nt}, ${to - from}], got [${solved.shape}]`);
    for (let x = 0; x < to - from; x++) {
      const w = weights[x]!;
      if (w === 0) continue;
      over[x] = over[x]! + w;
      for (let t = 0; t < nt; t++) sum[x * nt + t]! += w * solved.data[t * (to - from) + x]!;
    }
    const done = (places[k + 1]?.from ?? to) - from;
    const data = new Float32Array(nt * done);
    for (let x = 0; x < done; x++)
      for (let t = 0; t < nt; t++) data[t * done + x] = sum[x * nt + t]! / over[x]!;
    yield { from, section: { data, shape: [nt, done] } };
    const [nextSum, nextOver] = [new Float32Array(width * nt), new Float32Array(width)];
    nextSum.set(sum.subarray(done * nt));
    nextOver.set(over.subarray(done));
    [sum, over] = [nextSum, nextOver];
  }
}

/** Solves a strip in pieces along t, so that a piece is no larger than `tiling` says.
 *
 *  @param strip [nt, nx].
 *  @param tiling Of the pieces, along t.
 *  @param solve Answers a piece [nt of it, nx]; same shape.
 *  @returns The strip, blended. */
export async function inPieces(
  strip: Grid,
  tiling: Tiling,
  solve: (piece: Grid) => Grid | Promise<Grid>,
): Promise<Grid> {
  const [nt, nx] = strip.shape as [number, number];
  const data = new Float32Array(nt * nx);
  const over = new Float32Array(nt);
  for (const { from, to, weights } of placesAlong(nt, tiling)) {
    const piece = { data: strip.data.slice(from * nx, to * nx), shape: [to - from, nx] };
    const solved = await solve(piece);
    for (let t = 0; t < to - from; t++) {
      const w = weights[t]!;
      over[from + t]! += w;
      for (let x = 0; x < nx; x++) data[(from + t) * nx + x]! += w * solved.data[t * nx + x]!;
    }
  }
  for (let t = 0; t < nt; t++) for (let x = 0; x < nx; x++) data[t * nx + x]! /= over[t]!;
  return { data, shape: [nt, nx] };
}

/** A section in memory as columns. */
export function columnsOf({ data, shape }: Grid): Columns {
  const [nt, nx] = shape as [number, number];
  return {
    nt,
    nx,
    read(from, to) {
      const out = new Float32Array(nt * (to - from));
      for (let t = 0; t < nt; t++) out.set(data.subarray(t * nx + from, t * nx + to), t * (to - from));
      return { data: out, shape: [nt, to - from] };
    },
  };
}
