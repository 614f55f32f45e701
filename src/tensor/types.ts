// Names for TensorFlow.js' types; importing them loads nothing.
import type * as tfjs from "@tensorflow/tfjs";

/** The TensorFlow.js module, as `tensor.ready()` hands it out. */
export type TF = typeof tfjs;
/** A tensor of any rank. */
export type Tensor = tfjs.Tensor;
/** A tensor that keeps its place while its value changes: a trainable weight. */
export type Variable = tfjs.Variable;
export type { Rank, Scalar, Tensor1D, Tensor2D, Tensor3D, Tensor4D, TensorContainer } from "@tensorflow/tfjs";

/** What runs the tensors: TensorFlow on the CPU or on an NVIDIA card, or WebAssembly. */
export type Backend = "native" | "gpu" | "wasm";

/** What `tensor.ready()` found. */
export interface Ready {
  /** TensorFlow.js. */
  readonly tf: TF;
  readonly backend: Backend;
  /** TensorFlow's version for native and gpu, TensorFlow.js' for wasm. */
  readonly version: string;
  /** Threads within an operation. */
  readonly threads: number;
  /** One sentence: why this backend, and what another one would need. */
  readonly why: string;
}
