// The only crossings between grids and tensors.
import type { Grid, TypedArray } from "../core/index.js";
import { engine } from "./ready.js";
import type { Tensor } from "./types.js";

/** A tensor with a grid's values: float32 for floating point, int32 for whole numbers.
 *
 *  @param grid Values in C order, any shape.
 *  @returns A new tensor; the caller disposes it.
 *  @throws RangeError if the shape does not hold the values; TypeError for 64-bit integers. */
export function from(grid: Grid<TypedArray>): Tensor {
  const { data, shape } = grid;
  const size = shape.reduce((a, b) => a * b, 1);
  if (size !== data.length)
    throw new RangeError(
      `tensor.from: shape [${shape.join(", ")}] must hold the ${data.length} values, got ${size}`,
    );
  if (data instanceof BigInt64Array || data instanceof BigUint64Array || data instanceof Uint32Array)
    throw new TypeError(`tensor.from: values must fit float32 or int32, got ${data.constructor.name}`);
  const { tf } = engine();
  // a copy: TensorFlow.js keeps the array it is given, and the grid may change
  if (data instanceof Float32Array) return tf.tensor(data.slice(), [...shape], "float32");
  if (data instanceof Float64Array) return tf.tensor(Float32Array.from(data), [...shape], "float32");
  return tf.tensor(Int32Array.from(data), [...shape], "int32");
}

/** A tensor's values as a grid; the tensor stays.
 *
 *  @param t Tensor of numbers or truth values, any shape.
 *  @param kind "float32" (default) or "int32", converted where the tensor is of the other kind.
 *  @returns A new grid in C order. */
export function toGrid(t: Tensor): Grid<Float32Array>;
export function toGrid(t: Tensor, kind: "int32"): Grid<Int32Array>;
export function toGrid(t: Tensor, kind: "float32" | "int32" = "float32"): Grid<Float32Array | Int32Array> {
  if (t.dtype === "string" || t.dtype === "complex64")
    throw new TypeError(`tensor.toGrid: the tensor must hold real numbers, got ${t.dtype}`);
  const values = t.dataSync();
  const data = kind === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  return { data, shape: t.shape.slice() };
}

/** Tensors alive in this process.
 *  @returns Their number, their bytes, and the process' resident bytes. */
export function memory(): { readonly tensors: number; readonly bytes: number; readonly resident: number } {
  const { numTensors, numBytes } = engine().tf.memory();
  return { tensors: numTensors, bytes: numBytes, resident: process.memoryUsage().rss };
}
