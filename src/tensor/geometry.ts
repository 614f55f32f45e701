// How a filter moves over an image, and what TensorFlow calls it.
import type { Native } from "./native.js";

/** Rows and columns, or before and after. */
export type Pair = readonly [number, number];

/** How a filter moves over an image. */
export interface Geometry {
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Zeros before and after the rows, before and after the columns. */
  readonly pad: readonly [Pair, Pair];
}

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

/** TensorFlow's attributes of a convolution, translated once for each geometry and padding.
 *  @param x Shape of the image. @param w Shape of the filter. */
export function attributes(
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
