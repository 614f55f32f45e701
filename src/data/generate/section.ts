// Generated seismic sections: what the own networks for denoising and interpolation learn from. No recorded data enters.
import type { Grid, Rng } from "../../core/index.js";
import { fractal, smooth } from "./smooth.js";
import { drawWavelet, type FineWavelet, fine } from "./wavelet.js";

export interface SectionOptions {
  /** Time samples. Default 128. */
  readonly nt?: number;
  /** Traces. Default 128. */
  readonly nx?: number;
  /** Also sections of fractal impedance. Default true. */
  readonly textures?: boolean;
  /** Layers whose reflectivity and depth wander from trace to trace, as they do in the field. Default false. */
  readonly rough?: boolean;
}

/** A reflection section without noise.
 *
 *  Two thirds are layered: spikes sign |N|^p, p 1 to 3.5, of which 3 to 100 % are kept, convolved with a drawn wavelet and moved by dips, sinusoids, smooth
 *  warps, moveout, up to three faults and statics; the others are crossing hyperbolas and lines, or the derivative of a fractal impedance.
 *  A third carries a second package on top; some traces and events fade.
 *
 *  @param rng Stream; the same stream gives the same section.
 *  @param options See SectionOptions.
 *  @returns Section [nt, nx], largest magnitude 1.
 *  @throws RangeError if nt or nx is no whole number > 1. */
export function section(rng: Rng, options: SectionOptions = {}): Grid {
  const { nt = 128, nx = 128, textures = true, rough = false } = options;
  if (!(Number.isInteger(nt) && Number.isInteger(nx) && nt > 1 && nx > 1))
    throw new RangeError(`synthetic.section: nt and nx must be whole numbers > 1, got ${nt}, ${nx}`);
  const data = part(rng.fork("first"), nt, nx, textures, rough);
  const more = rng.fork("more");
  if (more.uniform() < 0.35) {
    const second = part(rng.fork("second"), nt, nx, textures, rough);
    const weight = Math.exp(more.uniform(-2.3, 0));
    for (let i = 0; i < data.length; i++) data[i]! += weight * second[i]!;
  }
  if (more.uniform() < 0.2)
    for (let x = 0; x < nx; x++) {
      const gain = Math.exp(0.35 * more.normal());
      for (let t = 0; t < nt; t++) data[t * nx + x]! *= gain;
    }
  return { data: normalised(data), shape: [nt, nx] };
}

function normalised(data: Float32Array): Float32Array {
  let max = 0;
  for (const v of data) max = Math.max(max, Math.abs(v));
  if (max > 0) for (let i = 0; i < data.length; i++) data[i]! /= max;
  return data;
}

function part(rng: Rng, nt: number, nx: number, textures: boolean, rough: boolean): Float32Array {
  const kind = rng.uniform();
  const wavelet = drawWavelet(rng.fork("wavelet"));
  if (kind < 0.15 && textures) return normalised(textured(rng, nt, nx, wavelet));
  if (kind < 0.35) return normalised(crossing(rng, nt, nx, wavelet));
  return normalised(layered(rng, nt, nx, wavelet, rough ? rng.fork("rough") : undefined));
}

/** sign |N|^p. */
function spike(rng: Rng, p: number): number {
  const n = rng.normal();
  return Math.sign(n) * Math.exp(p * Math.log(Math.abs(n) + 1e-9));
}

/** Spikes under a wavelet on the fine grid. */
function series(rng: Rng, n: number, p: number, kept: number, { values, centre }: FineWavelet): Float32Array {
  const trace = new Float32Array(n * fine + 2);
  for (let i = 0; i < n; i++) {
    if (rng.uniform() > kept) continue;
    const size = spike(rng, p);
    const at = Math.floor((i + rng.uniform()) * fine) - centre;
    for (let k = Math.max(0, -at); k < values.length && at + k < trace.length; k++)
      trace[at + k]! += size * values[k]!;
  }
  return trace;
}

