// Generated shot gathers with ground roll: what the network of notebook 01 learns to take apart. A kinematic sketch, not a wave simulation.
import type { Grid, Rng } from "../../core/index.js";
import { smooth } from "./smooth.js";
import { drawWavelet, type FineWavelet, fine } from "./wavelet.js";

export interface GatherOptions {
  /** Traces. Default 96. */
  readonly traces?: number;
  /** Time samples. Default 256. */
  readonly nt?: number;
}

/** A gather in its two parts; their sum is what a geophone would record. */
export interface ShotGather {
  /** Reflections, refraction and weak white noise, [trace, time]. */
  readonly signal: Grid;
  /** Ground roll, [trace, time]. */
  readonly groundRoll: Grid;
}

/** A shot gather with dispersive ground roll.
 *
 *  Signal: 4 to 14 hyperbolas t^2 = t0^2 + (p h)^2 over offset h, p .15 to 1 samples a trace, and one refraction. Ground roll: one to three modes whose
 *  slowness 1.5 to 6 samples a trace changes with frequency, sum_f A(f) exp(-q f h) cos(2 pi f (t - s(f) h) + phase), f about .01 to .05 cycles a sample,
 *  late and early by a smooth function of place, with backscatter in two of five. Their rms ratio is drawn from 10^-.2 to 10.
 *
 *  @param rng Stream; the same stream gives the same gather.
 *  @param options See GatherOptions.
 *  @returns Both parts, scaled so that the sum has rms 1.
 *  @throws RangeError if traces or nt is no whole number > 1. */
export function shotGather(rng: Rng, options: GatherOptions = {}): ShotGather {
  const { traces = 96, nt = 256 } = options;
  if (!(Number.isInteger(traces) && Number.isInteger(nt) && traces > 1 && nt > 1))
    throw new RangeError(
      `synthetic.shotGather: traces and nt must be whole numbers > 1, got ${traces}, ${nt}`,
    );
  const source = rng.uniform(-0.3, 1.3) * traces;
  const signal = reflections(rng.fork("signal"), traces, nt, source);
  const roll = surfaceWaves(rng.fork("ground roll"), traces, nt, source);
  const ratio = Math.exp(rng.uniform(-0.2, 1) * Math.LN10);
  const noise = rms(signal) * Math.exp(rng.uniform(-2, -0.7) * Math.LN10);
  const louder = (ratio * rms(signal)) / rms(roll);
  for (let i = 0; i < signal.length; i++) {
    signal[i]! += noise * rng.normal();
    roll[i]! *= louder;
  }
  const scale = 1 / rms(signal.map((v, i) => v + roll[i]!));
  const shape = [traces, nt];
  return {
    signal: { data: signal.map((v) => v * scale), shape },
    groundRoll: { data: roll.map((v) => v * scale), shape },
  };
}

const rms = (data: Float32Array): number =>
  Math.sqrt(data.reduce((sum, v) => sum + v * v, 0) / data.length) || 1;

/** Adds size w(t - time) to one trace. */
function strike(
  out: Float32Array,
  trace: number,
  nt: number,
  { values, centre }: FineWavelet,
  time: number,
  size: number,
): void {
  const first = Math.max(0, Math.ceil(time - centre / fine));
  const last = Math.min(nt - 1, Math.floor(time + centre / fine) - 1);
  for (let t = first; t <= last; t++) {
    const at = (t - time) * fine + centre;
    const i = Math.floor(at);
    out[trace * nt + t]! += size * (values[i]! + (at - i) * (values[i + 1]! - values[i]!));
  }
}

