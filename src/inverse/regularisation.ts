// What is asked of a model besides its records: few jumps; and how well each cell is seen.
import type { Grid } from "../core/grid.js";
import { acoustic, type Model, type Simulation } from "../wave/index.js";

/** Total variation, sum over cells of sqrt(dz^2 + dx^2 + eps^2) - eps, and its gradient: it asks for few sharp jumps.
 *
 *  @param model [nz, nx].
 *  @param eps Jumps below it count squared; in the model's unit. Default 0.01.
 *  @see Rudin, Osher and Fatemi (1992), doi:10.1016/0167-2789(92)90242-F. */
export function totalVariation(
  model: Grid<Float64Array>,
  eps = 0.01,
): { readonly value: number; readonly gradient: Float64Array } {
  const [nz, nx] = model.shape as [number, number];
  const { data } = model;
  const gradient = new Float64Array(data.length);
  let value = 0;
  for (let z = 0; z < nz; z++)
    for (let x = 0; x < nx; x++) {
      const i = z * nx + x;
      const dz = z + 1 < nz ? data[i + nx]! - data[i]! : 0;
      const dx = x + 1 < nx ? data[i + 1]! - data[i]! : 0;
      const size = Math.sqrt(dz * dz + dx * dx + eps * eps);
      value += size - eps;
      if (z + 1 < nz) gradient[i + nx]! += dz / size;
      if (x + 1 < nx) gradient[i + 1]! += dx / size;
      gradient[i]! -= (dz + dx) / size;
    }
  return { value, gradient };
}

/** Factor of each cell's gradient that makes up for waves that are weak there: 1 / (E / max E + damping), E = the sum of the squared field over
 *  times and shots.
 *
 *  @param every The field is looked at every so many samples. Default 10.
 *  @param damping Default 0.01.
 *  @returns [nz, nx], largest 1. */
export function illumination(model: Model, simulation: Simulation, every = 10, damping = 0.01): Float64Array {
  const nt = [simulation.shots[0]!.wavelet].flat()[0]!.length;
  const snapshots = Array.from({ length: Math.floor((nt - 1) / every) }, (_, k) => (k + 1) * every);
  const energy = new Float64Array(model.data.length);
  for (const shot of simulation.shots) {
    const { data } = acoustic(model, { ...simulation, shots: [shot], snapshots }).snapshots;
    for (let i = 0; i < data.length; i++) energy[i % energy.length]! += data[i]! ** 2;
  }
  const most = energy.reduce((a, b) => Math.max(a, b));
  const factor = energy.map((e) => 1 / (e / most + damping));
  const largest = factor.reduce((a, b) => Math.max(a, b));
  return factor.map((f) => f / largest);
}
