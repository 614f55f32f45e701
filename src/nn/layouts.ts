// The one place where PyTorch's order of axes becomes ours and back.
import type { Grid } from "../core/index.js";
import type { Layout } from "./types.js";

/** Our axes of a weight as PyTorch orders them, and the axes of length 1 that PyTorch has besides. */
interface Order {
  /** For each of our axes, its place among PyTorch's (with the missing ones put in). */
  readonly axes: readonly number[];
  /** PyTorch's shape of ours. */
  readonly shape: (ours: readonly number[]) => number[];
}

const filter = (shape: Order["shape"]): Order => ({ axes: [2, 3, 1, 0], shape });
const orders: Record<Layout, Order | undefined> = {
  conv2d: filter(([h, w, i, o]) => [o!, i!, h!, w!]),
  conv1d: filter(([, w, i, o]) => [o!, i!, w!]),
  // ours is [h, w, out, in], PyTorch's [in, out, h, w]
  convTranspose2d: filter(([h, w, o, i]) => [i!, o!, h!, w!]),
  convTranspose1d: filter(([, w, o, i]) => [i!, o!, w!]),
  linear: { axes: [1, 0], shape: ([i, o]) => [o!, i!] },
  spectral2d: { axes: [3, 2, 4, 0, 1], shape: ([k, r, z, i, o]) => [i!, o!, r!, k!, z!] },
  channel2d: { axes: [0], shape: ([c]) => [c!, 1, 1] },
  gate2d: { axes: [0], shape: ([c]) => [1, c!, 1, 1] },
  // ours is [1, w, in, multiplier], PyTorch's [in multiplier, 1, w]
  depthwise1d: { axes: [2, 3, 0, 1], shape: ([, w, i, m]) => [i! * m!, 1, w!] },
  column: { axes: [0], shape: ([c]) => [c!, 1] },
  plain: undefined,
};

/** Moves axes: axis i of the result is axis axes[i] of the input. */
function permute(data: Float32Array, shape: readonly number[], axes: readonly number[]): Float32Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));
  const outer = axes.slice(0, -1);
  const [count, step] = [shape[axes.at(-1)!]!, strides[axes.at(-1)!]!];
  const out = new Float32Array(data.length);
  const index = outer.map(() => 0);
  for (let at = 0, from = 0; at < out.length; ) {
    for (let i = 0, k = from; i < count; i++, k += step) out[at++] = data[k]!;
    for (let a = outer.length - 1; a >= 0; a--) {
      const [n, stride] = [shape[outer[a]!]!, strides[outer[a]!]!];
      from += stride;
      if (++index[a]! < n) break;
      from -= stride * n;
      index[a] = 0;
    }
  }
  return out;
}

/** PyTorch's shape of a weight.
 *  @param layout Of the weight. @param ours Our shape. */
export function torchShape(layout: Layout, ours: readonly number[]): readonly number[] {
  return orders[layout]?.shape(ours) ?? ours;
}

/** PyTorch's numbers in our order.
 *  @param data In PyTorch's order, shape torchShape(layout, ours).
 *  @param ours Our shape.
 *  @returns A new array. */
export function fromTorch(data: Float32Array, layout: Layout, ours: readonly number[]): Float32Array {
  const order = orders[layout];
  if (!order || order.axes.length === 1) return data.slice();
  const full = order.axes.map(() => 0);
  order.axes.forEach((axis, i) => {
    full[axis] = ours[i]!;
  });
  return permute(data, full, order.axes);
}

/** Our numbers in PyTorch's order and shape. */
export function toTorch(data: Float32Array, layout: Layout, ours: readonly number[]): Grid {
  const order = orders[layout];
  const shape = torchShape(layout, ours);
  if (!order || order.axes.length === 1) return { data: data.slice(), shape };
  const inverse = order.axes.map((_, i) => order.axes.indexOf(i));
  return { data: permute(data, ours, inverse), shape };
}