function reflections(rng: Rng, traces: number, nt: number, source: number): Float32Array {
  const out = new Float32Array(traces * nt);
  const wavelet = drawWavelet(rng.fork("wavelet"), 0.04, 0.16);
  const fade = rng.uniform(0, 1.5) / traces;
  const statics = smooth(rng.fork("statics"), 12);
  const delay = rng.uniform(0, 1.2);
  const count = rng.integer(4, 15);
  const slowest = rng.uniform(0.4, 1);
  for (let k = 0; k < count; k++) {
    const t0 = rng.uniform(8, 1.05 * nt);
    const p = slowest * Math.exp(-0.9 * (t0 / nt) * rng.uniform(0.7, 1.3));
    const n = rng.normal();
    const size = Math.sign(n) * Math.exp(1.3 * Math.log(Math.abs(n) + 0.05)) * Math.exp(-0.8 * (t0 / nt));
    for (let x = 0; x < traces; x++) {
      const h = Math.abs(x - source);
      const time = Math.sqrt(t0 * t0 + p * p * h * h) + delay * statics(0, x);
      strike(out, x, nt, wavelet, time, size * Math.exp(-fade * h));
    }
  }
  const [intercept, slowness, size] = [rng.uniform(0, 25), rng.uniform(0.5, 1.5), rng.normal(0, 1)];
  for (let x = 0; x < traces; x++) {
    const h = Math.abs(x - source);
    strike(
      out,
      x,
      nt,
      wavelet,
      intercept + slowness * h + delay * statics(0, x),
      size * Math.exp(-2 * fade * h),
    );
  }
  return out;
}

interface SurfaceMode {
  readonly centre: number;
  readonly width: number;
  readonly slowness: number;
  readonly dispersion: number;
  readonly decay: number;
  readonly phase: number;
  readonly size: number;
}

function surfaceWaves(rng: Rng, traces: number, nt: number, source: number): Float32Array {
  const modes: SurfaceMode[] = Array.from({ length: rng.integer(1, 4) }, (_, k) => ({
    centre: Math.exp(rng.uniform(Math.log(0.012), Math.log(0.05))) * (1 + 0.3 * k),
    width: rng.uniform(0.25, 0.6),
    slowness: Math.exp(rng.uniform(Math.log(1.5), Math.log(6))) / (1 + 0.25 * k),
    dispersion: rng.uniform(-0.1, 0.4),
    decay: rng.uniform(0, 0.4),
    phase: rng.uniform(0, 2 * Math.PI),
    size: Math.exp(rng.normal(0, 0.5)),
  }));
  const delays = smooth(rng.fork("delays"), 25);
  const late = rng.uniform(0, 5);
  const scatterers = rng.uniform() < 0.4 ? rng.integer(1, 5) : 0;
  const paths = [
    { at: undefined, size: 1 },
    ...Array.from({ length: scatterers }, () => ({
      at: rng.uniform(0, traces),
      size: rng.uniform(0.1, 0.4) * (rng.uniform() < 0.5 ? -1 : 1),
    })),
  ];
  const start = rng.uniform(4, 16);
  const period = 4 * nt;
  const lines = Math.ceil(0.13 * period);
  const out = new Float32Array(traces * nt);
  for (let x = 0; x < traces; x++)
    for (let k = 3; k < lines; k++) {
      const f = k / period;
      let [re, im] = [0, 0];
      for (const { centre, width, slowness, dispersion, decay, phase, size } of modes) {
        const away = (f / centre - 1) / width;
        if (Math.abs(away) > 3) continue;
        const s = slowness * (1 + dispersion * Math.tanh(f / centre - 1));
        for (const path of paths) {
          const h =
            path.at === undefined ? Math.abs(x - source) : Math.abs(path.at - source) + Math.abs(x - path.at);
          const a = size * path.size * Math.exp(-away * away - decay * f * h);
          const angle = phase - 2 * Math.PI * f * (start + s * h + late * delays(0, x));
          re += a * Math.cos(angle);
          im += a * Math.sin(angle);
        }
      }
      if (Math.abs(re) + Math.abs(im) < 1e-5) continue;
      // cos(2 pi f t + angle) by turning (re, im) a step at a time
      const [cos, sin] = [Math.cos(2 * Math.PI * f), Math.sin(2 * Math.PI * f)];
      for (let t = 0; t < nt; t++) {
        out[x * nt + t]! += re;
        [re, im] = [re * cos - im * sin, re * sin + im * cos];
      }
    }
  return out;
}
