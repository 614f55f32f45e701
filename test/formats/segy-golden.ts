// What the tests of SEG-Y share: golden cases, and a file made anew from what was read.
import { inflateSync } from "node:zlib";
import type { Grid } from "geodl/core";
import { type Segy, type SegyFormat, type SegyTraceField, segyTraceBytes } from "geodl/formats";
import { fromBase64, goldenJson, type Raw } from "./golden.js";

/** What segyio says of a file. */
export interface Case {
  readonly name: string;
  readonly file: string;
  readonly text: readonly string[];
  readonly dt: number;
  readonly format: SegyFormat;
  readonly samples: Raw | null;
  readonly sum?: readonly number[];
  readonly binary: Readonly<Record<string, number>>;
  readonly headers: Readonly<Record<SegyTraceField, readonly number[]>>;
}
/** A file of 3-byte integers. */
export interface Three {
  readonly name: string;
  readonly file: string;
  readonly samples: readonly number[][];
}
export const golden = goldenJson<{ cases: Case[]; three: Three[] }>("segy.json");
/** The bytes of a golden file. */
export const unpack = (text: string) => new Uint8Array(inflateSync(fromBase64(text)));

/** The whole file made anew from what was read. */
export function rewrite(file: Segy, samples: Grid<Float32Array> | Grid<Float64Array>): Uint8Array {
  return Buffer.concat([file.head(), segyTraceBytes(file, samples), file.tail()]);
}
