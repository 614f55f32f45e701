// What answers a model and a source with 16 snapshots: a Fourier neural operator, straight rays, or the solver.
import { existsSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { load, type Model, predict } from "../nn/index.js";
import { engine, from, ready, type Tensor, type Tensor4D, toGrid } from "../tensor/index.js";
import { ownWeights } from "./denoiser.js";
import { fieldAt, snapshotCount } from "./ray-field.js";
import { solveSnapshots } from "./snapshots.js";
import { checkCase, straightRayTimes, type WaveCase } from "./straight-rays.js";
import {
  rayChannel,
  type WaveInputKind,
  waveChannels,
  waveInputs,
  waveInputsAdjoint,
  waveScale,
} from "./wave-inputs.js";

/** Answers models with waves. */
export interface Propagator {
  readonly name: string;
  /** Snapshots of waves, each [16, N, N] in the data set's units.
   *  @param waves Models and sources; the solver's layers take the fastest velocity of all of them. */
  run(waves: readonly WaveCase[]): Grid[];
  /** Frees a network; idempotent. */
  dispose(): void;
}

/** [N, N, 16] to [16, N, N]. */
function snapshotsFirst(data: Float32Array, n: number, scale: number): Grid {
  const out = new Float32Array(data.length);
  const cells = n * n;
  for (let i = 0; i < cells; i++)
    for (let k = 0; k < snapshotCount; k++) out[k * cells + i] = data[i * snapshotCount + k]! * scale;
  return { data: out, shape: [snapshotCount, n, n] };
}

/** Finite differences: `solveSnapshots`. */
export const solverPropagator: Propagator = {
  name: "solver",
  run(waves) {
    const fastest = Math.max(...waves.map(({ model }) => model.data.reduce((a, b) => Math.max(a, b), 0)));
    return waves.map((wave) => solveSnapshots(wave, { fastest }));
  },
  dispose() {},
};

/** The homogeneous wave at the travel times of straight rays; no network, no solver. */
export const rayPropagator: Propagator = {
  name: "straight rays",
  run: (waves) =>
    waves.map((wave) => {
      const n = checkCase("rayPropagator", wave);
      return snapshotsFirst(fieldAt(straightRayTimes(wave).data), n, 1);
    }),
  dispose() {},
};

/** An operator's wave over `waveScale`: its output, for one on rays plus the ray field among its inputs.
 *  @param output Of the network, [batch, N, N, 16]. @param input What it saw, [batch, N, N, channel]. */
export function withRays(output: Tensor, input: Tensor): Tensor {
  const [batch, rows, columns, channels] = input.shape as [number, number, number, number];
  if (channels !== waveChannels.rays) return output;
  const { tf } = engine();
  return tf.add(output, tf.slice(input, [0, 0, 0, rayChannel], [batch, rows, columns, snapshotCount]));
}

/** Which inputs a network takes, by their number. */
function kindOf(model: Model): WaveInputKind {
  const channels = (model.options as { readonly inChannels?: number }).inChannels;
  if (channels === waveChannels.rays) return "rays";
  if (channels === waveChannels.plain) return "plain";
  throw new RangeError(
    `operator: a network must take ${waveChannels.plain} or ${waveChannels.rays} channels, got ${channels}`,
  );
}

/** A network as a propagator; it also knows the gradient in the velocities. */
export interface Operator extends Propagator {
  readonly model: Model;
  /** Half the sum of weight (u - observed)^2 over the snapshots, and its gradient in the velocities by automatic differentiation.
   *
   *  @param wave Where it is taken. @param observed Snapshots, [16, N, N].
   *  @param weight Of each cell, [N, N], e.g. 1 where there is a receiver. Default 1 everywhere.
   *  @returns Misfit, and gradient per m/s, [N, N]. */
  gradient(
    wave: WaveCase,
    observed: Grid,
    weight?: Grid,
  ): { readonly misfit: number; readonly gradient: Grid };
}

/** A network as an operator.
 *
 *  @param name For reports. @param model From `waveInputs` of either kind; disposed with the operator.
 *  @throws RangeError for a network with other inputs. */
export function operator(name: string, model: Model): Operator {
  const kind = kindOf(model);
  const inputsOf = (wave: WaveCase): Tensor4D => {
    const { data, shape } = waveInputs(wave, kind);
    return from({ data, shape: [1, ...shape] }) as Tensor4D;
  };
  return {
    name,
    model,
    run: (waves) =>
      waves.map((wave) => {
        const { tf } = engine();
        const n = wave.model.shape[0]!;
        const u = tf.tidy(() => {
          const x = inputsOf(wave);
          return withRays(predict(model, x), x);
        });
        try {
          return snapshotsFirst(toGrid(u).data, n, waveScale);
        } finally {
          u.dispose();
        }
      }),
    gradient(wave, observed, weight) {
      const { tf } = engine();
      const n = checkCase("operator.gradient", wave);
      if (observed.data.length !== snapshotCount * n * n)
        throw new RangeError(
          `operator.gradient: the data must be [${snapshotCount}, ${n}, ${n}], got [${observed.shape}]`,
        );
      const [misfit, slope] = tf.tidy(() => {
        const data = tf.transpose(tf.mul(from(observed), 1 / waveScale), [1, 2, 0]);
        const w = weight ? from(weight).reshape([1, n, n, 1]) : tf.scalar(1);
        const f = (x: Tensor) => {
          const residual = tf.sub(withRays(model.apply(x), x), data);
          return tf.mul(0.5 * waveScale * waveScale, tf.sum(tf.mul(w, tf.square(residual))));
        };
        const { value, grad } = tf.valueAndGrad(f as never)(inputsOf(wave));
        return [value, grad] as const;
      }) as unknown as readonly [Tensor, Tensor];
      try {
        const dInputs = { data: toGrid(slope).data, shape: [n, n, waveChannels[kind]] };
        return { misfit: toGrid(misfit).data[0]!, gradient: waveInputsAdjoint(wave, kind, dInputs) };
      } finally {
        misfit.dispose();
        slope.dispose();
      }
    },
    dispose: () => model.dispose(),
  };
}

/** Finds a network that propagates waves.
 *
 *  @param which "own", the network of data/weights/fno.safetensors, or the path of a file of `nn.save`.
 *  @returns The operator; the caller disposes it.
 *  @throws Error where the file is missing, with the cure; RangeError for a network with other inputs. */
export async function loadOperator(which = "own"): Promise<Operator> {
  const file = which === "own" ? ownWeights("fno") : which;
  if (!existsSync(file))
    throw new Error(
      which === "own"
        ? `loadOperator: the own weights must be at ${file}, got none; make them with: geodl train fno`
        : `loadOperator: the model must be own or a file of weights, got ${which}`,
    );
  await ready();
  const { model } = await load(file);
  try {
    return operator(which === "own" ? "own operator" : model.name, model);
  } catch (error) {
    model.dispose();
    throw error;
  }
}
