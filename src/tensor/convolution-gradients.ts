// The two gradients of a convolution made of convolutions: for WebAssembly, and for dilated filters, of which TensorFlow has none on the CPU.
import type { Geometry, Pair } from "./geometry.js";
import type { Tensor, Tensor4D, TF } from "./types.js";

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
function padOrCut(tf: TF, x: Tensor4D, rows: Pair, columns: Pair): Tensor4D {
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
