// What a layer and a model are.
import type { Rng } from "../core/index.js";
import type { Tensor, Variable } from "../tensor/index.js";

/** Plain data, as JSON holds it. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** How a model is run. */
export interface Mode {
  /** Batch norm uses and updates the batch's statistics, dropout drops. Default false. */
  readonly training?: boolean;
  /** Where dropout draws from; needed when training with dropout. */
  readonly rng?: Rng;
}

/** How PyTorch orders the axes of a weight; ours are [.., in, out]. Files hold PyTorch's order. */
export type Layout =
  | "conv1d"
  | "conv2d"
  | "convTranspose1d"
  | "convTranspose2d"
  | "linear"
  | "spectral2d"
  | "channel2d"
  | "gate2d"
  | "depthwise1d"
  | "column"
  | "plain";

/** Named numbers that training changes, or running statistics. */
export type Variables = ReadonlyMap<string, Variable>;

/** A network: pure in its input but for the running statistics that training updates. */
export interface Model {
  /** Its constructor's name, e.g. "dncnn". */
  readonly name: string;
  /** The options it was made with, complete; `nn.load` makes it again from them. */
  readonly options: { readonly [key: string]: Json };
  /** The paper that it follows. */
  readonly paper: string;
  /** Runs it. Differentiable; the caller's scope disposes the output. */
  apply(x: Tensor, mode?: Mode): Tensor;
  readonly parameters: Variables;
  readonly buffers: Variables;
  /** PyTorch's layout of each parameter and buffer. */
  readonly layouts: ReadonlyMap<string, Layout>;
  /** Frees the variables; idempotent. */
  dispose(): void;
}

/** A part of a model: a function of a tensor. */
export type Layer = (x: Tensor, mode: Mode) => Tensor;
