// Tensors end to end as one vector, and back: an optimiser then needs a few operations a step instead of a few for each weight.
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor1D } from "./types.js";

const shared = new Map<string, ReturnType<Native["attributes"]>>();
function attributes(native: Native, key: string, values: Parameters<Native["attributes"]>[0]) {
  let found = shared.get(key);
  if (!found) {
    found = native.attributes(values);
    shared.set(key, found);
  }
  return found;
}

/** Puts tensors end to end.
 *  @param tensors Any shapes, float32.
 *  @returns Shape [sum of sizes]; a new tensor. */
export function join(tensors: readonly Tensor[]): Tensor1D {
  const { tf } = engine();
  const native = nativeOps();
  if (!native) return tf.tidy(() => tf.concat1d(tensors.map((t) => t.flatten())));
  const concat = attributes(native, `concat ${tensors.length}`, {
    T: { type: "float" },
    N: tensors.length,
    Tidx: { type: "int" },
  });
  const reshape = attributes(native, "reshape", { T: { type: "float" }, Tshape: { type: "int" } });
  // vectors are what they should be already: half of a network's weights
  const flat = tensors.map((t) =>
    t.rank === 1 ? t : native.run("Reshape", reshape, [t, native.ints([t.size])])[0]!,
  );
  const [joined] = native.run("ConcatV2", concat, [...flat, native.ints([0], true)]);
  for (const [k, t] of flat.entries()) if (t !== tensors[k]) t.dispose();
  return joined as Tensor1D;
}

/** The inverse of `join`.
 *  @param flat Shape [sum of sizes].
 *  @param shapes Of the parts.
 *  @returns New tensors. */
export function split(flat: Tensor1D, shapes: readonly (readonly number[])[]): Tensor[] {
  const { tf } = engine();
  const sizes = shapes.map((shape) => shape.reduce((a, b) => a * b, 1));
  const native = nativeOps();
  if (!native) return tf.tidy(() => tf.split(flat, sizes).map((part, i) => part.reshape([...shapes[i]!])));
  const splitV = attributes(native, `split ${sizes.length}`, {
    T: { type: "float" },
    Tlen: { type: "int" },
    num_split: sizes.length,
  });
  const reshape = attributes(native, "reshape", { T: { type: "float" }, Tshape: { type: "int" } });
  const parts = native.run(
    "SplitV",
    splitV,
    [flat, native.ints(sizes), native.ints([0], true)],
    sizes.length,
  );
  return parts.map((part, i) => {
    if (shapes[i]!.length === 1) return part;
    const [whole] = native.run("Reshape", reshape, [part, native.ints(shapes[i]!)]);
    part.dispose();
    return whole!;
  });
}
