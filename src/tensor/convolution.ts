// Convolution and its two gradients, with explicit padding, stride and dilation, on either backend and outside the tape.
import { filterGradient, inputGradient } from "./convolution-gradients.js";
import { attributes, type Geometry } from "./geometry.js";
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor4D } from "./types.js";

/** A filter of one point is a matrix: x [n h w, c] times w [c, k]. */
function isPoint(g: Geometry, w: readonly number[]): boolean {
  const { pad, stride } = g;
  return w[0]! * w[1]! === 1 && stride[0] * stride[1] === 1 && pad.every(([a, b]) => a + b === 0);
}

const remembered = new Map<string, ReturnType<Native["attributes"]>>();
function remember(
  native: Native,
  key: string,
  values: Parameters<Native["attributes"]>[0],
): ReturnType<Native["attributes"]> {
  let found = remembered.get(key);
  if (!found) {
    found = native.attributes(values);
    remembered.set(key, found);
  }
  return found;
}

/** Matrix product of tensors seen as matrices with their last axis as columns. By BatchMatMulV2: TensorFlow's MatMul on oneDNN damages the
 *  heap now and then (seen with a profiler's signals arriving; glibc aborts). */
function product(
  native: Native,
  a: Tensor,
  b: Tensor,
  transposeA: boolean,
  transposeB: boolean,
  shape: readonly number[],
): Tensor4D {
  const reshape = remember(native, "reshape", { T: { type: "float" }, Tshape: { type: "int" } });
  const product = remember(native, `${transposeA} ${transposeB}`, {
    T: { type: "float" },
    adj_x: transposeA,
    adj_y: transposeB,
  });
  const matrices = [a, b].map((t) => {
    const columns = t.shape.at(-1)!;
    return native.run("Reshape", reshape, [t, native.ints([t.size / columns, columns])])[0]!;
  });
  const [flat] = native.run("BatchMatMulV2", product, matrices);
  const [out] = native.run("Reshape", reshape, [flat!, native.ints(shape)]);
  for (const t of [...matrices, flat!]) t.dispose();
  return out as Tensor4D;
}

/** Whether TensorFlow's own gradients take this geometry: on the CPU those of dilated convolutions do not exist. */
const dilated = (g: Geometry): boolean => g.dilation[0] > 1 || g.dilation[1] > 1;

/** Y[n, y, x, k] = sum over i, j, c of X[n, s y + d i - p, s x + d j - p, c] w[i, j, c, k].
 *  @param x Images [n, h, w, c].
 *  @param w Filter [i, j, c, k].
 *  @param g Stride, dilation, padding; keep the object, its translation is remembered.
 *  @returns Images [n, h', w', k]. */
export function convolve(x: Tensor4D, w: Tensor4D, g: Geometry): Tensor4D {
  const native = nativeOps();
  if (native && isPoint(g, w.shape))
    return product(native, x, w, false, false, [...x.shape.slice(0, 3), w.shape[3]]);
  if (native) return native.run("Conv2D", attributes(native, g, x.shape, w.shape), [x, w])[0] as Tensor4D;
  return engine().tf.conv2d(x, w, [...g.stride], explicit(g), "NHWC", [...g.dilation]);
}

/** dL/dX of `convolve`.
 *  @param shape Of X.
 *  @param w Filter.
 *  @param dy dL/dY.
 *  @returns Shape of X. Also the transposed convolution of dy. */
export function convolveInputGradient(
  shape: readonly number[],
  w: Tensor4D,
  dy: Tensor4D,
  g: Geometry,
): Tensor4D {
  const native = nativeOps();
  if (native && isPoint(g, w.shape)) return product(native, dy, w, false, true, shape);
  if (native && !dilated(g))
    return native.run("Conv2DBackpropInput", attributes(native, g, shape, w.shape), [
      native.ints(shape),
      w,
      dy,
    ])[0] as Tensor4D;
  const { tf } = engine();
  return tf.tidy(() => inputGradient(tf, shape, w, dy, g));
}

/** dL/dw of `convolve`.
 *  @param x Images.
 *  @param shape Of w.
 *  @param dy dL/dY.
 *  @returns Shape of w. */
export function convolveFilterGradient(
  x: Tensor4D,
  shape: readonly number[],
  dy: Tensor4D,
  g: Geometry,
): Tensor4D {
  const native = nativeOps();
  if (native && isPoint(g, shape)) return product(native, x, dy, true, false, shape);
  if (native && !dilated(g))
    return native.run("Conv2DBackpropFilter", attributes(native, g, x.shape, shape), [
      x,
      native.ints(shape),
      dy,
    ])[0] as Tensor4D;
  const { tf } = engine();
  return tf.tidy(() => filterGradient(tf, x, shape, dy, g));
}

type Explicit = [[number, number], [number, number], [number, number], [number, number]];
const explicit = ({ pad: [rows, columns] }: Geometry): Explicit => [[0, 0], [...rows], [...columns], [0, 0]];
