// Gradients of tf.conv2d for the WebAssembly backend: it ships none for the filter and a slow one for the input.
import type { NamedAttrMap, TensorInfo } from "@tensorflow/tfjs";
import { filterGradient, inputGradient } from "./convolution-gradients.js";
import type { Geometry } from "./geometry.js";
import type { Tensor, Tensor4D, TF } from "./types.js";

interface KernelAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: [number, number, number, number];
  readonly inputShape: [number, number, number, number];
}

/** Registers the two gradients with the WebAssembly backend, made of its own fast conv2d.
 *  @param tf TensorFlow.js with the WebAssembly backend loaded. */
export function registerWasmGradients(tf: TF): void {
  const geometry = (
    x: number[],
    w: number[],
    { strides, pad, dimRoundingMode }: KernelAttributes,
  ): Geometry => {
    const shape = (s: number[]) => s as [number, number, number, number];
    const info = tf.backend_util.computeConv2DInfo(shape(x), shape(w), strides, 1, pad, dimRoundingMode);
    const { top, bottom, left, right } = info.padInfo;
    return {
      stride: [info.strideHeight, info.strideWidth],
      dilation: [1, 1],
      pad: [
        [top, bottom],
        [left, right],
      ],
    };
  };
  const kernel = (
    kernelName: string,
    gradient: (inputs: Record<string, Tensor4D>, attributes: KernelAttributes) => Tensor,
  ) => {
    if (tf.getKernel(kernelName, "wasm")) tf.unregisterKernel(kernelName, "wasm");
    tf.registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, attrs }: { inputs: unknown; attrs?: NamedAttrMap }): TensorInfo =>
        tf.tidy(() => gradient(inputs as Record<string, Tensor4D>, attrs as unknown as KernelAttributes)),
    });
  };
  kernel("Conv2DBackpropFilter", ({ x, dy }, a) =>
    filterGradient(tf, x!, a.filterShape, dy!, geometry(x!.shape, a.filterShape, a)),
  );
  kernel("Conv2DBackpropInput", ({ dy, filter }, a) =>
    inputGradient(tf, a.inputShape, filter!, dy!, geometry(a.inputShape, filter!.shape, a)),
  );
}
