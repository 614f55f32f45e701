// A three-component record with what is known about it: what STEAD's reader and the generator both give.
import type { Grid } from "../core/grid.js";
import type { SteadAttributes } from "./stead-attributes.js";

/** A record of one station. */
export interface Recording {
  readonly name: string;
  /** Samples, shape [sample, channel], channels E, N, Z. */
  readonly waveform: Grid<Float32Array>;
  /** Sample interval, s. */
  readonly dt: number;
  /** Sample of the P arrival; undefined where it is not known (noise). */
  readonly p: number | undefined;
  /** Sample of the S arrival. */
  readonly s: number | undefined;
  readonly attributes: SteadAttributes;
}
