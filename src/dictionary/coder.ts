// A dictionary laid out for the kernels, and the coding of one block of patches with it.
import type { Grid } from "../core/index.js";
import { type CodeArrays, type Kernels, pad4 } from "./kernels.js";

/** Patches coded at a time. */
export const blockSize = 256;

/** A dictionary laid out for the kernels: rows and their transpose, both widths padded to 4, and the Gram matrix. */
export interface Coder {
  readonly nAtoms: number;
  readonly size: number;
  readonly rows: Float32Array;
  readonly columns: Float32Array;
  readonly gram: Float32Array;
  readonly start: Float32Array;
  readonly norms: Float64Array;
  readonly work: Float64Array;
}

/** Bytes that a `Coder` takes. */
export function coderBytes(dictionary: Grid, most: number): number {
  const nAtoms = pad4(dictionary.shape[0]!);
  const size = pad4(dictionary.data.length / dictionary.shape[0]!);
  return (
    4 * (2 * nAtoms * size + nAtoms * nAtoms + blockSize * nAtoms) +
    8 * (blockSize + most * most + 2 * most) +
    512
  );
}

/** Puts a dictionary into the kernels' memory. */
export function makeCoder(kernels: Kernels, dictionary: Grid, most: number): Coder {
  const count = dictionary.shape[0]!;
  const samples = dictionary.data.length / count;
  const nAtoms = pad4(count);
  const size = pad4(samples);
  const rows = kernels.f32(nAtoms * size);
  for (let a = 0; a < count; a++)
    rows.set(dictionary.data.subarray(a * samples, (a + 1) * samples), a * size);
  const coder: Coder = {
    nAtoms,
    size,
    rows,
    columns: kernels.f32(nAtoms * size),
    gram: kernels.f32(nAtoms * nAtoms),
    start: kernels.f32(blockSize * nAtoms),
    norms: kernels.f64(blockSize),
    work: kernels.f64(most * most + 2 * most),
  };
  refresh(kernels, coder);
  return coder;
}

/** Makes transpose and Gram matrix follow the rows. */
export function refresh(kernels: Kernels, coder: Coder): void {
  const { rows, columns, nAtoms, size, gram } = coder;
  for (let a = 0; a < nAtoms; a++)
    for (let i = 0; i < size; i++) columns[i * nAtoms + a] = rows[a * size + i]!;
  kernels.matmul(rows, columns, gram, nAtoms, nAtoms, size);
}

/** Codes a block of at most `blockSize` patches that lie in the kernels' memory. */
export function codeBlock(
  kernels: Kernels,
  coder: Coder,
  patches: Float32Array,
  count: number,
  error: number,
  codes: CodeArrays,
): void {
  const { size, nAtoms, norms } = coder;
  for (let p = 0; p < count; p++) {
    let sum = 0;
    for (let i = p * size; i < (p + 1) * size; i++) sum += patches[i]! * patches[i]!;
    norms[p] = sum;
  }
  kernels.matmul(patches, coder.columns, coder.start, count, nAtoms, size);
  kernels.omp(coder.start, coder.gram, norms, error, count, nAtoms, codes, coder.work);
}