function layered(rng: Rng, nt: number, nx: number, wavelet: FineWavelet, rough?: Rng): Float32Array {
  const margin = 96;
  const n = nt + 2 * margin;
  const p = rng.uniform(1, 3.5);
  const kept = Math.exp(rng.uniform(Math.log(0.03), 0));
  const trace = series(rng, n, p, kept, wavelet);
  const shift = displacement(rng, nt, nx);
  const fades = rng.uniform() < 0.3 ? smooth(rng, 30) : undefined;
  const jitter = rough && rough.uniform() < 0.85 ? wander(rough.fork("depth"), nt, nx, -1, 0.3) : undefined;
  const traceAt =
    rough && rough.uniform() < 0.85
      ? changing(rough.fork("layers"), trace, n, nx, p, kept, wavelet)
      : () => trace;
  const out = new Float32Array(nt * nx);
  for (let x = 0; x < nx; x++) {
    const here = traceAt(x);
    for (let t = 0; t < nt; t++) {
      const moved = t + shift(t, x) + (jitter ? jitter[t * nx + x]! : 0);
      const at = Math.min(Math.max((moved + margin) * fine, 0), n * fine - 1);
      const i = Math.floor(at);
      const v = here[i]! + (at - i) * (here[i + 1]! - here[i]!);
      out[t * nx + x] = fades ? v * Math.exp(0.6 * fades(t, x)) : v;
    }
  }
  return out;
}

/** A walk over nx places that forgets after 1 to 40 of them; mean 0, deviation 1. */
function walk(rng: Rng, nx: number, reach: number): Float32Array {
  const keep = Math.exp(-1 / reach);
  const out = new Float32Array(nx);
  let value = rng.normal();
  for (let x = 0; x < nx; x++) {
    out[x] = value;
    value = keep * value + Math.sqrt(1 - keep * keep) * rng.normal();
  }
  return out;
}

const drawReach = (rng: Rng) => Math.exp(rng.uniform(0, Math.log(40)));

/** Depths that wander along x, each its own way every 8 to 64 samples of t, samples [nt, nx]; deviation 10^low to 10^high. */
function wander(rng: Rng, nt: number, nx: number, low: number, high: number): Float32Array {
  const size = Math.exp(rng.uniform(low, high) * Math.LN10);
  const every = Math.exp(rng.uniform(Math.log(8), Math.log(64)));
  const reach = drawReach(rng);
  const walks = Array.from({ length: Math.ceil(nt / every) + 2 }, () => walk(rng, nx, reach));
  const out = new Float32Array(nt * nx);
  for (let t = 0; t < nt; t++) {
    const i = Math.floor(t / every);
    const u = t / every - i;
    const w = 0.5 - 0.5 * Math.cos(Math.PI * u);
    for (let x = 0; x < nx; x++) out[t * nx + x] = size * ((1 - w) * walks[i]![x]! + w * walks[i + 1]![x]!);
  }
  return out;
}

/** A layered trace that changes along x: the common one plus others, each with a weight that wanders; they have .13 to 1.3 of its rms. */
function changing(
  rng: Rng,
  trace: Float32Array,
  n: number,
  nx: number,
  p: number,
  kept: number,
  wavelet: FineWavelet,
): (x: number) => Float32Array {
  const count = 12;
  const rms = (x: Float32Array) => Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length);
  const reach = drawReach(rng);
  const level = (rms(trace) * Math.exp(rng.uniform(-0.9, 0.1) * Math.LN10)) / Math.sqrt(count);
  const others = Array.from({ length: count }, () => {
    const other = series(rng, n, p, kept, wavelet);
    const gain = level / (rms(other) + 1e-9);
    return { other, weights: walk(rng, nx, reach).map((w) => w * gain) };
  });
  return (x) => {
    const here = trace.slice();
    for (const { other, weights } of others) {
      const w = weights[x]!;
      for (let i = 0; i < here.length; i++) here[i]! += w * other[i]!;
    }
    return here;
  };
}

