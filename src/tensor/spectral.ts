// Convolution by a few Fourier modes, written as real matrix products: a truncated DFT, a product a mode, the inverse; with its gradient.
import type { TensorInfo } from "@tensorflow/tfjs";
import { freeReleased, hold, release, tapeIsOn } from "./held.js";
import { engine } from "./ready.js";
import type { Tensor, Tensor2D, Tensor4D, TF } from "./types.js";

/** The four matrices of one size. */
interface Transforms {
  /** Columns to modes, [2K, M]: rows (k, re or im). */
  readonly columns: Tensor2D;
  /** Rows to modes, [2R, 2N]: rows (r, re or im), columns (re or im, n). */
  readonly rows: Tensor2D;
  /** Modes to rows, [2N, 4R]: columns (r, part of the weight, part of the value). */
  readonly rowsBack: Tensor2D;
  /** Modes to columns, [M, 2K]. */
  readonly columnsBack: Tensor2D;
}

const cache = new Map<string, Transforms>();

/** cos and sin of 2 pi k / n, exact in the symmetries. */
function turn(k: number, n: number): [number, number] {
  const phase = (2 * Math.PI * (((k % n) + n) % n)) / n;
  return [Math.cos(phase), Math.sin(phase)];
}

function transforms(tf: TF, M: number, N: number, K: number, R: number): Transforms {
  const key = `${M} ${N} ${K} ${R}`;
  const found = cache.get(key);
  if (found) return found;
  const columns = new Float32Array(2 * K * M);
  const columnsBack = new Float32Array(M * 2 * K);
  for (let k = 0; k < K; k++)
    for (let m = 0; m < M; m++) {
      const [c, s] = turn(k * m, M);
      const twice = k === 0 || 2 * k === M ? 1 : 2; // the half of the spectrum that is not kept
      columns[2 * k * M + m] = c / (M * N);
      columns[(2 * k + 1) * M + m] = -s / (M * N);
      columnsBack[m * 2 * K + 2 * k] = twice * c;
      columnsBack[m * 2 * K + 2 * k + 1] = -twice * s;
    }
  const rows = new Float32Array(2 * R * 2 * N);
  const rowsBack = new Float32Array(2 * N * 4 * R);
  const first = -Math.floor(R / 2);
  for (let r = 0; r < R; r++)
    for (let n = 0; n < N; n++) {
      const [c, s] = turn((first + r) * n, N);
      rows[2 * r * 2 * N + n] = c;
      rows[2 * r * 2 * N + N + n] = s;
      rows[(2 * r + 1) * 2 * N + n] = -s;
      rows[(2 * r + 1) * 2 * N + N + n] = c;
      // with G[w, z] = part z of the value times part w of the weight: re = G00 - G11, im = G10 + G01
      rowsBack.set([c, -s, -s, -c], n * 4 * R + 4 * r);
      rowsBack.set([s, c, c, -s], (N + n) * 4 * R + 4 * r);
    }
  const keep = (data: Float32Array, a: number, b: number) => tf.keep(tf.tensor2d(data, [a, b]));
  const made = {
    columns: keep(columns, 2 * K, M),
    rows: keep(rows, 2 * R, 2 * N),
    rowsBack: keep(rowsBack, 2 * N, 4 * R),
    columnsBack: keep(columnsBack, M, 2 * K),
  };
  cache.set(key, made);
  return made;
}

/** The modes times both parts of the weight, [K, R, 1, 2B, c] by [K, R, 2, c, d]; WebAssembly does not broadcast it. */
function mix(modes: Tensor, w: Tensor): Tensor {
  const { tf, backend } = engine();
  if (backend !== "wasm") return tf.matMul(modes, w);
  return tf.concat(
    tf.split(w, 2, 2).map((part) => tf.matMul(modes, part)),
    2,
  );
}

/** The gradient of `mix` in w. */
function mixGradient(modes: Tensor, mixed: Tensor): Tensor {
  const { tf, backend } = engine();
  if (backend !== "wasm") return tf.matMul(modes, mixed, true, false);
  return tf.concat(
    tf.split(mixed, 2, 2).map((part) => tf.matMul(modes, part, true, false)),
    2,
  );
}

