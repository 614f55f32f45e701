// Kernels of room dictionary/ in WebAssembly with 128-bit vectors; src/dictionary/kernels-plain.ts has the same in TypeScript.
export { atomCodes, atomDirection } from "./atoms";
export { dctBand } from "./dct8";
export { invert } from "./invert";
export { matmul } from "./matmul";
export { omp } from "./omp";
export { correlate, hard, soft, strong, synthesise } from "./shrink";

/** First byte that arrays may use. */
export function heapBase(): usize {
  return (__heap_base + 63) & ~63;
}
