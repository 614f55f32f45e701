// What a wavefield consists of, and the loops over it: in WebAssembly for float32, in TypeScript for float64.
import type { Box, Layout, Strip } from "./layout.js";

export type Floats = Float32Array | Float64Array;

/** Memory of one layer's strip; each array has the strip's length. */
export interface StripMemory {
  /** Coefficients, as `Strip.coefficients`. */
  readonly coefficients: Floats;
  p: Floats;
  next: Floats;
  readonly s: Floats;
  /** Of adjoint fields only. */
  readonly e?: Floats;
  readonly g?: Floats;
  readonly t?: Floats;
}

/** A wavefield: now, one step before, and the layers' memory. */
export interface Field {
  u: Floats;
  before: Floats;
  readonly strips: readonly StripMemory[];
}

/** Lists of cells with weights: list i holds entries starts[i] to starts[i + 1]. */
export interface Points {
  readonly starts: Int32Array;
  /** Indices in a field. */
  readonly cells: Int32Array;
  readonly weights: Floats;
}

/** Loops over a window of a field. `c` = v^2 dt^2 / h^2 as a field. */
export interface Kernels {
  /** before = 2u - before + c (D2x + D2z) u; the last part also into `snap`. */
  step(layout: Layout, field: Field, c: Floats, box: Box, snap?: Floats): void;
  /** Adds a layer's part to the step just made; writes `next`, changes `s`. */
  layer(
    layout: Layout,
    field: Field,
    c: Floats,
    box: Box,
    strip: Strip,
    memory: StripMemory,
    snap?: Floats,
  ): void;
  /** The same for the adjoint of the layer; changes `p` and `s`. */
  adjointLayer(layout: Layout, field: Field, c: Floats, box: Box, strip: Strip, memory: StripMemory): void;
  /** into += x y. */
  multiply(layout: Layout, into: Floats, x: Floats, y: Floats, box: Box): void;
  /** field[cell] += scale[cell] weight values[first + i stride], list by list. */
  inject(field: Floats, scale: Floats, points: Points, values: Floats, first: number, stride: number): void;
  /** values[first + i] = sum of weight field[cell] over list i. */
  record(field: Floats, points: Points, values: Floats, first: number): void;
  /** Sets |x| < limit to zero in rows of `width` numbers that begin at `first`, `line` numbers apart. Uses the array's last four numbers.
   *  @returns The smallest box, counted from `first`, around what is left; undefined where nothing is. */
  flush(x: Floats, first: number, line: number, width: number, rows: number, limit: number): Box | undefined;
}
