// Snapshots of waves by the solver: what the operator is taught and compared with.
import type { Grid } from "../core/index.js";
import { ricker } from "../signal/index.js";
import { acoustic } from "../wave/index.js";
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

/** Waves of a source in one cell, 16 snapshots at 0.19, 0.39 .. 3.19 s, as peers/make_waves.py computes them: order 8 in space, 0.01 s or as
 *  small a part of it as deepwave would take, layers of 3.2 km. On finer grids than 64 x 64 the source is stronger by the ratio of the cells' areas, so that the wave is the same.
 *
 *  @param wave Model of 10.24 km, m/s, [N, N], and source.
 *  @returns [snapshot, N, N] in the data set's units (velocities in km/s, lengths in km).
 *  @throws RangeError for a model or a source that is none. The signal's reason when it stops. */
export function solveSnapshots(wave: WaveCase, options: SnapshotOptions = {}): Grid {
  const n = checkCase("solveSnapshots", wave);
  const { signal } = options;
  const spacing = extent / n;
  const top = wave.model.data.reduce((a, b) => Math.max(a, b), 0);
  const fastest = options.fastest ?? top;
  const parts = Math.ceil((top * interval) / (spacing * courant));
  const nt = 20 * snapshotCount * parts;
  const strength = 1e-6 * (n / 64) ** 2;
  const { snapshots } = acoustic(wave.model, {
    spacing,
    dt: interval / parts,
    order: 8,
    pml: Math.round((layer * n) / 64),
    frequency: wavelet.f0,
    fastest,
    threads: 1,
    shots: [
      {
        sources: [[...wave.source]],
        wavelet: ricker(wavelet.f0, nt, interval / parts, { t0: wavelet.t0 }).map((w) => w * strength),
        receivers: [[0, 0]],
      },
    ],
    snapshots: Array.from({ length: snapshotCount }, (_, k) => (20 * k + 19) * parts),
    ...(signal ? { signal } : {}),
  });
  return { data: snapshots.data as Float32Array, shape: [snapshotCount, n, n] };
}
