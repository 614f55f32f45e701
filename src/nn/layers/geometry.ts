// How a convolution's options say where its filter goes.
import type { Geometry, Tensor4D } from "../../tensor/index.js";
import type { ConvOptions, Pair } from "./conv.js";

/** One number for both axes, or two. */
export const pair = (x: number | Pair): Pair => (typeof x === "number" ? [x, x] : x);

/** The zeros of TensorFlow's SAME depend on the input's size: one geometry a size, kept for its attributes. */
export function sameGeometry({ kernel, stride = 1, dilation = 1 }: ConvOptions): (x: Tensor4D) => Geometry {
  const [k, s, d] = [pair(kernel), pair(stride), pair(dilation)];
  const made = new Map<string, Geometry>();
  return ({ shape: [, height, width] }) => {
    const key = `${height} ${width}`;
    let found = made.get(key);
    if (!found) {
      const side = (n: number, i: 0 | 1): Pair => {
        const total = Math.max((Math.ceil(n / s[i]) - 1) * s[i] + (k[i] - 1) * d[i] + 1 - n, 0);
        return [Math.floor(total / 2), Math.ceil(total / 2)];
      };
      found = { stride: s, dilation: d, pad: [side(height, 0), side(width, 1)] };
      made.set(key, found);
    }
    return found;
  };
}

/** The geometry of options whose pad is not "tensorflow". */
export function geometryOf({ kernel, stride = 1, dilation = 1, pad = "same" }: ConvOptions): Geometry {
  const k = pair(kernel);
  const d = pair(dilation);
  const sides = pad === "same" ? k.map((n, i) => (n - 1) * d[i]!) : undefined;
  const side = (i: 0 | 1): Pair => {
    if (sides) return [Math.floor(sides[i]! / 2), Math.ceil(sides[i]! / 2)];
    return typeof pad === "number" ? [pad, pad] : pair((pad as readonly [number | Pair, number | Pair])[i]);
  };
  return { stride: pair(stride), dilation: d, pad: [side(0), side(1)] };
}