interface Attributes {
  stash?: { readonly modes: Tensor; readonly w: Tensor };
}

const kernelName = "GeodlSpectral";

/** Spectral convolution: the modes of x times complex weights, all other modes zero.
 *
 *  Y(k) = X(k) W(k) for the K lowest frequencies of the first axis and the R lowest of both signs of the second; norm "forward".
 *
 *  @param x Fields [M, N, batch, c].
 *  @param w Weights [K, R, re or im, c, d], the second axis from frequency -R/2 on; K <= M/2 + 1, R <= N.
 *  @returns Fields [M, N, batch, d]; differentiable in both.
 *  @throws RangeError if there are more modes than the field has.
 *  @see Li et al. (2021), Fourier neural operator. */
export function spectral(x: Tensor4D, w: Tensor): Tensor4D {
  const { tf } = engine();
  const [M, N] = x.shape;
  const [K, R] = w.shape as [number, number];
  if (K > Math.floor(M / 2) + 1 || R > N)
    throw new RangeError(`spectral: ${R} x ${K} modes must fit the field, got ${N} x ${M} points`);
  register(tf);
  return tf.engine().runKernel(kernelName, { x, w }, {} as never) as Tensor4D;
}

function forward(x: Tensor4D, w: Tensor, attributes: Attributes): Tensor {
  const { tf } = engine();
  const [M, N, B, C] = x.shape;
  const [K, R, , , D] = w.shape as [number, number, number, number, number];
  const t = transforms(tf, M, N, K, R);
  const [y, modes] = tf.tidy(() => {
    const half = tf.matMul(t.columns, x.reshape([M, N * B * C])).reshape([K, 2 * N, B * C]);
    const modes = tf.matMul(t.rows, half).reshape([K, R, 1, 2 * B, C]);
    const mixed = mix(modes, w).reshape([K, 4 * R, B * D]);
    const back = tf.matMul(t.rowsBack, mixed).reshape([2 * K, N * B * D]);
    return [tf.matMul(t.columnsBack, back).reshape([M, N, B, D]), modes] as const;
  }) as unknown as [Tensor, Tensor];
  if (tapeIsOn()) attributes.stash = { modes: hold(modes), w: hold(w) };
  modes.dispose();
  return y;
}

function backward(dy: Tensor, { stash }: Attributes): Record<string, () => Tensor> {
  const { tf } = engine();
  freeReleased();
  const { modes, w } = stash!;
  const [M, N, B, D] = dy.shape as [number, number, number, number];
  const [K, R, , C] = w.shape as [number, number, number, number];
  const t = transforms(tf, M, N, K, R);
  const mixed = tf.tidy(() => {
    const back = tf.matMul(t.columnsBack, dy.reshape([M, N * B * D]), true).reshape([K, 2 * N, B * D]);
    return tf.matMul(t.rowsBack, back, true).reshape([K, R, 2, 2 * B, D]);
  });
  release(modes, w, mixed);
  return {
    x: () => {
      const parts = tf.sum(tf.matMul(mixed, w, false, true), 2).reshape([K, 2 * R, B * C]);
      const half = tf.matMul(t.rows, parts, true).reshape([2 * K, N * B * C]);
      return tf.matMul(t.columns, half, true).reshape([M, N, B, C]);
    },
    w: () => mixGradient(modes, mixed),
  };
}

let registered = false;
function register(tf: TF): void {
  if (registered) return;
  registered = true;
  tf.registerKernel({
    kernelName,
    backendName: tf.getBackend(),
    kernelFunc: ({ inputs, attrs }): TensorInfo => {
      const { x, w } = inputs as unknown as { x: Tensor4D; w: Tensor };
      return forward(x, w, attrs as unknown as Attributes);
    },
  });
  tf.registerGradient({
    kernelName,
    gradFunc: (dy, _, attrs) => backward(dy as Tensor, attrs as unknown as Attributes),
  });
}
