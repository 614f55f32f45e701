// Operations that TensorFlow.js makes slowly or not at all: 2-D max pooling, joined channels, GELU.
import type { TensorInfo } from "@tensorflow/tfjs";
import { freeReleased, hold, release, tapeIsOn } from "./held.js";
import type { Native } from "./native.js";
import { nativeOps } from "./native.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor4D, TF } from "./types.js";

interface PoolAttributes {
  readonly size: readonly [number, number];
  stash?: { readonly x: Tensor; readonly places: Tensor };
}

const poolKernel = "GeodlMaxPool";
const attributeCache = new Map<string, ReturnType<Native["attributes"]>>();

function poolAttributes(native: Native, [h, w]: readonly [number, number], forward: boolean) {
  const key = `${h} ${w} ${forward}`;
  let found = attributeCache.get(key);
  if (!found) {
    found = native.attributes({
      T: { type: "float" },
      ksize: [1, h, w, 1],
      strides: [1, h, w, 1],
      padding: "VALID",
      Targmax: { type: forward ? "int" : "long" },
      include_batch_in_index: true,
    });
    attributeCache.set(key, found);
  }
  return found;
}

/** Largest value of each h x w window, windows side by side; rows and columns that fill no window are left out.
 *
 *  TensorFlow's own gradient of it looks for the place of each maximum a second time and takes six times as long; here the
 *  places are kept.
 *
 *  @param x Images [n, height, width, c].
 *  @param size Window [h, w].
 *  @returns Images [n, floor(height / h), floor(width / w), c]; differentiable. */
export function maxPool(x: Tensor4D, size: readonly [number, number]): Tensor4D {
  const { tf, backend } = engine();
  if (backend === "wasm" && tapeIsOn()) return plainMaxPool(tf, x, size);
  if (backend !== "native" || !tapeIsOn()) return tf.maxPool(x, [...size], [...size], "valid");
  registerPool(tf);
  return tf.engine().runKernel(poolKernel, { x }, { size } as never) as Tensor4D;
}

/** The same by the place of the first maximum of each window; the gradient of WebAssembly's own is wrong where rows are left out. */
function plainMaxPool(tf: TF, x: Tensor4D, [a, b]: readonly [number, number]): Tensor4D {
  const [n, h, w, c] = [x.shape[0], Math.floor(x.shape[1] / a), Math.floor(x.shape[2] / b), x.shape[3]];
  const whole = tf.slice(x, [0, 0, 0, 0], [n, h * a, w * b, c]);
  const apart: Tensor = tf.transpose(whole.reshape([n * h, a, w, b * c]), [0, 2, 1, 3]);
  const windows: Tensor = tf.transpose(apart.reshape([n * h * w, a * b, c]), [0, 2, 1]);
  const chosen = tf.tidy(() => tf.cast(tf.oneHot(tf.argMax(windows, 2), a * b), "float32"));
  return tf.sum(tf.mul(windows, chosen.reshape(windows.shape)), 2).reshape([n, h, w, c]) as Tensor4D;
}

let poolRegistered = false;
function registerPool(tf: TF): void {
  if (poolRegistered) return;
  poolRegistered = true;
  tf.registerKernel({
    kernelName: poolKernel,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }): TensorInfo => {
      const native = nativeOps()!;
      const attributes = attrs as unknown as PoolAttributes;
      const x = (inputs as unknown as { x: Tensor }).x;
      const [y, places] = native.run(
        "MaxPoolWithArgmax",
        poolAttributes(native, attributes.size, true),
        [x],
        2,
      );
      attributes.stash = { x: hold(x), places: hold(places!) };
      places!.dispose();
      return y!;
    },
  });
  tf.registerGradient({
    kernelName: poolKernel,
    gradFunc: (dy, _, attrs) => {
      freeReleased();
      const native = nativeOps()!;
      const { size, stash } = attrs as unknown as PoolAttributes;
      const { x, places } = stash!;
      release(x, places);
      return {
        x: () => {
          const long = native.attributes({ SrcT: { type: "int" }, DstT: { type: "long" }, Truncate: false });
          const [at] = native.runRaw("Cast", long, [places], 1);
          const [dx] = native.run("MaxPoolGradWithArgmax", poolAttributes(native, size, false), [
            x,
            dy as Tensor,
            at!,
          ]);
          native.free(at!);
          return dx!;
        },
      };
    },
  });
}

/** Channels of two images behind each other.
 *  @param a Images [n, h, w, c].
 *  @param b Images [n, h, w, d].
 *  @returns Images [n, h, w, c + d]; differentiable. */
export function joinChannels(a: Tensor4D, b: Tensor4D): Tensor4D {
  const { tf } = engine();
  const [n, h, w, c] = a.shape;
  const d = b.shape[3];
  const joined = tf.customGrad((...args: unknown[]) => {
    const [left, right] = args as [Tensor, Tensor];
    return {
      value: tf.concat([left, right], 3),
      gradFunc: (dy: Tensor) => [
        tf.slice(dy as Tensor4D, [0, 0, 0, 0], [n, h, w, c]),
        tf.slice(dy as Tensor4D, [0, 0, 0, c], [n, h, w, d]),
      ],
    };
  });
  return joined(a, b) as Tensor4D;
}

/** x P(x), P the normal distribution's, by erf; PyTorch's exact GELU.
 *  @param x Any shape.
 *  @returns The same shape; differentiable.
 *  @see Hendrycks and Gimpel (2016). */
export function gelu<T extends Tensor>(x: T): T {
  const { tf } = engine();
  const share = (t: Tensor) => tf.add(tf.mul(tf.erf(tf.mul(t, Math.SQRT1_2)), 0.5), 0.5);
  if (!tapeIsOn()) return tf.tidy(() => tf.mul(x, share(x))) as T;
  const f = tf.customGrad((...args: unknown[]) => {
    const [t, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const p = share(t);
    save([t, p]);
    return {
      value: tf.mul(t, p),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [s, q] = saved as [Tensor, Tensor];
        const density = tf.exp(tf.sub(tf.mul(tf.square(s), -0.5), 0.9189385332046728)); // log sqrt(2 pi)
        return tf.mul(dy, tf.add(q, tf.mul(s, density)));
      },
    };
  });
  return f(x) as T;
}
