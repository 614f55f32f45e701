// Kernels of room wave/ in WebAssembly with 128-bit vectors; src/wave/kernels-plain.ts has the same in TypeScript.
// All arrays are float32; addresses and strides are in bytes; rows of fields start on 16 bytes.
export { adjointField, adjointStrip } from "./adjoint";
export { flush, image } from "./field";
export { inject, record } from "./points";
export { narrow, wide } from "./step";
export { strip } from "./strip";

/** First byte that arrays may use. */
export function heapBase(): usize {
  return (__heap_base + 63) & ~63;
}
