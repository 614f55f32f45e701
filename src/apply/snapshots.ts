// Snapshots of waves by the solver: what the operator is taught and compared with.
import type { Grid } from "../core/index.js";
import { ricker } from "../signal/index.js";
import { acoustic, acousticGradient, type Simulation } from "../wave/index.js";
import { snapshotCount, wavelet } from "./ray-field.js";
import { checkCase, extent, type WaveCase } from "./straight-rays.js";

/** Time step, s, and cells of the layer, on 64 x 64 cells. */
const [interval, layer] = [0.01, 20];
/** Largest v dt / h, deepwave's. */
const courant = 0.6 / Math.SQRT2;

export interface SnapshotOptions {
  /** Velocity that sets the damping of the layers, m/s. Default: the model's fastest; PROTOCOLS 3a takes that of each 25 models. */
  readonly fastest?: number;
  readonly signal?: AbortSignal;
}

/** The simulation of a case: order 8 in space, 0.01 s or as small a part of it as deepwave would take, layers of 3.2 km.
 *  @returns What the solver is told, and the time samples of the snapshots. */
function simulation(
  wave: WaveCase,
  { fastest: damping, signal }: SnapshotOptions,
  receivers: Simulation["shots"][0]["receivers"],
): { readonly told: Simulation; readonly samples: number[] } {
  const n = wave.model.shape[0]!;
  const spacing = extent / n;
  const fastest = wave.model.data.reduce((a, b) => Math.max(a, b), 0);
  const parts = Math.ceil((fastest * interval) / (spacing * courant));
  const dt = interval / parts;
  const strength = 1e-6 * (n / 64) ** 2;
  const w = ricker(wavelet.f0, 20 * snapshotCount * parts, dt, { t0: wavelet.t0 });
  const told: Simulation = {
    spacing,
    dt,
    order: 8,
    pml: Math.round((layer * n) / 64),
    frequency: wavelet.f0,
    fastest: damping ?? fastest,
    threads: 1,
    shots: [{ sources: [wave.source], wavelet: w.map((value) => value * strength), receivers }],
    ...(signal ? { signal } : {}),
  };
  return { told, samples: Array.from({ length: snapshotCount }, (_, k) => (20 * k + 19) * parts) };
}

/** Waves of a source in one cell, 16 snapshots at 0.19, 0.39 .. 3.19 s, as peers/make_waves.py computes them. On finer grids than 64 x 64 the source is
 *  stronger by the ratio of the cells' areas, so that the wave is the same.
 *
 *  @param wave Model of 10.24 km, m/s, [N, N], and source.
 *  @returns [snapshot, N, N] in the data set's units (velocities in km/s, lengths in km).
 *  @throws RangeError for a model or a source that is none. The signal's reason when it stops. */
export function solveSnapshots(wave: WaveCase, options: SnapshotOptions = {}): Grid {
  const n = checkCase("solveSnapshots", wave);
  const { told, samples } = simulation(wave, options, [[0, 0]]);
  const { snapshots } = acoustic(wave.model, { ...told, snapshots: samples });
  return { data: snapshots.data as Float32Array, shape: [snapshotCount, n, n] };
}

/** What `Operator.gradient` gives, by the solver's adjoint: half the sum of (u - observed)^2 over the snapshots, and its gradient.
 *
 *  @param wave Where it is taken. @param observed Snapshots, [16, N, N].
 *  @returns Misfit, and gradient per m/s, [N, N].
 *  @throws RangeError if the snapshots have another shape. */
export function solveGradient(
  wave: WaveCase,
  observed: Grid,
  options: SnapshotOptions = {},
): { readonly misfit: number; readonly gradient: Grid } {
  const n = checkCase("solveGradient", wave);
  if (observed.data.length !== snapshotCount * n * n)
    throw new RangeError(
      `solveGradient: the data must be [${snapshotCount}, ${n}, ${n}], got [${observed.shape}]`,
    );
  const cells = Array.from({ length: n * n }, (_, i) => [Math.floor(i / n), i % n] as const);
  const { told, samples } = simulation(wave, options, cells);
  const { value, gradient } = acousticGradient(wave.model, told, ({ data, shape }) => {
    const adjoint = new Float32Array(data.length);
    let sum = 0;
    samples.forEach((sample, k) => {
      for (let i = 0; i < n * n; i++) {
        const at = i * shape[1]! + sample;
        const residual = data[at]! - observed.data[k * n * n + i]!;
        adjoint[at] = residual;
        sum += 0.5 * residual * residual;
      }
    });
    return { value: sum, adjoint };
  });
  return { misfit: value, gradient: { data: Float32Array.from(gradient.data), shape: [n, n] } };
}
