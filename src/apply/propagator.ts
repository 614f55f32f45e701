// What answers a model and a source with 16 snapshots: a Fourier neural operator, straight rays, or the solver.
import { existsSync } from "node:fs";
import type { Grid } from "../core/index.js";
import { load, type Model, predict } from "../nn/index.js";
import { engine, from, ready, type Tensor, toGrid } from "../tensor/index.js";
import { ownWeights } from "./denoiser.js";
import { fieldAt, snapshotCount } from "./ray-field.js";
import { solveSnapshots } from "./snapshots.js";
import { symmetryMap, turnedCase, turnedField } from "./square.js";
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
  if (channels === waveChannels.plain) return output;
  const { tf } = engine();
  return tf.add(output, tf.slice(input, [0, 0, 0, rayChannel], [batch, rows, columns, snapshotCount]));
}

/** Which inputs a network takes, by their number. */
function kindOf(model: Model): WaveInputKind {
  const channels = (model.options as { readonly inChannels?: number }).inChannels;
  for (const kind of ["plain", "field", "rays"] as const) if (channels === waveChannels[kind]) return kind;
  throw new RangeError(
    `operator: a network must take ${Object.values(waveChannels).join(", ")} channels, got ${channels}`,
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

export interface OperatorOptions {
  /** The mean over the eight symmetries of the square, each turned back: eight runs, a smaller error. Default false. */
  readonly symmetries?: boolean;
}

/** A network as an operator.
 *
 *  @param name For reports. @param model From `waveInputs` of either kind; disposed with the operator. @param options See OperatorOptions.
 *  @throws RangeError for a network with other inputs. */
export function operator(name: string, model: Model, options: OperatorOptions = {}): Operator {
  const kind = kindOf(model);
  const count = options.symmetries ? 8 : 1;
  /** What the network sees of the case turned each way, one after the other. */
  function* views(wave: WaveCase) {
    const n = checkCase("operator", wave);
    const times = kind === "plain" ? undefined : straightRayTimes(wave);
    for (let symmetry = 0; symmetry < count; symmetry++) {
      const map = symmetryMap(n, symmetry);
      const turned = turnedCase(wave, map);
      const { data, shape } = waveInputs(turned, kind, times && turnedField(times, map));
      yield { map, turned, inputs: { data, shape: [1, ...shape] } };
    }
  }
  /** The mean wave over `waveScale`, [N, N, 16]. */
  const answer = (wave: WaveCase): Float32Array => {
    const { tf } = engine();
    const mean = new Float32Array(wave.model.data.length * snapshotCount);
    for (const { map, inputs } of views(wave)) {
      const u = tf.tidy(() => {
        const x = from(inputs);
        return withRays(predict(model, x), x);
      });
      const { data } = toGrid(u);
      u.dispose();
      map.forEach((cell, i) => {
        for (let k = 0; k < snapshotCount; k++)
          mean[cell * snapshotCount + k]! += data[i * snapshotCount + k]! / count;
      });
    }
    return mean;
  };
  return {
    name,
    model,
    run: (waves) => waves.map((wave) => snapshotsFirst(answer(wave), wave.model.shape[0]!, waveScale)),
    gradient(wave, observed, weight) {
      const { tf } = engine();
      const n = checkCase("operator.gradient", wave);
      const cells = n * n;
      if (observed.data.length !== snapshotCount * cells || (weight && weight.data.length !== cells))
        throw new RangeError(
          `operator.gradient: data and weight must be [${snapshotCount}, ${n}, ${n}] and [${n}, ${n}], got [${observed.shape}] and [${weight?.shape ?? ""}]`,
        );
      const pull = answer(wave); // becomes the derivative of the misfit in the wave
      let misfit = 0;
      for (let i = 0; i < cells; i++)
        for (let k = 0; k < snapshotCount; k++) {
          const residual = pull[i * snapshotCount + k]! * waveScale - observed.data[k * cells + i]!;
          const weighted = residual * (weight ? weight.data[i]! : 1);
          misfit += 0.5 * residual * weighted;
          pull[i * snapshotCount + k] = (weighted * waveScale) / count;
        }
      const gradient = new Float32Array(cells);
      for (const { map, turned, inputs } of views(wave)) {
        const turnedPull = new Float32Array(pull.length);
        map.forEach((cell, i) => {
          turnedPull.set(pull.subarray(cell * snapshotCount, (cell + 1) * snapshotCount), i * snapshotCount);
        });
        const slope = tf.tidy(() => {
          const along = from({ data: turnedPull, shape: [1, n, n, snapshotCount] });
          const f = (x: Tensor) => tf.sum(tf.mul(along, withRays(model.apply(x), x)));
          return tf.grad(f as never)(from(inputs)) as Tensor;
        });
        const dInputs = { data: toGrid(slope).data, shape: inputs.shape.slice(1) };
        slope.dispose();
        const turnedGradient = waveInputsAdjoint(turned, kind, dInputs).data;
        map.forEach((cell, i) => {
          gradient[cell]! += turnedGradient[i]!;
        });
      }
      return { misfit, gradient: { data: gradient, shape: [n, n] } };
    },
    dispose: () => model.dispose(),
  };
}

/** Finds a network that propagates waves.
 *
 *  @param which "own", the network of data/weights/fno.safetensors, or the path of a file of `nn.save`. @param options See OperatorOptions.
 *  @returns The operator; the caller disposes it.
 *  @throws Error where the file is missing, with the cure; RangeError for a network with other inputs. */
export async function loadOperator(which = "own", options: OperatorOptions = {}): Promise<Operator> {
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
    const name = `${which === "own" ? "own operator" : model.name}${options.symmetries ? ", 8 symmetries" : ""}`;
    return operator(name, model, options);
  } catch (error) {
    model.dispose();
    throw error;
  }
}
