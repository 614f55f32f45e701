// What the operators of notebook 05 see of a model and a source, with the gradient in the velocities.
import type { Grid } from "../core/index.js";
import { fieldAt, snapshotCount } from "./ray-field.js";
import {
  checkCase,
  distances,
  extent,
  straightRayAdjoint,
  straightRayTimes,
  type WaveCase,
} from "./straight-rays.js";

/** Standard deviation of the wave over the first 400 samples of PROTOCOLS 3a: networks see and give the wave over this. */
export const waveScale = 3.0852e-4;

/** Mean and standard deviation of the velocities that a network was shown, m/s. */
const [mean, deviation] = [3000, 150];
/** Width of the source's bump, m, its height, and the unit of lateness, s. */
const [width, height, lateness] = [320, 5, 0.05];

/** Kinds of input: "plain" is velocity and source, "field" adds what straight rays know, "rays" also that times the velocity. */
export type WaveInputKind = "plain" | "field" | "rays";

/** Channels of each kind. */
export const waveChannels = { plain: 2, field: 3 + snapshotCount, rays: 3 + 2 * snapshotCount } as const;

/** First of the channels that hold the ray field, which an operator on rays adds to its output. */
export const rayChannel = 3;

/** A bump at the source, 5 exp(-d^2 / 2 s^2), s = 320 m. */
function bump(n: number, [iz, ix]: WaveCase["source"], cell: number): number {
  const h = extent / n;
  const squared = (Math.floor(cell / n) - iz) ** 2 + ((cell % n) - ix) ** 2;
  return height * Math.exp((-squared * h * h) / (2 * width * width));
}

/** Network inputs: [N, N, channel] with
 *  0: (v - 3 km/s) / .15; 1: a Gaussian bump of .32 km at the source, height 5; and for "field" and "rays" 2: (tau - r / 3 km/s) / .05 s, how late straight rays are;
 *  3 .. 18: the homogeneous wave at their travel times, u_ray(x, t_k) = g(tau(x), t_k), over `waveScale`; for "rays" 19 .. 34: channel 0 times those, the
 *  source of the field scattered once (Born).
 *
 *  @param wave Model and source.
 *  @param kind See WaveInputKind.
 *  @param times Travel times where they are known; default `straightRayTimes(wave)`.
 *  @returns float32, [N, N, 2], [N, N, 19] or [N, N, 35]. */
export function waveInputs(wave: WaveCase, kind: WaveInputKind, times?: Grid): Grid {
  const n = checkCase("waveInputs", wave);
  const channels = waveChannels[kind];
  const out = new Float32Array(n * n * channels);
  const v = wave.model.data;
  for (let i = 0; i < n * n; i++) {
    out[i * channels] = (v[i]! - mean) / deviation;
    out[i * channels + 1] = bump(n, wave.source, i);
  }
  if (kind !== "plain") {
    const tau = (times ?? straightRayTimes(wave)).data;
    const r = distances(n, wave.source);
    const field = fieldAt(tau);
    for (let i = 0; i < n * n; i++) {
      const at = i * channels;
      const fluctuation = out[at]!;
      out[at + 2] = (tau[i]! - r[i]! / mean) / lateness;
      for (let k = 0; k < snapshotCount; k++) {
        const u = field[i * snapshotCount + k]! / waveScale;
        out[at + rayChannel + k] = u;
        if (kind === "rays") out[at + rayChannel + snapshotCount + k] = fluctuation * u;
      }
    }
  }
  return { data: out, shape: [n, n, channels] };
}

/** The gradient in the velocities of a number whose gradient in the inputs is known.
 *
 *  @param wave Where the derivative is taken.
 *  @param kind Of the inputs.
 *  @param dInputs Gradient in `waveInputs(wave, kind)`, [N, N, channel].
 *  @returns Gradient in v, per m/s, [N, N]. */
export function waveInputsAdjoint(wave: WaveCase, kind: WaveInputKind, dInputs: Grid): Grid {
  const n = checkCase("waveInputsAdjoint", wave);
  const channels = waveChannels[kind];
  const d = dInputs.data;
  const out = Float64Array.from({ length: n * n }, (_, i) => d[i * channels]! / deviation);
  if (kind !== "plain") {
    const tau = straightRayTimes(wave).data;
    const slopes = new Float32Array(n * n * snapshotCount);
    const field = fieldAt(tau, slopes);
    const dTau = new Float64Array(n * n);
    for (let i = 0; i < n * n; i++) {
      const at = i * channels;
      const fluctuation = (wave.model.data[i]! - mean) / deviation;
      let [late, direct] = [d[at + 2]! / lateness, 0];
      for (let k = 0; k < snapshotCount; k++) {
        const born = kind === "rays" ? d[at + rayChannel + snapshotCount + k]! : 0;
        late += ((d[at + rayChannel + k]! + fluctuation * born) * slopes[i * snapshotCount + k]!) / waveScale;
        direct += (born * field[i * snapshotCount + k]!) / waveScale;
      }
      dTau[i] = late;
      out[i]! += direct / deviation;
    }
    straightRayAdjoint(wave, dTau).forEach((g, i) => {
      out[i]! += g;
    });
  }
  return { data: Float32Array.from(out), shape: [n, n] };
}
