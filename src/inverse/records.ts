// Acoustic records as a differentiable operation of TensorFlow.js: networks whose output is a velocity model train on waves.
import { engine, type Tensor3D } from "../tensor/index.js";
import type { Tensor, Tensor2D } from "../tensor/types.js";
import { acoustic, acousticGradient, type GradientOptions } from "../wave/index.js";

/** Records of a velocity model, with a gradient: the adjoint wavefield brings what the records' gradient asks for back to the velocities.
 *
 *  @param velocity m/s, [nz, nx].
 *  @param options See Simulation, GradientOptions. Runs on the processor's threads, whatever TensorFlow runs on.
 *  @returns [shot, receiver, time]; the caller disposes it.
 *  @throws As `wave.acoustic`. */
export function records(velocity: Tensor2D, options: GradientOptions): Tensor3D {
  const { tf } = engine();
  const f = tf.customGrad((...args: unknown[]) => {
    const [v, save] = args as [Tensor2D, (tensors: Tensor[]) => void];
    save([v]);
    const model = { data: v.dataSync() as Float32Array, shape: v.shape };
    const { data, shape } = acoustic(model, options).records;
    const value = tf.tensor3d(data as Float32Array, shape as [number, number, number]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => {
      const at = { data: saved[0]!.dataSync() as Float32Array, shape: saved[0]!.shape };
      const all = dy.dataSync() as Float32Array;
      const length = all.length / shape[0]!;
      const { gradient } = acousticGradient(at, options, (_records, i) => ({
        value: 0,
        adjoint: all.slice(i * length, (i + 1) * length),
      }));
      return [tf.tensor2d(Float32Array.from(gradient.data), v.shape)];
    };
    return { value, gradFunc };
  });
  return f(velocity) as Tensor3D;
}
