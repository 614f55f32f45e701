// Convolution and its two gradients, with explicit padding, stride and dilation, on either backend and outside the tape.
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor4D, TF } from "./types.js";

type Pair = readonly [number, number];

/** How a filter moves over an image. */
export interface Geometry {
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Zeros before and after the rows, before and after the columns. */
  readonly pad: readonly [Pair, Pair];
}

/** Stride 1, no dilation, no padding. */
export const plainGeometry: Geometry = {
  stride: [1, 1],
  dilation: [1, 1],
  pad: [
    [0, 0],
    [0, 0],
  ],
};

type Padding = "VALID" | "SAME" | "EXPLICIT";

/** TensorFlow's name for the padding, where it has one: oneDNN's filter gradient takes twice as long with explicit numbers.
 *  Zeros at the end that no step of the filter reaches do not count. */
function paddingOf(g: Geometry, x: readonly number[], w: readonly number[]): Padding {
  const kinds = ([0, 1] as const).map((axis): ReadonlySet<Padding> => {
    const n = x[axis + 1]!;
    const reach = (w[axis]! - 1) * g.dilation[axis] + 1;
    const [before, after] = g.pad[axis];
    const steps = Math.floor((n + before + after - reach) / g.stride[axis]) + 1;
    const same = Math.ceil(n / g.stride[axis]);
    const total = Math.max((same - 1) * g.stride[axis] + reach - n, 0);
    const kinds = new Set<Padding>();
    if (before === 0 && steps === Math.floor((n - reach) / g.stride[axis]) + 1) kinds.add("VALID");
    if (before === Math.floor(total / 2) && steps === same) kinds.add("SAME");
    return kinds;
  });
  for (const kind of ["VALID", "SAME"] as const) if (kinds.every((set) => set.has(kind))) return kind;
  return "EXPLICIT";
}

const attributeCache = new WeakMap<Geometry, Map<Padding, ReturnType<Native["attributes"]>>>();

function attributes(
  native: Native,
  g: Geometry,
  x: readonly number[],
  w: readonly number[],
): ReturnType<Native["attributes"]> {
  let byPadding = attributeCache.get(g);
  if (!byPadding) {
    byPadding = new Map();
    attributeCache.set(g, byPadding);
  }
  const padding = paddingOf(g, x, w);
  let found = byPadding.get(padding);
  if (!found) {
    const [[top, bottom], [left, right]] = g.pad;
    found = native.attributes({
      T: { type: "float" },
      strides: [1, ...g.stride, 1],
      dilations: [1, ...g.dilation, 1],
      use_cudnn_on_gpu: true,
      data_format: "NHWC",
      padding,
      ...(padding === "EXPLICIT" ? { explicit_paddings: [0, 0, top, bottom, left, right, 0, 0] } : {}),
    });
    byPadding.set(padding, found);
  }
  return found;
}

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

/** Puts s - 1 zeros between the rows and t - 1 between the columns: [n, h, w, c] to [n, (h - 1) s + 1, (w - 1) t + 1, c]. */
function spread(tf: TF, x: Tensor4D, s: number, t: number): Tensor4D {
  if (s === 1 && t === 1) return x;
  const [n, h, w, c] = x.shape;
  let wide: Tensor = x;
  if (s > 1)
    wide = tf.pad(wide.reshape([n * h, 1, w * c]), [
      [0, 0],
      [0, s - 1],
      [0, 0],
    ]);
  if (t > 1)
    wide = tf.pad(wide.reshape([n * h * s * w, 1, c]), [
      [0, 0],
      [0, t - 1],
      [0, 0],
    ]);
  return tf.slice(wide.reshape([n, h * s, w * t, c]) as Tensor4D, 0, [
    n,
    (h - 1) * s + 1,
    (w - 1) * t + 1,
    c,
  ]);
}

/** Pads rows and columns, or cuts where the amount is negative. */
export function padOrCut(tf: TF, x: Tensor4D, rows: Pair, columns: Pair): Tensor4D {
  const pads = [[0, 0], rows, columns, [0, 0]] as const;
  const grown = tf.pad(
    x,
    pads.map(([a, b]) => [Math.max(a, 0), Math.max(b, 0)] as [number, number]),
  ) as Tensor4D;
  if (pads.every(([a, b]) => a >= 0 && b >= 0)) return grown;
  const begin = pads.map(([a]) => Math.max(-a, 0)) as [number, number, number, number];
  const size = grown.shape.map((n, i) => n - begin[i]! - Math.max(-pads[i]![1], 0)) as [
    number,
    number,
    number,
    number,
  ];
  return tf.slice(grown, begin, size);
}

/** dL/dw as a convolution whose batch is c and whose channels are n: stride and dilation change places. */
export function filterGradient(
  tf: TF,
  x: Tensor4D,
  shape: readonly number[],
  dy: Tensor4D,
  g: Geometry,
): Tensor4D {
  const reach = (axis: 0 | 1) =>
    (dy.shape[axis + 1]! - 1) * g.stride[axis] + (shape[axis]! - 1) * g.dilation[axis] + 1;
  const [top, left] = [g.pad[0][0], g.pad[1][0]];
  const padded = padOrCut(tf, x, [top, reach(0) - x.shape[1] - top], [left, reach(1) - x.shape[2] - left]);
  const image = tf.transpose(padded, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  return tf.transpose(
    tf.conv2d(image, filter, [...g.dilation], "valid", "NHWC", [...g.stride]),
    [1, 2, 0, 3],
  );
}

/** dL/dX: dL/dY, spread by the stride, convolved with the filter turned by 180 degrees and its channels exchanged. */
export function inputGradient(
  tf: TF,
  shape: readonly number[],
  w: Tensor4D,
  dy: Tensor4D,
  g: Geometry,
): Tensor4D {
  const wide = spread(tf, dy, g.stride[0], g.stride[1]);
  const pads = ([0, 1] as const).map((axis): Pair => {
    const reach = (w.shape[axis] - 1) * g.dilation[axis];
    const before = reach - g.pad[axis][0];
    return [before, shape[axis + 1]! + reach - wide.shape[axis + 1]! - before];
  });
  const padded = padOrCut(tf, wide, pads[0]!, pads[1]!);
  const turned = tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(padded, turned, 1, "valid", "NHWC", [...g.dilation]);
}
