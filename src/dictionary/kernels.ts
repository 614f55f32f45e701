// The loops that take the time, by one interface: WebAssembly where it loads, TypeScript elsewhere.
import { readFileSync } from "node:fs";
import { plainKernels } from "./kernels-plain.js";
import { compileWasm, type WasmPool } from "./kernels-wasm.js";

/** Codes of patches: which atoms, with which coefficients. */
export interface CodeArrays {
  /** [count, most] atoms, -1 where none. */
  readonly chosen: Int32Array;
  /** [count, most] coefficients. */
  readonly values: Float32Array;
  /** [count] atoms taken. */
  readonly counts: Int32Array;
  /** Most atoms a patch. */
  readonly most: number;
}

/** One atom and the patches that use it. Widths (size, nAtoms) are multiples of 4, padded with zeros. */
export interface AtomUse {
  readonly patches: Float32Array;
  readonly size: number;
  readonly dictionary: Float32Array;
  readonly nAtoms: number;
  readonly codes: CodeArrays;
  readonly users: Int32Array;
  readonly slots: Int32Array;
  readonly count: number;
  readonly atom: number;
}

/** Work arrays and the loops on them; arrays given to a loop must come from the same `Kernels`. */
export interface Kernels {
  f32(length: number): Float32Array;
  f64(length: number): Float64Array;
  i32(length: number): Int32Array;
  /** C [m, n] = A [m, k] B [k, n]. */
  matmul(a: Float32Array, b: Float32Array, c: Float32Array, m: number, n: number, k: number): void;
  /** 0 where |x| < t, else x (hard) or x less t towards 0 (soft); the first `length` numbers, a multiple of 4. */
  shrink(x: Float32Array, length: number, t: number, kind: "hard" | "soft"): void;
  /** Moves the rows of P [count, size] with squared norm >= limit to the front; returns how many. */
  strong(patches: Float32Array, count: number, size: number, limit: number): number;
  /** M [nAtoms, size] += C^T P. */
  correlate(
    codes: Float32Array,
    patches: Float32Array,
    into: Float32Array,
    count: number,
    nAtoms: number,
    size: number,
  ): void;
  /** P [count, size] = C W. */
  synthesise(
    codes: Float32Array,
    atoms: Float32Array,
    patches: Float32Array,
    count: number,
    nAtoms: number,
    size: number,
  ): void;
  /** Orthogonal matching pursuit from products `start` [count, nAtoms] and squared norms; see assembly/omp.ts. */
  omp(
    start: Float32Array,
    gram: Float32Array,
    norms: Float64Array,
    limit: number,
    count: number,
    nAtoms: number,
    codes: CodeArrays,
    work: Float64Array,
  ): void;
  /** Direction E g of an atom; see assembly/atoms.ts. */
  atomDirection(use: AtomUse, direction: Float32Array, weights: Float32Array): void;
  /** Coefficients E^T d of its users, written into the codes. */
  atomCodes(use: AtomUse, products: Float32Array): void;
  /** Inverse of A [n, n] in place, n even; false where singular. */
  invert(a: Float64Array, n: number, swaps: Int32Array): boolean;
  /** Sliding 8 x 8 DCT of a band; see assembly/dct8.ts. */
  dctBand(
    band: Float32Array,
    into: Float32Array,
    stride: number,
    rows: number,
    columns: number,
    t: number,
    work: Float32Array,
  ): void;
}

/** What runs the loops. */
export type Engine = "wasm" | "plain";

let pool: WasmPool | undefined;
let looked = false;
let wanted: Engine = "wasm";

function loaded(): WasmPool | undefined {
  if (!looked) {
    looked = true;
    try {
      pool = compileWasm(readFileSync(new URL("./dictionary.wasm", import.meta.url)));
    } catch {
      pool = undefined;
    }
  }
  return pool;
}

/** Which engine runs the loops of this room: WebAssembly with 128-bit vectors, or TypeScript where that cannot be loaded.
 *
 *  @param choice Engine from now on; "wasm" stays a wish where the build lacks it. Default: no change.
 *  @returns The engine in use. Both give the same results within rounding.
 *  @throws RangeError for another name. */
export function engine(choice?: Engine): Engine {
  if (choice !== undefined && choice !== "wasm" && choice !== "plain")
    throw new RangeError(`engine: must be "wasm" or "plain", got ${String(choice)}`);
  wanted = choice ?? wanted;
  return wanted === "wasm" && loaded() ? "wasm" : "plain";
}

/** Lends kernels with room for `bytes` of arrays to a function; the arrays end with it.
 *  @param bytes Sum of the arrays' bytes, with 64 more for each. */
export function withKernels<T>(bytes: number, use: (kernels: Kernels) => T): T {
  return engine() === "wasm" ? loaded()!(bytes, use) : use(plainKernels());
}

/** The next multiple of 4. */
export const pad4 = (n: number): number => (n + 3) & ~3;
