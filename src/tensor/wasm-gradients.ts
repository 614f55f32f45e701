// Gradients of convolution for the WebAssembly backend, made of its own fast conv2d: it ships none for the filter and a slow one for the input.
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs";
import type { Tensor, Tensor4D, TF } from "./types.js";

interface ConvolutionAttributes {
  readonly strides: [number, number] | number;
  readonly pad:
    | "valid"
    | "same"
    | number
    | [[number, number], [number, number], [number, number], [number, number]];
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
}

/** Puts s - 1 zeros between the rows and between the columns: [n, h, w, c] to [n, (h - 1) s + 1, (w - 1) t + 1, c]. */
function spread(tf: TF, x: Tensor4D, s: number, t: number): Tensor4D {
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
  if (s === 1 && t === 1) return x;
  return tf.slice(
    wide.reshape([n, h * s, w * t, c]) as Tensor4D,
    [0, 0, 0, 0],
    [n, (h - 1) * s + 1, (w - 1) * t + 1, c],
  );
}

/** Pads, or cuts where the amount is negative. */
function padOrCut(tf: TF, x: Tensor4D, pads: readonly (readonly [number, number])[]): Tensor4D {
  const cut = pads.some(([a, b]) => a < 0 || b < 0);
  const grown = tf.pad(
    x,
    pads.map(([a, b]) => [Math.max(a, 0), Math.max(b, 0)] as [number, number]),
  );
  if (!cut) return grown;
  const begin = pads.map(([a]) => Math.max(-a, 0));
  const size = grown.shape.map((n, i) => n - begin[i]! - Math.max(-pads[i]![1], 0));
  return tf.slice(grown, begin, size);
}

/** dL/dw[i, j, c, k] = sum over n, y, x of X[n, s y + i, s x + j, c] dL/dY[n, y, x, k]: a convolution whose batch is c and
 *  whose channels are n. */
function filterGradient(
  tf: TF,
  x: Tensor4D,
  dy: Tensor4D,
  shape: number[],
  attributes: ConvolutionAttributes,
): Tensor4D {
  const { strides, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    x.shape,
    shape as [number, number, number, number],
    strides,
    1,
    pad as "valid",
    dimRoundingMode,
  );
  const { top, left } = info.padInfo;
  const rows = (info.outHeight - 1) * info.strideHeight + info.filterHeight; // as far as the filter reaches
  const columns = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  const padded = padOrCut(tf, x, [
    [0, 0],
    [top, rows - info.inHeight - top],
    [left, columns - info.inWidth - left],
    [0, 0],
  ]);
  const image = tf.transpose(padded, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const w = tf.conv2d(image, filter, 1, "valid", "NHWC", [info.strideHeight, info.strideWidth]);
  return tf.transpose(w, [1, 2, 0, 3]);
}

/** dL/dX: dL/dY, spread by the stride, convolved with the filter turned by 180 degrees and its channels exchanged. */
function inputGradient(
  tf: TF,
  dy: Tensor4D,
  w: Tensor4D,
  shape: number[],
  attributes: ConvolutionAttributes,
): Tensor4D {
  const { strides, pad, dimRoundingMode } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    shape as [number, number, number, number],
    w.shape,
    strides,
    1,
    pad as "valid",
    dimRoundingMode,
  );
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const wide = spread(tf, dy, info.strideHeight, info.strideWidth);
  const padded = padOrCut(tf, wide, [
    [0, 0],
    [top, info.inHeight + info.filterHeight - 1 - wide.shape[1] - top],
    [left, info.inWidth + info.filterWidth - 1 - wide.shape[2] - left],
    [0, 0],
  ]);
  const turned = tf.transpose(tf.reverse(w, [0, 1]), [0, 1, 3, 2]);
  return tf.conv2d(padded, turned, 1, "valid");
}

/** Registers the two gradients with the WebAssembly backend. Stride and batch as usual; dilated convolutions have none in tfjs.
 *  @param tf TensorFlow.js with the WebAssembly backend loaded. */
export function registerWasmGradients(tf: TF): void {
  const attributes = (
    attrs?: NamedAttrMap,
  ): ConvolutionAttributes & { filterShape: number[]; inputShape: number[] } =>
    attrs as unknown as ConvolutionAttributes & { filterShape: number[]; inputShape: number[] };
  const kernel = (
    kernelName: string,
    gradient: (inputs: Record<string, Tensor4D>, attrs?: NamedAttrMap) => Tensor,
  ) => {
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, attrs }): TensorInfo =>
        tf.tidy(() => gradient(inputs as unknown as Record<string, Tensor4D>, attrs)),
    });
  };
  kernel("Conv2DBackpropFilter", ({ x, dy }, attrs) =>
    filterGradient(tf, x!, dy!, attributes(attrs).filterShape, attributes(attrs)),
  );
  kernel("Conv2DBackpropInput", ({ dy, filter }, attrs) =>
    inputGradient(tf, dy!, filter!, attributes(attrs).inputShape, attributes(attrs)),
  );
}
