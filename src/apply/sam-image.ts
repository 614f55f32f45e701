// A gather as a picture for models of photographs, and their masks back on its traces and samples.
import type { Grid } from "../core/index.js";
import type { OnnxArray } from "./onnx.js";

/** Longest side that models of the SAM family see. */
export const side = 1024;
const means = [123.675, 116.28, 103.53];
const deviations = [58.395, 57.12, 57.375];

/** A grey picture, time down, each trace `across` columns wide so that it is about as wide as high. */
export interface Picture {
  /** 0 .. 255, [height, width]. */
  readonly grey: Float32Array;
  readonly height: number;
  readonly width: number;
  /** Columns a trace. */
  readonly across: number;
}

/** Draws a gather: each trace less its mean over its largest size, weak samples raised by a square root, 0 is mid grey.
 *  @param gather [trace, time]. */
export function pictureOf({ data, shape }: Grid): Picture {
  const [traces, nt] = shape as [number, number];
  const across = Math.max(1, Math.round(nt / traces));
  const width = traces * across;
  const grey = new Float32Array(nt * width);
  for (let x = 0; x < traces; x++) {
    const trace = data.subarray(x * nt, (x + 1) * nt);
    const mean = trace.reduce((a, b) => a + b, 0) / nt;
    const most = trace.reduce((m, v) => Math.max(m, Math.abs(v - mean)), 0) || 1;
    for (let t = 0; t < nt; t++) {
      const v = (trace[t]! - mean) / most;
      const level = 127.5 + 127.5 * Math.sign(v) * Math.sqrt(Math.abs(v));
      grey.fill(level, t * width + x * across, t * width + (x + 1) * across);
    }
  }
  return { grey, height: nt, width, across };
}

/** Bilinear interpolation between pixel centres; beyond the edge the edge's value. */
export function valueAt(
  data: ArrayLike<number>,
  [height, width]: readonly [number, number],
  y: number,
  x: number,
  from = 0,
): number {
  const [v, u] = [Math.min(Math.max(y - 0.5, 0), height - 1), Math.min(Math.max(x - 0.5, 0), width - 1)];
  const [i, j] = [
    Math.min(Math.floor(v), Math.max(height - 2, 0)),
    Math.min(Math.floor(u), Math.max(width - 2, 0)),
  ];
  const [a, b] = [v - i, u - j];
  const at = (r: number, c: number) => data[from + Math.min(r, height - 1) * width + Math.min(c, width - 1)]!;
  return (
    (1 - a) * ((1 - b) * at(i, j) + b * at(i, j + 1)) + a * ((1 - b) * at(i + 1, j) + b * at(i + 1, j + 1))
  );
}

/** What an encoder wants: "padded", the longest side 1,024, the rest 0 after normalising; "squashed" to a square; "plain", 0 .. 1 in the
 *  picture's own size; "rgb", 0 .. 255 with channels last, longest side at most 1,024. */
export type Preparation = "padded" | "squashed" | "plain" | "rgb";

/** The picture as an encoder's input: [1, 3, height, width], or [height, width, 3] for "rgb". */
export function prepared({ grey, height, width }: Picture, how: Preparation): OnnxArray {
  const size = [height, width] as const;
  const scale = side / Math.max(height, width);
  if (how === "plain")
    return {
      data: Float32Array.from({ length: 3 * grey.length }, (_, i) => grey[i % grey.length]! / 255),
      dims: [1, 3, height, width],
    };
  const grown = how === "rgb" ? Math.min(scale, 1) : scale;
  const [h, w] =
    how === "squashed" ? [side, side] : [Math.floor(height * grown + 0.5), Math.floor(width * grown + 0.5)];
  const value = (i: number, j: number) =>
    valueAt(grey, size, ((i + 0.5) * height) / h, ((j + 0.5) * width) / w);
  if (how === "rgb")
    return {
      data: Float32Array.from({ length: h * w * 3 }, (_, k) =>
        value(Math.floor(k / 3 / w), Math.floor(k / 3) % w),
      ),
      dims: [h, w, 3],
    };
  const data = new Float32Array(3 * side * side);
  for (let i = 0; i < h; i++)
    for (let j = 0; j < w; j++) {
      const v = value(i, j);
      for (let c = 0; c < 3; c++) data[(c * side + i) * side + j] = (v - means[c]!) / deviations[c]!;
    }
  return { data, dims: [1, 3, side, side] };
}

/** A mask of a picture read at the centres of the gather's traces and samples.
 *  @param part Share of the mask's height and width that the picture covers. Default all. */
export function onGather(
  { data }: OnnxArray,
  [height, width]: readonly [number, number],
  from: number,
  { height: nt, width: columns, across }: Picture,
  part: readonly [number, number] = [1, 1],
): Grid {
  const traces = columns / across;
  const out = new Float32Array(traces * nt);
  for (let x = 0; x < traces; x++)
    for (let t = 0; t < nt; t++)
      out[x * nt + t] = valueAt(
        data as Float32Array,
        [height, width],
        ((t + 0.5) / nt) * height * part[0],
        ((x + 0.5) / traces) * width * part[1],
        from,
      );
  return { data: out, shape: [traces, nt] };
}
