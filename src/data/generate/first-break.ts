// Generated shot gathers with known first breaks: what stands in where no labelled gather is at hand, and what "synthetic only" means.
import type { Grid, Rng } from "../../core/index.js";
import { smooth } from "./smooth.js";

export interface FirstBreakGatherOptions {
  /** Traces. Default 48. */
  readonly traces?: number;
  /** Samples; breaks lie in the first 300. Default 600. */
  readonly nt?: number;
  /** Standard deviation of the noise over a typical peak; default drawn from 10^-2 to 10^-.5. */
  readonly noise?: number;
}

/** A gather and where its waves begin. */
export interface FirstBreakGather {
  /** [trace, time]. */
  readonly gather: Grid;
  /** First breaks, samples, shape [trace]. */
  readonly labels: Float64Array;
}

/** First breaks: the earlier of a direct and a refracted wave, with statics. */
function breaksOf(rng: Rng, traces: number): { labels: Float64Array; offset: (x: number) => number } {
  const source = rng.uniform(-0.2, 1.2) * traces;
  const direct = rng.uniform(4, 12);
  const refracted = direct * rng.uniform(0.15, 0.7);
  const intercept = rng.uniform(10, 60);
  const delay = rng.uniform(5, 40);
  const statics = smooth(rng.fork("statics"), 6);
  const size = rng.uniform(0, 6);
  const offset = (x: number) => Math.abs(x - source);
  const raw = Float64Array.from({ length: traces }, (_, x) => {
    const h = offset(x);
    return (
      delay + Math.min(direct * h, intercept + refracted * h) + size * statics(0, x) + rng.normal(0, 0.5)
    );
  });
  const most = raw.reduce((a, b) => Math.max(a, b), 0);
  const shrink = most > 300 ? 300 / most : 1;
  return { labels: raw.map((t) => Math.max(t * shrink, 5)), offset };
}

/** Noise of one trace: first-order autoregressive, and what all traces share, a hum and bursts. */
function noiseOf(rng: Rng, nt: number, shared: Float32Array): Float32Array {
  const memory = rng.uniform(0, 0.9);
  const [own, common] = [Math.sqrt(1 - memory * memory), rng.uniform(0, 0.8)];
  const out = new Float32Array(nt);
  let state = rng.normal();
  for (let t = 0; t < nt; t++) {
    state = memory * state + own * rng.normal();
    out[t] = state + common * shared[t]!;
  }
  return out;
}

function sharedNoise(rng: Rng, nt: number): Float32Array {
  const out = new Float32Array(nt);
  const [hum, phase, size] = [rng.uniform(0.01, 0.03), rng.uniform(0, 2 * Math.PI), rng.uniform(0, 1)];
  for (let t = 0; t < nt; t++) out[t] = size * Math.sin(2 * Math.PI * hum * t + phase);
  for (let k = rng.integer(0, 6); k > 0; k--) {
    const [at, f, long, high] = [
      rng.uniform(0, nt),
      rng.uniform(0.15, 0.4),
      rng.uniform(4, 30),
      rng.uniform(0.5, 3),
    ];
    for (let t = 0; t < nt; t++)
      out[t]! += high * Math.exp(-0.5 * ((t - at) / long) ** 2) * Math.cos(2 * Math.PI * f * t);
  }
  return out;
}

/** A gather of damped oscillations that begin at the first breaks and echo, slower and stronger surface waves behind, noise that is partly
 *  the same on all traces, and a dead trace in fifty. A sketch of a shallow survey at .25 ms, not a wave simulation: a network that has
 *  learned from these alone picks recorded gathers badly (`geodl experiment firstbreak`).
 *
 *  @param rng Stream; the same stream gives the same gather.
 *  @param options See FirstBreakGatherOptions.
 *  @returns Gather and labels.
 *  @throws RangeError for fewer than 2 traces or 310 samples. */
export function firstBreakGather(rng: Rng, options: FirstBreakGatherOptions = {}): FirstBreakGather {
  const { traces = 48, nt = 600 } = options;
  if (!(Number.isInteger(traces) && Number.isInteger(nt) && traces >= 2 && nt >= 310))
    throw new RangeError(
      `synthetic.firstBreakGather: traces must be a whole number >= 2 and nt one >= 310, got ${traces}, ${nt}`,
    );
  const { labels, offset } = breaksOf(rng.fork("breaks"), traces);
  const level = options.noise ?? Math.exp(rng.uniform(-2, -0.5) * Math.LN10);
  const f = rng.uniform(0.01, 0.05);
  const [rise, fall] = [rng.uniform(1, 12), rng.uniform(15, 60)];
  const echoes = Array.from({ length: rng.integer(1, 4) }, () => ({
    after: rng.uniform(20, 120),
    size: rng.uniform(-0.8, 0.8),
  }));
  const slow = { per: rng.uniform(8, 25), f: f * rng.uniform(0.25, 0.6), size: rng.uniform(0.5, 3) };
  const fade = rng.uniform(0, 0.05);
  const shared = sharedNoise(rng.fork("shared"), nt);
  const data = new Float32Array(traces * nt);
  for (let x = 0; x < traces; x++) {
    const random = rng.fork(`trace ${x}`);
    const turn = random.normal(0, 0.3);
    const own = noiseOf(random, nt, shared);
    if (random.uniform() < 0.02) continue;
    const size = Math.exp(-fade * offset(x) + random.normal(0, 0.3));
    const wave = (tau: number) =>
      tau <= 0
        ? 0
        : (1 - Math.exp(-tau / rise)) * Math.exp(-tau / fall) * Math.sin(2 * Math.PI * f * tau + turn);
    for (let t = 0; t < nt; t++) {
      const tau = t - labels[x]!;
      let v = wave(tau);
      for (const echo of echoes) v += echo.size * wave(tau - echo.after);
      const late = tau - 20 - slow.per * offset(x) * 0.3;
      if (late > 0) v += slow.size * Math.exp(-late / 150) * Math.sin(2 * Math.PI * slow.f * late);
      data[x * nt + t] = size * v + level * own[t]!;
    }
  }
  return { gather: { data, shape: [traces, nt] }, labels };
}