/** Where the layer at (t, x) lies in the trace that all share, minus t, samples. */
function displacement(rng: Rng, nt: number, nx: number): (t: number, x: number) => number {
  const parts: ((t: number, x: number) => number)[] = [];
  const middle = nx / 2;
  if (rng.uniform() < 0.75) {
    const dip = rng.uniform() < 0.75 ? rng.normal(0, 0.25) : rng.uniform(-1.5, 1.5);
    const fan = rng.uniform() < 0.4 ? rng.normal(0, 0.3) / nt : 0;
    parts.push((t, x) => (dip + fan * t) * (x - middle));
  }
  if (rng.uniform() < 0.5) {
    const size = Math.exp(rng.uniform(0, 2.5));
    const k = (2 * Math.PI) / rng.uniform(40, 300);
    const phase = rng.uniform(0, 2 * Math.PI);
    const growth = rng.normal(0, 0.5) / nt;
    parts.push((t, x) => size * (1 + growth * t) * Math.sin(k * x + phase));
  }
  if (rng.uniform() < 0.6) {
    const warp = smooth(rng, 60);
    const size = Math.exp(rng.uniform(-1, 1.8));
    parts.push((t, x) => size * warp(t, x));
  }
  if (rng.uniform() < 0.2) {
    const x0 = rng.uniform(-0.5 * nx, 1.5 * nx);
    const slowness = Math.exp(rng.uniform(-1.5, 0.5));
    const depth = rng.uniform(20, 200);
    parts.push((t, x) => {
      const h = slowness * (x - x0);
      return t + depth - Math.sqrt((t + depth) * (t + depth) + h * h);
    });
  }
  const faults = rng.uniform() < 0.5 ? 0 : rng.integer(1, 4);
  for (let k = 0; k < faults; k++) {
    const x0 = rng.uniform(0, nx);
    const slant = rng.normal(0, 0.5);
    const throwOf = rng.normal(0, 7);
    const dies = rng.uniform() < 0.3 ? rng.uniform(0, 1) / nt : 0;
    parts.push((t, x) => (x > x0 + slant * (t - nt / 2) ? throwOf * (1 - dies * t) : 0));
  }
  if (rng.uniform() < 0.15) {
    const size = Math.exp(rng.uniform(-1.5, 0.7));
    const statics = Float32Array.from({ length: nx }, () => size * rng.normal());
    parts.push((_, x) => statics[x]!);
  }
  return (t, x) => {
    let sum = 0;
    for (const f of parts) sum += f(t, x);
    return sum;
  };
}

/** Hyperbolas and lines over one another. */
function crossing(rng: Rng, nt: number, nx: number, { values, centre }: FineWavelet): Float32Array {
  const out = new Float32Array(nt * nx);
  const p = rng.uniform(1, 2.5);
  const events = Math.round(Math.exp(rng.uniform(0.7, 3.3)));
  const straight = rng.uniform();
  const steepest = Math.exp(rng.uniform(-1.2, 0.9));
  for (let e = 0; e < events; e++) {
    const size = spike(rng, p);
    const [t0, x0] = [rng.uniform(-0.3 * nt, 1.1 * nt), rng.uniform(0, nx)];
    const slope = rng.uniform(-steepest, steepest);
    const line = rng.uniform() < straight;
    const reach = rng.uniform() < 0.4 ? rng.uniform(0.1, 0.8) * nx : Number.POSITIVE_INFINITY;
    for (let x = 0; x < nx; x++) {
      const h = slope * (x - x0);
      const time = line ? t0 + h : Math.sqrt(t0 * t0 + h * h);
      const away = (x - x0) / reach;
      const gain = size * Math.exp(-away * away);
      const first = Math.max(0, Math.ceil(time - centre / fine));
      const last = Math.min(nt - 1, Math.floor(time + centre / fine) - 1);
      for (let t = first; t <= last; t++) {
        const at = (t - time) * fine + centre;
        const i = Math.floor(at);
        out[t * nx + x]! += gain * (values[i]! + (at - i) * (values[i + 1]! - values[i]!));
      }
    }
  }
  return out;
}

/** Reflections of an impedance without layers. */
function textured(rng: Rng, nt: number, nx: number, { values, centre }: FineWavelet): Float32Array {
  const reach = Math.floor(centre / fine);
  const rows = nt + 2 * reach + 1;
  const impedance = fractal(rng, rows, nx, rng.uniform(0.3, 1.5));
  const out = new Float32Array(nt * nx);
  for (let k = -reach; k < reach; k++) {
    const w = values[centre + k * fine]!;
    if (Math.abs(w) < 0.01) continue;
    for (let t = 0; t < nt; t++) {
      const from = (t - k + reach) * nx;
      for (let x = 0; x < nx; x++) out[t * nx + x]! += w * (impedance[from + nx + x]! - impedance[from + x]!);
    }
  }
  return out;
}
